import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import type { MovieDetails } from '../../domain/movie-details.js';
import { Movie } from '../../domain/movie.js';
import { Movies, identityKey, identityOf } from '../../domain/movies.js';
import { sortKey } from '../../domain/text.js';

/** A movie as a catalogue lists it, within `MOVIE_LIMITS`. */
export interface CatalogueEntry extends MovieDetails {
  /** Names. Genres that do not exist yet are added. */
  readonly genres: readonly string[];
}

export interface ImportedCatalogue {
  readonly added: number;
  /** Entries with the title and the release year of a stored movie, or of an earlier entry. */
  readonly alreadyThere: number;
  readonly genresAdded: number;
}

/** Adds the movies that are not stored yet, all or none of them. A second import of the same catalogue adds nothing. */
export class ImportMovies extends Command<ImportedCatalogue> implements AdminCommand<ImportedCatalogue> {
  /** The operator's act. */
  readonly adminId = null;

  constructor(readonly entries: readonly CatalogueEntry[]) {
    super();
  }

  auditEntry({ added, alreadyThere, genresAdded }: ImportedCatalogue) {
    return added === 0 ? null : { action: 'movies.import-movies', subject: 'movies', details: { added, alreadyThere, genresAdded } };
  }
}

@CommandHandler(ImportMovies)
export class ImportMoviesHandler implements ICommandHandler<ImportMovies> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ entries }: ImportMovies): Promise<ImportedCatalogue> {
    const firstOfKey = new Map<string, CatalogueEntry>();
    for (const entry of entries) {
      const key = keyOf(entry);
      if (!firstOfKey.has(key)) firstOfKey.set(key, entry);
    }
    return this.transactions.run(async () => {
      const known = await this.movies.knownAmong([...firstOfKey.values()].map(identityOfEntry));
      const unknown = [...firstOfKey].filter(([key]) => !known.has(key)).map(([, entry]) => entry);
      const { genres, added: genresAdded } = await this.genres.ensure(unknown.flatMap((entry) => entry.genres));
      const movies = unknown.map((entry) => {
        const keys = [...new Set(entry.genres.map(sortKey))].sort();
        return Movie.add({ ...entry, genres: keys.map((key) => genres.get(key)!) });
      });
      await this.movies.addAll(movies);
      return { added: movies.length, alreadyThere: entries.length - movies.length, genresAdded };
    });
  }
}

function identityOfEntry({ title, releaseDate }: CatalogueEntry) {
  return identityOf({ titleKey: sortKey(title), releaseDate });
}

function keyOf(entry: CatalogueEntry): string {
  return identityKey(identityOfEntry(entry));
}
