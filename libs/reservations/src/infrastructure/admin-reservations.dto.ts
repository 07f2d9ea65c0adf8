import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Text } from '@app/platform/http/text.js';

/** Without U, which no code has. */
const BOOKING_CODE = /^[0-9A-TV-Z]{8}$/i;

export class ReservationsForAdminRequest extends PageRequest {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  @IsOptional()
  @IsUUID()
  showtimeId?: string;

  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16" */
  @IsOptional()
  @IsUUID()
  customerId?: string;

  /** @example "confirmed" */
  @IsOptional()
  @IsIn(['held', 'confirmed', 'cancelled', 'expired', 'completed'])
  status?: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';

  /**
   * Booking code, as the customer reads it: in any case, with O for 0 and I or L for 1.
   * @example "7Q2M9XKD"
   */
  @IsOptional()
  @Matches(BOOKING_CODE, { message: '$property must be 8 letters and digits' })
  code?: string;
}

export class CheckInRequest {
  /** Booking code, as the customer shows it: in any case, with O for 0 and I or L for 1. */
  @ApiProperty({ minLength: 8, maxLength: 8, example: '7Q2M9XKD' })
  @Matches(BOOKING_CODE, { message: '$property must be 8 letters and digits' })
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
}
