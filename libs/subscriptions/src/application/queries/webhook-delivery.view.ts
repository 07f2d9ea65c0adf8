import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';
import { WEBHOOK_DELIVERY_STATUSES, type WebhookDeliveryStatus } from '../../domain/webhook-delivery.js';
import { MAX_TYPE_CHARACTERS } from './webhook-endpoint.view.js';

const MAX_ANSWER_CHARACTERS = 500;
const MAX_ERROR_CHARACTERS = 200;

export interface WebhookDeliveryRow {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly answer: string | null;
  readonly error: string | null;
  readonly nextAttemptAt: Date | null;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

export const WEBHOOK_DELIVERY_COLUMNS =
  'id, endpoint_id, event_id, type, status, attempts, response_status, answer, error, next_attempt_at, requested_at, ended_at';

/** What became of one event for one endpoint. The event itself is read with `GET /events`. */
export class WebhookDeliveryView {
  /**
   * Id of the delivery.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8c11"
   */
  @ApiProperty({ format: 'uuid' })
  id!: string;
  /**
   * The endpoint that it is for.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8c01"
   */
  @ApiProperty({ format: 'uuid' })
  endpointId!: string;
  /**
   * Id of the event; also the `webhook-id` of every attempt.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b81"
   */
  @ApiProperty({ format: 'uuid' })
  eventId!: string;
  /** @example "reservations.reservation-confirmed.v1" */
  @ApiProperty({ maxLength: MAX_TYPE_CHARACTERS })
  type!: string;
  /**
   * `waiting`: it is tried again. `delivered`: the endpoint answered with 2xx. `failed`: it was tried for three days, or its event is not kept.
   * @example "waiting"
   */
  @ApiProperty({ enum: WEBHOOK_DELIVERY_STATUSES, enumName: 'WebhookDeliveryStatus' })
  status!: WebhookDeliveryStatus;
  /**
   * How often it was tried, since it was requested or replayed.
   * @example 1
   */
  @ApiProperty({ minimum: 0 })
  attempts!: number;
  /**
   * The HTTP status that the endpoint answered the last attempt with; null where it did not answer.
   * @example 500
   */
  @ApiProperty({ nullable: true, type: 'integer', minimum: 100, maximum: 999 })
  responseStatus!: number | null;
  /**
   * The beginning of the last answer that was no success; null where there was none.
   * @example "Internal Server Error"
   */
  @ApiProperty({ maxLength: MAX_ANSWER_CHARACTERS, nullable: true, type: String })
  answer!: string | null;
  /**
   * Why the last attempt has no answer: `time-out`, `address-refused`, `name-unknown`, `event-deleted`, or the code of the system, such as `ECONNREFUSED`;
   * `secret-unreadable` where nothing could be signed, which counts as no attempt; null where there is an answer.
   * @example null
   */
  @ApiProperty({ maxLength: MAX_ERROR_CHARACTERS, nullable: true, type: String })
  error!: string | null;
  /**
   * When it is tried next, at the earliest, in UTC; null unless it waits.
   * @example "2026-11-26T12:00:05.000Z"
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  nextAttemptAt!: string | null;
  /**
   * When it was requested, in UTC.
   * @example "2026-11-26T12:00:00.000Z"
   */
  @ApiProperty({ format: 'date-time' })
  requestedAt!: string;
  /**
   * When it was delivered or given up, in UTC; null before.
   * @example null
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  endedAt!: string | null;

  static of({ nextAttemptAt, requestedAt, endedAt, ...row }: WebhookDeliveryRow): WebhookDeliveryView {
    return {
      ...row,
      nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
      requestedAt: requestedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    };
  }
}

/** A page of webhook deliveries. */
export class WebhookDeliveriesResponse {
  /** The deliveries of the page, newest first. */
  @ApiProperty({ type: [WebhookDeliveryView], maxItems: 100 })
  data!: WebhookDeliveryView[];
  /** Where the list continues. */
  page!: PageInfo;
}

/** What became of a request to replay. */
export class ReplayedDeliveriesView {
  /**
   * How many deliveries wait again.
   * @example 12
   */
  @ApiProperty({ minimum: 0 })
  replayed!: number;
  /**
   * Whether there may be more: repeat the request then.
   * @example false
   */
  isMore!: boolean;
}
