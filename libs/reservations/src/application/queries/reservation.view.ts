import { ApiProperty } from '@nestjs/swagger';
import type { RefundReason, RefundStatus } from '@app/contracts/payments.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import type { ReservationState } from '../../domain/reservation-state.js';

class ReservedMovieView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Metropolis" */
  title!: string;
  /** @example 153 */
  runtimeMinutes!: number;
}

class ReservedTheatreView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
}

class ReservedRoomView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b13" */
  id!: string;
  /** @example "Room 1" */
  name!: string;
}

class ReservedShowtimeView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  id!: string;
  /** @example "scheduled" */
  status!: 'scheduled' | 'cancelled';
  movie!: ReservedMovieView;
  theatre!: ReservedTheatreView;
  room!: ReservedRoomView;
  /**
   * As it is now. A moved showtime has its new start here, also in the reservations that the move ended; those are filtered and sorted by the start
   * that was reserved.
   * @example "2026-11-21T19:00:00.000Z"
   */
  startsAt!: string;
  /** @example "2026-11-21T20:00:00" */
  startsAtLocal!: string;
  /** @example "2026-11-21T21:33:00.000Z" */
  endsAt!: string;
}

class ReservedSeatView {
  /** @example "A1" */
  label!: string;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  price!: MoneyView;
}

export class ReservationRefundView {
  amount!: MoneyView;
  /**
   * How far it is; `succeeded` where nothing goes back.
   * @example "succeeded"
   */
  status!: RefundStatus;
  /**
   * Why the money goes back.
   * @example "reservation-cancelled"
   */
  reason!: RefundReason | 'external';
  /**
   * When the cinema recorded that it paid the money, or a part of it, out in another way than to the card, such as a bank transfer; null where it did not, and
   * while any of it still has to be paid. With the status `failed`, nothing is open any more.
   * @example null
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  paidOutAt!: string | null;
}

/** A reservation as its owner sees it. */
export class ReservationView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15" */
  id!: string;
  /**
   * Booking code: 8 Crockford base32 characters.
   * @example "7Q2M9XKD"
   */
  code!: string;
  /** @example "held" */
  status!: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  showtime!: ReservedShowtimeView;
  seats!: ReservedSeatView[];
  total!: MoneyView;
  /** @example "2026-11-21T18:30:00.000Z" */
  heldUntil!: string;
  /**
   * Seconds from the answer to `heldUntil`, rounded down, by the clock of the system, which the sandbox can move; 0 where that is over and the hold is
   * not ended yet; null unless the reservation is held. The repeated answer of an `Idempotency-Key` repeats the number of the first.
   * @example 1800
   */
  @ApiProperty({ nullable: true, type: 'integer', minimum: 0 })
  secondsLeft!: number | null;
  /**
   * Confirmed by a payment that came after the hold had expired.
   * @example false
   */
  late!: boolean;
  /** @example "2026-11-21T18:00:00.000Z" */
  createdAt!: string;
  confirmedAt!: string | null;
  endedAt!: string | null;
  /** @example null */
  endReason!: 'unpaid' | 'cancelled-by-customer' | 'cancelled-by-admin' | 'cancelled-by-cinema' | 'show-over' | null;
  /**
   * When the customer was let in to the showtime, in UTC; null before.
   * @example "2026-11-21T18:45:00.000Z"
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  admittedAt!: string | null;
  /**
   * Whether the showtime took place without the customer. Admins mark it after the end.
   * @example false
   */
  noShow!: boolean;
  /**
   * Whether the bank of the customer disputes a payment, or won such a dispute.
   * @example false
   */
  disputed!: boolean;
  /** Of a cancelled paid reservation always, also of amount 0; of an expired one where its money came too late; of any other where cheaper seats were chosen. */
  refund!: ReservationRefundView | null;
}

export class ReservationsResponse {
  data!: ReservationView[];
  page!: PageInfo;
}

/** Of `reservations.reservations`: the columns of a `ReservationRow`. */
export const RESERVATION_COLUMNS = `id, code, status, customer_id, showtime_id, seats, total, currency, held_until, starts_at, late, created_at,
  confirmed_at, ended_at, end_reason, payment_id, refund_due, refund_reason, change_refund, admitted_at, admitted_by, no_show, disputed`;

export type ReservationRow = Omit<
  ReservationState,
  'version' | 'showtimeVersion' | 'endsAt' | 'extended' | 'refundUntil' | 'refundOwedAt' | 'changeRefundOwedAt' | 'disputes'
>;

/** `now` is the time of the answer. */
export function reservationView(
  row: ReservationRow,
  { showtime, refund, now }: { showtime: ShowtimeSummary; refund: ReservationRefundView | null; now: Date },
): ReservationView {
  const { id, status, movie, theatre, room, startsAt, startsAtLocal, endsAt } = showtime;
  return {
    id: row.id,
    code: row.code,
    status: row.status,
    showtime: { id, status, movie, theatre, room, startsAt, startsAtLocal, endsAt },
    seats: [...row.seats],
    total: { amount: row.total, currency: row.currency },
    heldUntil: row.heldUntil.toISOString(),
    secondsLeft: secondsLeft(row, now),
    late: row.late,
    createdAt: row.createdAt.toISOString(),
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
    admittedAt: row.admittedAt?.toISOString() ?? null,
    noShow: row.noShow,
    disputed: row.disputed,
    refund,
  };
}

function secondsLeft({ status, heldUntil }: ReservationRow, now: Date): number | null {
  return status === 'held' ? Math.max(0, Math.floor((heldUntil.getTime() - now.getTime()) / 1_000)) : null;
}
