import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { type FilmFacts, comparable } from '../../domain/film.js';
import { Genres } from '../../domain/genres.js';
import { Movie } from '../../domain/movie.js';
import { Movies, identityKey, identityOf } from '../../domain/movies.js';

/** A film as a catalogue lists it, already inside the bounds of `FILM_LIMITS`. */
export interface CatalogueEntry extends FilmFacts {
  /** Names; those not known yet are added. */
  readonly genres: readonly string[];
}

export interface ImportedCatalogue {
  readonly added: number;
  /** Same title and release year as a film that was there, or that stood earlier in the catalogue. */
  readonly alreadyThere: number;
  readonly genresAdded: number;
}

/** Adds the films that are not there yet, all or nothing; repeating it is harmless. */
export class ImportMovies extends Command<ImportedCatalogue> {
  constructor(readonly entries: readonly CatalogueEntry[]) {
    super();
  }
}

@CommandHandler(ImportMovies)
export class ImportMoviesHandler implements ICommandHandler<ImportMovies> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly database: Database,
  ) {}

  async execute({ entries }: ImportMovies): Promise<ImportedCatalogue> {
    const films = new Map<string, CatalogueEntry>();
    for (const entry of entries) {
      const key = keyOf(entry);
      if (!films.has(key)) films.set(key, entry);
    }
    return this.database.transaction(async () => {
      const known = await this.movies.knownAmong([...films.values()].map(identityOfEntry));
      const fresh = [...films].filter(([key]) => !known.has(key)).map(([, entry]) => entry);
      const { genres, added: genresAdded } = await this.genres.ensure(fresh.flatMap((entry) => entry.genres));
      const movies = fresh.map((entry) => {
        const named = new Map(entry.genres.map((name) => [comparable(name), genres.get(comparable(name))!]));
        return Movie.add({ ...entry, genres: [...named.keys()].sort().map((key) => named.get(key)!) });
      });
      await this.movies.addAll(movies);
      return { added: movies.length, alreadyThere: entries.length - movies.length, genresAdded };
    });
  }
}

function identityOfEntry({ title, releaseDate }: CatalogueEntry) {
  return identityOf({ titleKey: comparable(title), releaseDate });
}

function keyOf(entry: CatalogueEntry): string {
  return identityKey(identityOfEntry(entry));
}
