import type { JobLane } from '@app/platform/jobs/job.js';

/** What looks for facts whose event is late or lost. Both searches may run at the same time. */
export const SEARCHES: JobLane = { name: 'reservations.searches', concurrency: 2, leaseMs: 60_000 };
