import type { Movie } from './movie.js';

/** What makes two lines of a catalogue the same film. */
export interface FilmIdentity {
  /** `comparable(title)`. */
  readonly titleKey: string;
  readonly releaseYear: number | null;
}

export abstract class Movies {
  /** Throws `UnknownGenres` when one was deleted in the meantime. */
  abstract add(movie: Movie): Promise<void>;

  /** Throws `MovieNotFound`, or `UnknownGenres` as `add` does. */
  abstract change<T = void>(id: string, decide: (movie: Movie) => T): Promise<T>;

  /**
   * Which of these are in the catalogue, retired ones included; keys made by `identityKey`. Inside a transaction: until its end nobody else
   * imports, so that two imports at once cannot add a film twice.
   */
  abstract knownAmong(films: readonly FilmIdentity[]): Promise<ReadonlySet<string>>;

  /** Many at once, in a few statements however many they are. */
  abstract addAll(movies: readonly Movie[]): Promise<void>;
}

export function identityKey({ titleKey, releaseYear }: FilmIdentity): string {
  return `${releaseYear ?? ''} ${titleKey}`;
}

export function identityOf(film: { titleKey: string; releaseDate: string | null }): FilmIdentity {
  return { titleKey: film.titleKey, releaseYear: film.releaseDate === null ? null : Number(film.releaseDate.slice(0, 4)) };
}
