import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  MinLength,
} from 'class-validator';
import { PageRequest } from '../http/page.dto.js';
import { PageInfo } from '../http/page.view.js';
import { MOST_REDRIVEN } from './redrive.js';

export class DeadLettersRequest extends PageRequest {
  /**
   * Only those that died in this queue.
   * @example "reservations.confirm-reservation-when-payment-succeeded"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  queue?: string;

  /**
   * Only those that wait for a person, or only those sent back.
   * @example "waiting"
   */
  @IsOptional()
  @IsIn(['waiting', 'redriven'])
  status?: 'waiting' | 'redriven';
}

export class RedriveRequest {
  /**
   * These letters, at most 100. Either `ids` or `queue`.
   * @example ["01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31"]
   */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_REDRIVEN)
  @ArrayUnique((id: unknown) => (typeof id === 'string' ? id.toLowerCase() : id))
  @IsUUID(undefined, { each: true })
  ids?: string[];

  /**
   * The letters that wait in this queue, the oldest 100.
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  queue?: string;
}

export class DeadLetterResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31" */
  id!: string;
  /** @example "waiting" */
  status!: 'waiting' | 'redriven';
  /**
   * Where it died, and where it goes when it is sent back.
   * @example "reservations.confirm-reservation-when-payment-succeeded"
   */
  queue!: string;
  /**
   * Null for a message that is none of ours.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b32"
   */
  messageId!: string | null;
  /** @example "ReservationNotFound: There is no such reservation." */
  reason!: string;
  /** @example 1 */
  attempts!: number;
  /** @example "2026-11-21T18:00:00.000Z" */
  diedAt!: string;
  /** @example null */
  redrivenAt!: string | null;
}

export class DeadLetterDetailResponse extends DeadLetterResponse {
  /**
   * The message: an event's envelope. Null where it is not a JSON object.
   * @example { "type": "payments.payment-succeeded.v1" }
   */
  body!: Record<string, unknown> | null;
  /** The message as it came, where it is not a JSON object. */
  text!: string | null;
}

export class DeadLettersResponse {
  data!: DeadLetterResponse[];
  page!: PageInfo;
}

export class RedriveFailureResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31" */
  id!: string;
  /** @example "reservations.a-reaction-of-long-ago" */
  queue!: string;
  /** @example "There is no queue reservations.a-reaction-of-long-ago" */
  reason!: string;
}

export class RedriveResponse {
  /**
   * Letters sent back.
   * @example 1
   */
  redriven!: number;
  /**
   * Chosen by id, but sent back before, or by somebody else at this moment.
   * @example 0
   */
  skipped!: number;
  /**
   * Letters the broker would not take; they keep waiting.
   * @example []
   */
  failed!: RedriveFailureResponse[];
  /**
   * Of the chosen ones, how many wait still.
   * @example 0
   */
  waiting!: number;
}
