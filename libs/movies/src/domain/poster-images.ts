/** The port of the work on images. */
import type { PosterWidth } from './poster-storage.js';

export type PosterImage = { readonly width: PosterWidth; readonly bytes: Buffer };

export abstract class PosterImages {
  /** Returns the image as WebP, once for each width. Throws `PosterRefused`, or `Overloaded` when too many images wait. */
  abstract render(upload: Buffer): Promise<PosterImage[]>;
}
