/** The parts of a cancellation: what it gives back, and why the reservation ended. */
import type { CancelledBy } from '@app/contracts/reservations.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { EndReason } from './reservation-state.js';

export type RefundRule = 'full' | 'policy' | 'none';

export interface CancellationQuote {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** Until when the refund is valid; null where it cannot be cancelled, and where the showtime was cancelled or moved. */
  readonly until: Date | null;
}

/** What a cancellation may keep, in minor units. `captured`: what was paid by a payment and does not go back already, as it was asked for a moment ago. */
export interface KeptLimit {
  readonly keptAtMost: number;
  readonly captured: { readonly paymentId: string | null; readonly amount: number };
}

export const END_REASONS: Record<CancelledBy, EndReason> = {
  customer: 'cancelled-by-customer',
  admin: 'cancelled-by-admin',
  cinema: 'cancelled-by-cinema',
};
