import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';

/** Members that refusals of reservations add to a problem. */
export class ReservationProblemMembers {
  /** Seats that another reservation has, on `reservations.seats-taken`. */
  conflictingSeats?: string[];
  /** Seats that do not exist in the room, on `reservations.no-such-seat`. */
  unknownSeats?: string[];
  /** When sales open, in UTC, on `reservations.not-on-sale`. */
  salesOpenAt?: string;
  /** What the reservation costs now, on `reservations.seats-dearer`. */
  currentTotal?: MoneyView;
  /** What the wanted seats would cost, on `reservations.seats-dearer`. */
  newTotal?: MoneyView;
  /** Until when a refund was possible, in UTC, on `reservations.change-not-refundable`. */
  @ApiProperty({ format: 'date-time', required: false })
  refundUntil?: string;
  /** What a cancellation would refund now, on `reservations.more-would-be-kept`. */
  refund?: MoneyView;
  /** What a cancellation would keep now, on `reservations.more-would-be-kept`: `keptAtMost` of a request that agrees to it. */
  kept?: MoneyView;
  /** When the customer was let in, in UTC, on `reservations.already-admitted`. */
  @ApiProperty({ format: 'date-time', required: false })
  admittedAt?: string;
  /** User id of the member of staff who let the customer in, on `reservations.already-admitted` of a check-in. The customer is not told. */
  @ApiProperty({ format: 'uuid', required: false })
  admittedBy?: string;
  /** From when on customers of the showtime are let in, in UTC, on `reservations.check-in-not-open`. */
  @ApiProperty({ format: 'date-time', required: false })
  opensAt?: string;
  /** When the showtime ended, in UTC, on `reservations.check-in-closed`. */
  @ApiProperty({ format: 'date-time', required: false })
  closedAt?: string;
  /** When the showtime ends, in UTC, on `reservations.showtime-not-over`. */
  @ApiProperty({ format: 'date-time', required: false })
  endsAt?: string;
  /** How long a customer may keep seats of a showtime without paying within 24 hours, on `reservations.unpaid-holds-too-long`. */
  limitMinutes?: number;
  /** How many seats were asked for, on `reservations.no-seats-together`. */
  requested?: number;
  /** The most of such seats that are free side by side, on `reservations.no-seats-together`. */
  mostTogether?: number;
  /** Free seats of the showtime, on `reservations.no-seats-together`. */
  seatsLeft?: number;
}
