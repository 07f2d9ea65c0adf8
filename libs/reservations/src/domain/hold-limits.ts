/** How much one customer may hold. */
import { TooManyHolds, TooManySeatsForShowtime } from './errors.js';
import type { CustomerUsage } from './situations.js';

export const MAX_SEATS = 10;
export const MAX_LIVE_HOLDS = 3;
export const MAX_ACTIVE_SEATS = 10;

/** Throws `TooManyHolds` or `TooManySeatsForShowtime`. */
export function assertWithinLimits({ liveHolds, activeSeats, blockedByExpiredHold }: CustomerUsage, seats: number): void {
  if (liveHolds + 1 > MAX_LIVE_HOLDS) throw new TooManyHolds({ limit: MAX_LIVE_HOLDS, blockedByExpiredHold });
  if (activeSeats + seats > MAX_ACTIVE_SEATS) throw new TooManySeatsForShowtime({ limit: MAX_ACTIVE_SEATS, blockedByExpiredHold });
}
