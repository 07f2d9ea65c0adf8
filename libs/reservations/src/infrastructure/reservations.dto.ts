import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { IdList, ValueList } from '@app/platform/http/query-list.js';
import { QueryInteger } from '@app/platform/http/query-values.js';
import { ArrayUnique } from '@app/platform/http/array-unique.js';
import { RESERVATIONS_ORDERS, type ReservationsOrder } from '../application/queries/parts/reservations-order.js';
import { RESERVATION_STATUSES, type ReservationStatus } from '../domain/reservation-state.js';

/** More than a reservation can have, so that a refusal can name its limit. */
const MAX_LABELS = 50;

export class ChangeSeatsRequest {
  /** Labels of 1 to 10 seats of the same showtime, each once: all that the reservation shall have, the ones to keep included. */
  @ApiProperty({
    type: [String],
    items: { type: 'string', minLength: 1, maxLength: 8 },
    minItems: 1,
    maxItems: 10,
    uniqueItems: true,
    example: ['A1', 'A2'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_LABELS)
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(8, { each: true })
  seats!: string[];
}

/** PostgreSQL's integer, which the sums of reservations are. */
export const MAX_AMOUNT = 2_147_483_647;

export class CancelReservationRequest {
  /**
   * How much of the payment may be kept, in the unit that Stripe uses for the currency: `kept.amount` of the quote that the customer has seen. Where more
   * would be kept now, the cancellation is refused: 0 for what is seen as a hold, which may have been paid meanwhile. Left out, the policy alone decides.
   */
  @QueryInteger({ min: 0, max: MAX_AMOUNT })
  keptAtMost?: number;
}

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
  @ArrayMaxSize(MAX_LABELS)
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(8, { each: true })
  seats!: string[];
}

export class MyReservationsRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(RESERVATION_STATUSES)
  status?: readonly ReservationStatus[];

  /** Showtimes: one id, or up to 20 separated by commas. */
  @IdList()
  showtimeId?: string[];

  /** By the start of the showtime that was reserved: a move ends the reservation, and does not change it. */
  @MayBeLeftOut()
  @IsIn(['upcoming', 'past'])
  when?: 'upcoming' | 'past';

  /** By creation or by the start of the showtime; with `-` the latest first. A cursor belongs to the order that it was made in. */
  @IsIn(RESERVATIONS_ORDERS)
  sort: ReservationsOrder = '-createdAt';
}
