import type { CatalogueGenre, Genre } from './genre.js';

/** The stored genres. */
export abstract class Genres {
  /** Throws `GenreNameTaken`. Names that differ only in case and spaces are the same name. */
  abstract add(genre: Genre): Promise<void>;

  /** Throws `GenreNotFound` or `GenreNameTaken`. */
  abstract change<T>(id: string, decide: (genre: CatalogueGenre) => T): Promise<T>;

  /** Returns what was removed. Throws `GenreNotFound` or `GenreInUse`. */
  abstract remove(id: string): Promise<Genre>;

  /** Sorted by name. Throws `UnknownGenres`. */
  abstract ofIds(ids: readonly string[]): Promise<Genre[]>;

  /** Adds the genres of these names that do not exist yet. The keys of the map are made by `sortKey`. */
  abstract ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }>;
}
