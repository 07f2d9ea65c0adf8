import type { JobLane } from '@app/platform/jobs/job.js';

/** What looks for changes of movies and rooms whose event is late or lost. */
export const SEARCHES: JobLane = { name: 'showtimes.searches', concurrency: 1, leaseMs: 60_000 };
