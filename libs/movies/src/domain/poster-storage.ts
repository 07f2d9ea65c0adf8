/** The port of the storage that posters are kept in: objects that browsers fetch from it themselves. */

/** Widths of the stored images in pixels. */
export const POSTER_WIDTHS = [320, 960] as const;
export type PosterWidth = (typeof POSTER_WIDTHS)[number];

export interface PosterName {
  readonly movieId: string;
  readonly posterId: string;
}

/** The key is ours: nothing of what a client sends is part of it. */
export function posterKey({ movieId, posterId }: PosterName, width: PosterWidth): string {
  return `posters/${movieId}/${posterId}-${width}.webp`;
}

export abstract class PosterStorage {
  /** Replaces an object of this key. Throws `PosterStorageUnavailable`. */
  abstract put(key: string, image: Buffer): Promise<void>;

  /** Whether there is an object of this key. Throws `PosterStorageUnavailable`. */
  abstract has(key: string): Promise<boolean>;

  /** Keys that do not exist are no error. Throws `PosterStorageUnavailable`. */
  abstract remove(keys: readonly string[]): Promise<void>;

  /** Where a browser fetches the object. Throws `PosterStorageUnavailable` where this installation has no storage. */
  abstract urlOf(key: string): string;
}
