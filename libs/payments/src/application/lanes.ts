import type { JobLane } from '@app/platform/jobs/job.js';
import { TooManyCardRequests } from '../domain/card-payments.js';

const isRateLimit = (error: unknown): boolean => error instanceof TooManyCardRequests;

/** Four requests at the default STRIPE_TIMEOUT_MS, and ten seconds more. */
const LEASE_MS = 50_000;

/** Nothing else may delay a refund. */
export const REFUNDS: JobLane = { name: 'payments.refunds', concurrency: 8, leaseMs: LEASE_MS, isRateLimit };

/** Reads no list of Stripe's, so that nothing delays the search for refunds that are owed. The first search ever reads every one. */
export const OWED_REFUNDS: JobLane = { name: 'payments.owed-refunds', concurrency: 1, leaseMs: 60_000 };

export const REQUESTS: JobLane = { name: 'payments.requests', concurrency: 8, leaseMs: LEASE_MS, isRateLimit };

/** Jobs that read whole lists of Stripe's take minutes. */
export const LISTS: JobLane = { name: 'payments.lists', concurrency: 1, leaseMs: 60_000, isRateLimit };
