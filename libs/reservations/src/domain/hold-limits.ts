/** How much one customer may hold. */
import { DAY_MS } from '@app/kernel/durations.js';
import type { BookingPolicy } from './booking-policy.js';
import { TooManyHolds, TooManyHoldsInAll, TooManySeatsForShowtime, UnpaidHoldsTooLong } from './errors.js';
import type { CustomerUsage } from './situations.js';
import { addMs } from '@app/kernel/instants.js';

export const MAX_SEATS = 10;
const MAX_LIVE_HOLDS = 3;
const MAX_ACTIVE_SEATS = 10;

/** From when on holds without a payment count. Undefined where the policy has no limit: then nothing needs to be read. */
export function unpaidHoldsAfter({ maxUnpaidHoldMs }: BookingPolicy, now: Date): Date | undefined {
  return maxUnpaidHoldMs === 0 ? undefined : addMs(now, -DAY_MS);
}

/** Throws `TooManyHolds`, `TooManySeatsForShowtime`, `TooManyHoldsInAll` or `UnpaidHoldsTooLong`. */
export function assertWithinLimits(usage: CustomerUsage, { seats, policy }: { seats: number; policy: BookingPolicy }): void {
  const { liveHolds, blockedByExpiredHold, ofAllShowtimes } = usage;
  if (liveHolds + 1 > MAX_LIVE_HOLDS) throw new TooManyHolds({ limit: MAX_LIVE_HOLDS, blockedByExpiredHold });
  assertSeatsWithinLimit(usage, seats);
  const limit = policy.maxHoldsPerCustomer;
  if (limit > 0 && ofAllShowtimes.liveHolds + 1 > limit) {
    throw new TooManyHoldsInAll({ limit, blockedByExpiredHold: ofAllShowtimes.blockedByExpiredHold });
  }
  const { maxUnpaidHoldMs } = policy;
  if (maxUnpaidHoldMs > 0 && usage.unpaidHoldMs >= maxUnpaidHoldMs) throw new UnpaidHoldsTooLong(maxUnpaidHoldMs);
}

/** Throws `TooManySeatsForShowtime`. */
export function assertSeatsWithinLimit({ activeSeats, blockedByExpiredHold }: CustomerUsage, seats: number): void {
  if (activeSeats + seats > MAX_ACTIVE_SEATS) throw new TooManySeatsForShowtime({ limit: MAX_ACTIVE_SEATS, blockedByExpiredHold });
}
