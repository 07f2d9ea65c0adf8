import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';

export class HoldSeatsRequest {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  @IsUUID()
  showtimeId!: string;

  /**
   * Labels of 1 to 10 seats, each once.
   * @example ["A1", "A2"]
   */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(8, { each: true })
  seats!: string[];
}

export class MyReservationsRequest extends PageRequest {
  /** @example "confirmed" */
  @IsOptional()
  @IsIn(['held', 'confirmed', 'cancelled', 'expired', 'completed'])
  status?: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';

  /**
   * By the start of the show.
   * @example "upcoming"
   */
  @IsOptional()
  @IsIn(['upcoming', 'past'])
  when?: 'upcoming' | 'past';
}

export class ReservedMovieResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Metropolis" */
  title!: string;
  /** @example 153 */
  runtimeMinutes!: number;
}

export class ReservedTheatreResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
}

export class ReservedRoomResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b13" */
  id!: string;
  /** @example "Room 1" */
  name!: string;
}

export class ReservedShowtimeResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  id!: string;
  /** @example "scheduled" */
  status!: 'scheduled' | 'cancelled';
  movie!: ReservedMovieResponse;
  theatre!: ReservedTheatreResponse;
  room!: ReservedRoomResponse;
  /** @example "2026-11-21T19:00:00.000Z" */
  startsAt!: string;
  /** @example "2026-11-21T20:00:00" */
  startsAtLocal!: string;
  /** @example "2026-11-21T21:33:00.000Z" */
  endsAt!: string;
}

export class ReservedSeatResponse {
  /** @example "A1" */
  label!: string;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  price!: MoneyView;
}

export class ReservationRefundResponse {
  amount!: MoneyView;
  /** @example "succeeded" */
  status!: 'requested' | 'submitted' | 'succeeded' | 'failed';
  /** @example "reservation-cancelled" */
  reason!: string;
}

export class ReservationResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15" */
  id!: string;
  /**
   * Booking code: 8 Crockford base32 characters.
   * @example "7Q2M9XKD"
   */
  code!: string;
  /** @example "held" */
  status!: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  showtime!: ReservedShowtimeResponse;
  seats!: ReservedSeatResponse[];
  total!: MoneyView;
  /** @example "2026-11-21T18:30:00.000Z" */
  heldUntil!: string;
  /**
   * Confirmed by money that came after the hold had expired.
   * @example false
   */
  late!: boolean;
  /** @example "2026-11-21T18:00:00.000Z" */
  createdAt!: string;
  confirmedAt!: string | null;
  endedAt!: string | null;
  /** @example null */
  endReason!: 'unpaid' | 'cancelled-by-customer' | 'cancelled-by-admin' | 'cancelled-by-cinema' | 'show-over' | null;
  refund!: ReservationRefundResponse | null;
}

export class ReservationsResponse {
  data!: ReservationResponse[];
  page!: PageInfo;
}

export class CancellationQuoteResponse {
  /** @example true */
  cancellable!: boolean;
  refund!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  kept!: MoneyView;
  /**
   * Until when this answer stands.
   * @example "2026-11-21T17:00:00.000Z"
   */
  until!: string | null;
}

export class SeatOnMapResponse {
  /** @example "A1" */
  label!: string;
  /** @example 1 */
  number!: number;
  /**
   * Grid column from 1, gaps counted.
   * @example 1
   */
  column!: number;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  /** @example false */
  accessible!: boolean;
  /** @example false */
  companion!: boolean;
  /** @example { "amount": 1250, "currency": "EUR" } */
  price!: MoneyView | null;
  /** @example "available" */
  status!: 'available' | 'held' | 'sold';
  /** Only on your own seats. */
  mine?: boolean;
}

export class SeatRowResponse {
  /** @example "A" */
  row!: string;
  seats!: SeatOnMapResponse[];
}

export class SeatMapResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  showtimeId!: string;
  rows!: SeatRowResponse[];
}
