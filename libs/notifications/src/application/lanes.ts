import type { JobLane } from '@app/platform/jobs/job.js';
import { MailServerAway } from '../domain/mailer.js';

/** The longest that sending one mail takes; the mailer breaks off then. */
export const LONGEST_SEND_MS = 60_000;

/** While the mail server is away no mail has failed: the lane pauses, and every mail waits. */
export const MAILS: JobLane = {
  name: 'notifications.mails',
  // Few enough for small mail servers, which often allow ten connections.
  concurrency: 4,
  // Longer than a send, so that no second worker sends the same mail meanwhile.
  leaseMs: 2 * LONGEST_SEND_MS,
  isRateLimit: (error) => error instanceof MailServerAway,
};

/** What looks for mails that are missing, or no longer kept. It waits for no mail server. */
export const SEARCHES: JobLane = { name: 'notifications.searches', concurrency: 1, leaseMs: 60_000 };
