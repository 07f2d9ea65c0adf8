import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { IdList, QueryList, ValueList } from '@app/platform/http/query-list.js';
import { QueryBoolean } from '@app/platform/http/query-values.js';
import { Text } from '@app/platform/http/text.js';
import { RESERVATIONS_ORDERS, type ReservationsOrder } from '../application/queries/parts/reservations-order.js';
import { RESERVATION_STATUSES, type ReservationStatus } from '../domain/reservation-state.js';
import { MAX_AMOUNT } from './reservations.dto.js';

/** Without U, which no code has. A person writes long codes in groups. */
const BOOKING_CODE = '[0-9A-TV-Za-tv-z](?:[ -]?[0-9A-TV-Za-tv-z]){7}';
const MAX_CODE_CHARACTERS = 15;
const IS_BOOKING_CODE = new RegExp(`^${BOOKING_CODE}$`);
const MAX_CODES = 20;

export class ReservationsForAdminRequest extends PageRequest {
  /** Showtimes: one id, or up to 20 separated by commas. */
  @IdList()
  showtimeId?: string[];

  /** Customers: one id, or up to 20 separated by commas. */
  @IdList()
  customerId?: string[];

  /** Any of these states, separated by commas. */
  @ValueList(RESERVATION_STATUSES)
  status?: readonly ReservationStatus[];

  /** Those with a dispute that is open or lost, or those without. */
  @QueryBoolean()
  disputed?: boolean;

  /** Those whose customers did not come, or all others. */
  @QueryBoolean()
  noShow?: boolean;

  /** By creation or by the start of the showtime; with `-` the latest first. A cursor belongs to the order that it was made in. */
  @IsIn(RESERVATIONS_ORDERS)
  sort: ReservationsOrder = '-createdAt';

  /** Booking codes, as customers read them: one, or up to 20 separated by commas, in any case, with O for 0 and I or L for 1, and in groups. */
  @QueryList({
    value: BOOKING_CODE,
    isValue: Matches(IS_BOOKING_CODE, { each: true, message: 'must be 8 letters and digits, or several codes separated by commas' }),
    max: MAX_CODES,
    maxLength: MAX_CODES * (MAX_CODE_CHARACTERS + 1) - 1,
    name: 'codes',
  })
  code?: string[];
}

export class CheckInRequest {
  /** Booking code, as the customer shows it: in any case, with O for 0 and I or L for 1, and in groups (`7Q2M-9XKD`). */
  @ApiProperty({ minLength: 8, maxLength: MAX_CODE_CHARACTERS, example: '7Q2M9XKD' })
  @Matches(IS_BOOKING_CODE, { message: '$property must be 8 letters and digits' })
  code!: string;
}

export class CancelReservationAsAdminRequest {
  /**
   * What is refunded: everything, what the policy says, or nothing.
   * @example "full"
   */
  @IsIn(['full', 'policy', 'none'])
  refund!: 'full' | 'policy' | 'none';

  /**
   * For the customer and the audit trail.
   * @example "The projector broke."
   */
  @Text({ max: 500 })
  reason!: string;

  /**
   * How much of a payment may be kept, in the unit that Stripe uses for the currency. Where more would be kept now, the cancellation is refused: 0 for what
   * is seen as a hold, which may have been paid meanwhile. Left out, `refund` alone decides.
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MAX_AMOUNT)
  keptAtMost?: number;
}
