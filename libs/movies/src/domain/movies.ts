import type { Movie } from './movie.js';
import type { PosterName } from './poster-storage.js';

/** Two lines of a catalogue with the same identity are the same movie. */
export interface MovieIdentity {
  /** `sortKey(title)`. */
  readonly titleKey: string;
  readonly releaseYear: number | null;
}

export abstract class Movies {
  /** Throws `UnknownGenres` when a genre was removed since it was read. */
  abstract add(movie: Movie): Promise<void>;

  /** Throws `MovieNotFound`, or `UnknownGenres` as `add` does. */
  abstract change<T = void>(id: string, decide: (movie: Movie) => T): Promise<T>;

  /** Locks nothing. Throws `MovieNotFound`. */
  abstract read(id: string): Promise<Movie>;

  /**
   * Which of these are stored, retired movies included. The keys are made by `identityKey`. Call it inside a transaction: other imports wait
   * until it ends, so that two imports at the same time add no movie twice.
   */
  abstract knownAmong(identities: readonly MovieIdentity[]): Promise<ReadonlySet<string>>;

  /** Whether this is the poster of the movie. Locks nothing. */
  abstract hasPoster(name: PosterName): Promise<boolean>;

  /** Adds all in a number of statements that does not depend on how many they are. */
  abstract addAll(movies: readonly Movie[]): Promise<void>;
}

export function identityKey({ titleKey, releaseYear }: MovieIdentity): string {
  return `${releaseYear ?? ''} ${titleKey}`;
}

export function identityOf(movie: { titleKey: string; releaseDate: string | null }): MovieIdentity {
  return { titleKey: movie.titleKey, releaseYear: movie.releaseDate === null ? null : Number(movie.releaseDate.slice(0, 4)) };
}
