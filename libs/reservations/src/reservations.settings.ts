/** What reservations reads from the environment. */
import { MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import type { Environment } from '@app/platform/config/environment.js';
import type { BookingPolicy } from './domain/booking-policy.js';

export class ReservationsSettings {
  readonly policy: BookingPolicy;
  /** A payment that succeeded longer ago than this and has no outcome is settled by the schedule. */
  readonly settleAfterMs: number;
  /** Requests allowed; 0 is no limit. */
  readonly holdPerAccountPerMinute: number;
  readonly ticks: {
    readonly sweepHoldsMs: number;
    readonly settlePaymentsMs: number;
    readonly completeReservationsMs: number;
    readonly cancellationRunsMs: number;
    /** Reservations asks showtimes for what is cancelled or moved: a lost message delays a refund by so much. */
    readonly compareShowtimesMs: number;
    /** Reservations asks auth who was erased: a lost message delays the end of their holds by so much. */
    readonly erasedUsersMs: number;
    /** Reservations asks payments for disputes: a lost message delays that a reservation is disputed by so much. */
    readonly recordDisputesMs: number;
  };

  constructor(env: Environment) {
    this.policy = {
      holdMs: env.integer('HOLD_SECONDS', { fallback: 1_800, min: 1, max: 86_400 }) * SECOND_MS,
      extensionMs: env.integer('EXTEND_SECONDS', { fallback: 600, min: 1, max: 86_400 }) * SECOND_MS,
      refundUntilBeforeStartMs: env.integer('REFUND_UNTIL_MINUTES_BEFORE_START', { fallback: 120, min: 0, max: 43_200 }) * MINUTE_MS,
      completeAfterEndMs: env.integer('COMPLETE_MINUTES_AFTER_END', { fallback: 60, min: 0, max: 1_440 }) * MINUTE_MS,
      // The cinema is open by then. A scan that is earlier is most likely of a ticket for another day, and its refusal says so in time.
      admitBeforeStartMs: env.integer('CHECK_IN_MINUTES_BEFORE_START', { fallback: 120, min: 1, max: 1_440 }) * MINUTE_MS,
      // More than any family needs, and few enough that no account blocks a cinema.
      maxHoldsPerCustomer: env.integer('MAX_HOLDS_PER_CUSTOMER', { fallback: 30, min: 0, max: 100_000 }),
      maxUnpaidHoldMs: env.integer('MAX_UNPAID_HOLD_MINUTES', { fallback: 0, min: 0, max: 1_440 }) * MINUTE_MS,
    };
    this.settleAfterMs = env.durationMs('SETTLE_AFTER_MS', { fallback: MINUTE_MS });
    this.holdPerAccountPerMinute = env.integer('HOLD_PER_ACCOUNT_PER_MINUTE', { fallback: 60, min: 0, max: 1_000_000 });
    this.ticks = {
      sweepHoldsMs: env.durationMs('TICK_SWEEP_HOLDS_MS', { fallback: SECOND_MS }),
      settlePaymentsMs: env.durationMs('TICK_SETTLE_PAYMENTS_MS', { fallback: MINUTE_MS }),
      completeReservationsMs: env.durationMs('TICK_COMPLETE_RESERVATIONS_MS', { fallback: MINUTE_MS }),
      cancellationRunsMs: env.durationMs('TICK_CANCELLATION_RUNS_MS', { fallback: SECOND_MS }),
      erasedUsersMs: env.durationMs('TICK_ERASED_USERS_MS', { fallback: MINUTE_MS }),
      recordDisputesMs: env.durationMs('TICK_RECORD_DISPUTES_MS', { fallback: 60 * MINUTE_MS }),
      compareShowtimesMs: env.durationMs('TICK_COMPARE_SHOWTIMES_MS', { fallback: MINUTE_MS }),
    };
  }
}
