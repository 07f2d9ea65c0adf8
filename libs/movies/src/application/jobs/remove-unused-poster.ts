import { Job, type JobHandler, type JobLane } from '@app/platform/jobs/job.js';
import type { JobRequest } from '@app/platform/jobs/jobs.js';
import { Movies } from '../../domain/movies.js';
import { POSTER_WIDTHS, type PosterName, PosterStorage, posterKey } from '../../domain/poster-storage.js';

export const REMOVE_UNUSED_POSTER = 'movies.remove-unused-poster';

/** Four requests to the storage at its longest time-out, and more. */
const POSTERS: JobLane = { name: 'movies.posters', concurrency: 2, leaseMs: 120_000 };

/** Longer than a client may keep an answer that leads to the old images. */
const REPLACED_POSTER_KEPT_MS = 600_000;

export const posterSubject = ({ movieId, posterId }: PosterName): string => `${movieId}/${posterId}`;

/** The removal of a poster that its movie had until now. */
export const removalOfReplaced = (poster: PosterName): JobRequest => ({
  kind: REMOVE_UNUSED_POSTER,
  subject: posterSubject(poster),
  delayMs: REPLACED_POSTER_KEPT_MS,
});

/**
 * Removes the images of a poster unless its movie has it: one that was replaced, or that was uploaded by a process that ended before the movie had
 * it. The subject is the id of the movie and that of the poster.
 */
@Job(REMOVE_UNUSED_POSTER, { lane: POSTERS })
export class RemoveUnusedPoster implements JobHandler {
  constructor(
    private readonly movies: Movies,
    private readonly storage: PosterStorage,
  ) {}

  /** Throws `PosterStorageUnavailable`. */
  async run(subject: string): Promise<void> {
    const [movieId = '', posterId = ''] = subject.split('/');
    if (await this.movies.hasPoster({ movieId, posterId })) return;
    await this.storage.remove(POSTER_WIDTHS.map((width) => posterKey({ movieId, posterId }, width)));
  }
}
