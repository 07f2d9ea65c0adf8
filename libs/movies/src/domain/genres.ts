import type { Genre } from './genre.js';

/** The stored genres. A genre has no rules and no events, so it is no aggregate. */
export abstract class Genres {
  /** Throws `GenreNameTaken`. Names that differ only in case and spaces are the same name. */
  abstract add(genre: Genre): Promise<void>;

  /** Returns whether the name changed. Throws `GenreNotFound` or `GenreNameTaken`. */
  abstract rename(genre: Genre): Promise<boolean>;

  /** Returns what was removed. Throws `GenreNotFound` or `GenreInUse`. */
  abstract remove(id: string): Promise<Genre>;

  /** Sorted by name. Throws `UnknownGenres`. */
  abstract ofIds(ids: readonly string[]): Promise<Genre[]>;

  /** Adds the genres of these names that do not exist yet. The keys of the map are made by `sortKey`. */
  abstract ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }>;
}
