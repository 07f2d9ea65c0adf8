import { Injectable } from '@nestjs/common';
import { Overloaded, withoutSlot } from '@app/platform/concurrency/admission.js';
import { Semaphore } from '@app/platform/concurrency/semaphore.js';
import { PosterRefused } from '../domain/errors.js';
import { type PosterImage, PosterImages } from '../domain/poster-images.js';
import { POSTER_WIDTHS } from '../domain/poster-storage.js';

/** 40 million: a few KiB can announce an image whose pixels fill the memory. */
const MAX_PIXELS = 40e6;
/** Of images that a decoder keeps whole, in up to 16 bytes a pixel (a progressive JPEG of four colours). A poster of 960 pixels never needs more. */
const MAX_WHOLE_IMAGE_PIXELS = 8e6;
/** A line of pixels, enlarged to the width of a poster, would be as large as the worst image. */
const MAX_SIDE_RATIO = 4;
/** An image decodes in about a second. */
const TIMEOUT_SECONDS = 10;
/** Images decoded at once, each with its pixels in memory, and those that may wait. */
const MAX_RUNNING = 1;
const MAX_WAITING = 8;
const WEBP = { quality: 80 };

/** By the first bytes: what a client declares is not looked at. Nothing else reaches a decoder, SVG least of all. */
const FORMATS: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  jpeg: (bytes) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff',
  png: (bytes) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a',
  webp: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
};

@Injectable()
export class SharpPosterImages extends PosterImages {
  readonly #running = new Semaphore(MAX_RUNNING);

  async render(upload: Buffer): Promise<PosterImage[]> {
    if (this.#running.waiting >= MAX_WAITING) throw new Overloaded();
    return withoutSlot(() => this.#running.run(() => renderAll(upload)));
  }
}

async function renderAll(upload: Buffer): Promise<PosterImage[]> {
  if (upload.length === 0) throw new PosterRefused('is an empty file');
  const format = Object.entries(FORMATS).find(([, matches]) => matches(upload))?.[0];
  if (format === undefined) throw new PosterRefused('is neither JPEG nor PNG nor WebP');
  // Loaded with the first poster: it takes about 20 MB, and only an api renders posters.
  const { default: sharp } = await import('sharp');
  // It keeps the decoders of the last hundred images, with what these hold in memory.
  sharp.cache(false);
  const open = () => sharp(upload, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true });
  try {
    const { width, height, isProgressive } = await open().metadata();
    assertSize(width, height);
    // Lossless WebP has such a chunk. In a lossy one the four letters are chance, and rare.
    const isReadByLine = format === 'jpeg' ? !isProgressive : format === 'webp' && !upload.includes('VP8L');
    if (!isReadByLine && width * height > MAX_WHOLE_IMAGE_PIXELS)
      throw new PosterRefused(
        `has more than ${MAX_WHOLE_IMAGE_PIXELS / 1e6} million pixels, and is neither a plain JPEG (not progressive) nor a lossy WebP`,
      );
    const images: PosterImage[] = [];
    for (const posterWidth of POSTER_WIDTHS) {
      // `autoOrient` turns the pixels as the camera was held; metadata, and bytes that follow the image in the file, are left out.
      const image = open().autoOrient().resize({ width: posterWidth }).webp(WEBP).timeout({ seconds: TIMEOUT_SECONDS });
      images.push({ width: posterWidth, bytes: await image.toBuffer() });
    }
    return images;
  } catch (error) {
    if (error instanceof PosterRefused) throw error;
    throw new PosterRefused('cannot be read as an image: it is damaged, cut off or too large');
  }
}

function assertSize(width: number, height: number): void {
  if (width * height > MAX_PIXELS) throw new PosterRefused(`has more than ${MAX_PIXELS / 1e6} million pixels`);
  if (Math.max(width, height) > MAX_SIDE_RATIO * Math.min(width, height))
    throw new PosterRefused(`is more than ${MAX_SIDE_RATIO} times as long as wide, or as wide as long`);
}
