import type { ReservationRefundView } from '@app/contracts/payments.js';
import type { PricedSeat } from '@app/contracts/reservations.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { ReservationState } from '../../domain/reservation-state.js';

/** A reservation as its owner sees it: plain JSON, instants as ISO text. */
export interface ReservationView {
  readonly id: string;
  readonly code: string;
  readonly status: ReservationState['status'];
  readonly showtime: Pick<ShowtimeSummary, 'id' | 'status' | 'movie' | 'theatre' | 'room' | 'startsAt' | 'startsAtLocal' | 'endsAt'>;
  readonly seats: PricedSeat[];
  readonly total: MoneyJson;
  readonly heldUntil: string;
  readonly late: boolean;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly endedAt: string | null;
  readonly endReason: ReservationState['endReason'];
  readonly refund: Pick<ReservationRefundView, 'amount' | 'status' | 'reason'> | null;
}

/** What a view is made of, under the names of the state record. */
export const RESERVATION_COLUMNS = `id, code, status, customer_id, showtime_id, seats, total, currency,
  held_until, late, created_at, confirmed_at, ended_at, end_reason`;

export type ReservationRow = Pick<
  ReservationState,
  | 'id'
  | 'code'
  | 'status'
  | 'customerId'
  | 'showtimeId'
  | 'seats'
  | 'total'
  | 'currency'
  | 'heldUntil'
  | 'late'
  | 'createdAt'
  | 'confirmedAt'
  | 'endedAt'
  | 'endReason'
>;

export function viewOfReservation(row: ReservationRow, showtime: ShowtimeSummary, refund: ReservationRefundView | null): ReservationView {
  const { id, status, movie, theatre, room, startsAt, startsAtLocal, endsAt } = showtime;
  return {
    id: row.id,
    code: row.code,
    status: row.status,
    showtime: { id, status, movie, theatre, room, startsAt, startsAtLocal, endsAt },
    seats: [...row.seats],
    total: { amount: row.total, currency: row.currency },
    heldUntil: row.heldUntil.toISOString(),
    late: row.late,
    createdAt: row.createdAt.toISOString(),
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
    refund: refund === null ? null : { amount: refund.amount, status: refund.status, reason: refund.reason },
  };
}
