import type { JobLane } from '@app/platform/jobs/job.js';

/** What looks through the tables of auth for what a person must know. */
export const SEARCHES: JobLane = { name: 'auth.searches', concurrency: 1, leaseMs: 60_000 };
