/** How far an event of Stripe's has come: the diagram of `docs/lifecycles.md`. */
import { StripeEventNotParked } from './errors.js';

/**
 * `failed`: applying it went wrong, and it is tried again. `checking`: Stripe is asked whether it is true. `ignored`: not about our objects.
 * `parked`: left to a person. `dismissed`: an admin has ended that.
 */
export type StripeEventStatus = 'received' | 'applied' | 'ignored' | 'checking' | 'failed' | 'parked' | 'dismissed';

export interface StripeEventProgress {
  readonly status: StripeEventStatus;
  /** How often applying it failed. */
  readonly attempts: number;
  /** Why it is so. */
  readonly note: string | null;
}

/** How applying an event ended. */
export interface StripeEventOutcome {
  readonly status: 'applied' | 'ignored' | 'checking';
  readonly note: string | null;
}

/** As it is stored. */
export const NEW_EVENT: StripeEventProgress = { status: 'received', attempts: 0, note: null };

const PARKED_AFTER_ATTEMPTS = 10;

/** In any status, because an admin may apply any event again. */
export function afterProcessing({ attempts }: StripeEventProgress, { status, note }: StripeEventOutcome): StripeEventProgress {
  return { status, attempts, note };
}

/** Applying it threw. It is due again after a pause, until it has failed too often. One that cannot be read would only fail again. */
export function afterFailure(
  { attempts }: StripeEventProgress,
  note: string,
  { isUnreadable }: { isUnreadable: boolean },
): StripeEventProgress {
  if (isUnreadable) return { status: 'parked', attempts, note };
  return { status: attempts + 1 >= PARKED_AFTER_ATTEMPTS ? 'parked' : 'failed', attempts: attempts + 1, note };
}

/** Whether Stripe's answer still matters: an admin may have applied the event meanwhile. */
export function isBeingChecked({ status }: StripeEventProgress): boolean {
  return status === 'checking';
}

/** Stripe has answered, and the answer was applied. The event is left to a person, unless it only says of a second intent what is so. */
export function afterCheck(
  { attempts }: StripeEventProgress,
  { isTrue, isOfSecondIntent }: { isTrue: boolean; isOfSecondIntent: boolean },
): StripeEventProgress {
  if (isTrue && isOfSecondIntent) return { status: 'applied', attempts, note: 'a second intent of its payment' };
  const rest = isTrue ? 'and true: what arrived goes back' : 'and Stripe does not stand by it';
  return { status: 'parked', attempts, note: `not what was asked for, ${rest}` };
}

/** Nothing can be done about it. It keeps its note. Null where it was dismissed before. Throws `StripeEventNotParked`. */
export function afterDismissal({ status, attempts, note }: StripeEventProgress): StripeEventProgress | null {
  if (status === 'dismissed') return null;
  if (status !== 'parked') throw new StripeEventNotParked(status);
  return { status: 'dismissed', attempts, note };
}
