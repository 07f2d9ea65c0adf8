import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import type { MovieDetails } from '../../domain/movie-details.js';
import { Movie } from '../../domain/movie.js';
import { Movies, identityKey, identityOf } from '../../domain/movies.js';
import { sortKey } from '@app/kernel/text.js';

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
  /** Every entry that was not added. */
  readonly leftOut: readonly LeftOutEntry[];
}

export interface LeftOutEntry {
  /** Of the entry in the catalogue, from 0. */
  readonly index: number;
  /** The earlier entry with its title and year, or null when a stored movie has them. */
  readonly sameAs: number | null;
}

/** Adds the movies that are not stored yet, all or none of them. A second import of the same catalogue adds nothing. */
export class ImportMovies extends Command<ImportedCatalogue> implements AdminCommand<ImportedCatalogue> {
  /** The operator's act. */
  readonly adminId = null;

  constructor(
    readonly entries: readonly CatalogueEntry[],
    /** Whether a catalogue may list two movies with one title and year: remakes, or two cuts. */
    readonly options: { readonly takeSameTitleAndYear: boolean } = { takeSameTitleAndYear: false },
  ) {
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

  async execute({ entries, options: { takeSameTitleAndYear } }: ImportMovies): Promise<ImportedCatalogue> {
    const keys = entries.map(keyOf);
    const firstOfKey = new Map<string, number>();
    keys.forEach((key, index) => {
      if (!firstOfKey.has(key)) firstOfKey.set(key, index);
    });
    return this.transactions.run(async () => {
      const known = await this.movies.knownAmong([...firstOfKey.values()].map((index) => identityOfEntry(entries[index]!)));
      const leftOut = keys.flatMap((key, index): LeftOutEntry[] => {
        if (known.has(key)) return [{ index, sameAs: null }];
        const first = firstOfKey.get(key)!;
        return first === index || takeSameTitleAndYear ? [] : [{ index, sameAs: first }];
      });
      const isLeftOut = new Set(leftOut.map(({ index }) => index));
      const unknown = entries.filter((_, index) => !isLeftOut.has(index));
      const { genres, added: genresAdded } = await this.genres.ensure(unknown.flatMap((entry) => entry.genres));
      const movies = unknown.map((entry) => {
        const keys = [...new Set(entry.genres.map(sortKey))].sort();
        return Movie.add({ ...entry, genres: keys.map((key) => genres.get(key)!) });
      });
      await this.movies.addAll(movies);
      return { added: movies.length, alreadyThere: leftOut.length, genresAdded, leftOut };
    });
  }
}

function identityOfEntry({ title, releaseDate }: CatalogueEntry) {
  return identityOf({ titleKey: sortKey(title), releaseDate });
}

function keyOf(entry: CatalogueEntry): string {
  return identityKey(identityOfEntry(entry));
}
