import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { ReservationResponse } from './reservations.dto.js';

export class FindReservationsRequest extends PageRequest {
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
  @Matches(/^[0-9A-TV-Z]{8}$/i, { message: '$property must be 8 letters and digits' })
  code?: string;
}

export class CancelAsAdminRequest {
  /**
   * What goes back of what was paid: all of it, what the customer would get, or nothing.
   * @example "full"
   */
  @IsIn(['full', 'policy', 'none'])
  refund!: 'full' | 'policy' | 'none';

  /**
   * For the customer and the audit trail.
   * @example "The projector broke."
   */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason!: string;
}

export class AdminReservationResponse extends ReservationResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16" */
  customerId!: string;
}

export class AdminReservationsResponse {
  data!: AdminReservationResponse[];
  page!: PageInfo;
}

export class CancellationProgressResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  showtimeId!: string;
  /** @example "running" */
  status!: 'running' | 'finished';
  /**
   * The showtime was cancelled rather than moved.
   * @example true
   */
  whole!: boolean;
  /** @example "The projector broke." */
  reason!: string | null;
  /**
   * Reservations alive when it began.
   * @example 120
   */
  total!: number;
  /**
   * Reservations still to be ended.
   * @example 20
   */
  remaining!: number;
  /** @example "2026-11-21T18:00:00.000Z" */
  startedAt!: string;
  /** @example null */
  finishedAt!: string | null;
}
