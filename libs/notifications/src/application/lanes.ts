import type { JobLane } from '@app/platform/jobs/job.js';
import { MailServerAway } from '../domain/mailer.js';

/** The longest that everything before the end of a mail's content takes; the mailer breaks off then. */
export const MAX_SESSION_MS = 60_000;

/**
 * How long the mailer then waits for the server to say that it took the mail: RFC 5321, section 4.5.3.2.6. A server may look for viruses first;
 * who breaks off earlier and sends again gives the customer a copy each time.
 */
export const MAX_ANSWER_MS = 10 * 60_000;

/** While the mail server is away no mail has failed: the lane pauses, and every mail waits. */
export const MAILS: JobLane = {
  name: 'notifications.mails',
  // Few enough for small mail servers, which often allow ten connections.
  concurrency: 4,
  // The worker that waits for an answer renews it.
  leaseMs: 2 * MAX_SESSION_MS,
  isRateLimit: (error) => error instanceof MailServerAway,
};

/** Mails that a person waits for. Together with the others, few enough connections for small mail servers. */
export const URGENT_MAILS: JobLane = { ...MAILS, name: 'notifications.urgent-mails', concurrency: 2 };

/** What looks for mails that are missing, or no longer kept. It waits for no mail server. */
export const SEARCHES: JobLane = { name: 'notifications.searches', concurrency: 1, leaseMs: 60_000 };
