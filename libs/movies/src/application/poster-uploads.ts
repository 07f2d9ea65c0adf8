import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { PosterImages } from '../domain/poster-images.js';
import { PosterStorage, posterKey } from '../domain/poster-storage.js';
import { REMOVE_UNUSED_POSTER, posterSubject } from './jobs/remove-unused-poster.js';

/** Longer than any request: a poster that no movie has by then never gets one. */
const UNUSED_AFTER_MS = HOUR_MS;

/** Stores the images of a poster before a movie has it: no transaction may wait for the storage. */
@Injectable()
export class PosterUploads {
  constructor(
    private readonly images: PosterImages,
    private readonly storage: PosterStorage,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Returns the id of the new poster, for `SetPoster`. Its removal is enqueued first, so that a process that ends here leaves no object for ever.
   * Throws `PosterRefused`, `PosterStorageUnavailable` or `Overloaded`.
   */
  async store(movieId: string, upload: Buffer): Promise<string> {
    const images = await this.images.render(upload);
    const poster = { movieId, posterId: newId() };
    await this.jobs.enqueue([{ kind: REMOVE_UNUSED_POSTER, subject: posterSubject(poster), delayMs: UNUSED_AFTER_MS }]);
    await Promise.all(images.map(({ width, bytes }) => this.storage.put(posterKey(poster, width), bytes)));
    return poster.posterId;
  }
}
