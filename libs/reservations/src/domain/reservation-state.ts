import type { RefundReason } from '@app/contracts/payments.js';
import type { PricedSeat } from '@app/contracts/reservations.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';

export const RESERVATION_STATUSES = ['held', 'confirmed', 'cancelled', 'expired', 'completed'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];
/** What became of the showtime whose reservations the cinema ends. */
export type RunKind = 'cancelled' | 'moved';
export type EndReason = 'unpaid' | 'cancelled-by-customer' | 'cancelled-by-admin' | 'cancelled-by-cinema' | 'show-over';

export interface RecordedDispute {
  readonly id: string;
  readonly outcome: 'open' | 'won' | 'lost';
  /** The number of the event of its payment that told so. Left out by earlier releases. */
  readonly sequence?: number;
}

/** The record that a reservation is stored as. */
export interface ReservationState {
  readonly id: string;
  readonly version: number;
  readonly code: string;
  readonly customerId: string;
  readonly showtimeId: string;
  /** The version of the showtime's terms that the seats were held on. */
  readonly showtimeVersion: number;
  readonly status: ReservationStatus;
  readonly seats: readonly PricedSeat[];
  readonly total: number;
  readonly currency: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly heldUntil: Date;
  readonly extended: boolean;
  /** Fixed when the seats were held: until then a cancellation refunds everything, later nothing. */
  readonly refundUntil: Date;
  readonly paymentId: string | null;
  /** Confirmed by a payment that came after the hold had expired. */
  readonly late: boolean;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: EndReason | null;
  /** The whole sum that is owed for the payment, 0 where everything is kept. Null unless a paid reservation was cancelled. */
  readonly refundDue: number | null;
  /** When it became owed, and the fact that it is owed for. */
  readonly refundOwedAt: Date | null;
  readonly refundReason: RefundReason | null;
  /** What is owed of the payment because the seats were changed for cheaper ones, in all. The payment was `total` and this. */
  readonly changeRefund: number;
  /** When it last grew. */
  readonly changeRefundOwedAt: Date | null;
  readonly admittedAt: Date | null;
  /** User id of the member of staff who let the customer in. */
  readonly admittedBy: string | null;
  /** The showtime took place without the customer. */
  readonly noShow: boolean;
  /** Of its payments, by Stripe's id. */
  readonly disputes: readonly RecordedDispute[];
  /** Any of them is open or lost. */
  readonly disputed: boolean;
}

/** What one decision does: the event, and what becomes different with it. */
export interface ReservationChange {
  readonly event: DomainEvent;
  readonly changes: Partial<Omit<ReservationState, 'id' | 'version'>>;
}

/** What every hold begins with: it is held, and nothing else has happened yet. */
export const NEW_HOLD = {
  status: 'held',
  extended: false,
  paymentId: null,
  late: false,
  confirmedAt: null,
  endedAt: null,
  endReason: null,
  refundDue: null,
  refundOwedAt: null,
  refundReason: null,
  changeRefund: 0,
  changeRefundOwedAt: null,
  admittedAt: null,
  admittedBy: null,
  noShow: false,
  disputes: [],
  disputed: false,
} as const satisfies Partial<ReservationState>;

export function newHoldState(own: Omit<ReservationState, keyof typeof NEW_HOLD | 'version'>): ReservationState {
  return { ...own, ...NEW_HOLD, version: 0 };
}
