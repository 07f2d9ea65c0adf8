import type { Genre } from './genre.js';

/** Genres have no life of their own: they are added, renamed and taken away. */
export abstract class Genres {
  /** Throws `GenreNameTaken`; case makes no difference. */
  abstract add(genre: Genre): Promise<void>;

  /** Throws `GenreNotFound` or `GenreNameTaken`. */
  abstract rename(genre: Genre): Promise<void>;

  /** Throws `GenreNotFound` or `GenreInUse`. */
  abstract remove(id: string): Promise<void>;

  /** In the order of their names; throws `UnknownGenres`. */
  abstract ofIds(ids: readonly string[]): Promise<Genre[]>;

  /** Makes those that are missing. Keyed by `comparable(name)`. */
  abstract ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }>;
}
