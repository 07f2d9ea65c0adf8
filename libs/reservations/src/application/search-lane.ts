import type { JobLane } from '@app/platform/jobs/job.js';

/** What looks for facts whose event is late or lost. The first search after a long outage may take minutes, and delays no other. */
export const SEARCHES: JobLane = { name: 'reservations.searches', concurrency: 2, leaseMs: 60_000 };
