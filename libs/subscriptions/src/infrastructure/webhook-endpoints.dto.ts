/** What admins ask about webhook endpoints. */
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, ValidateIf } from 'class-validator';
import { allEventTypes } from '@app/contracts/all-events.js';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { IsOffsetTime } from '@app/platform/http/offset-time.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { QueryList, ValueList } from '@app/platform/http/query-list.js';
import { Text } from '@app/platform/http/text.js';
import { ArrayUnique } from '@app/platform/http/array-unique.js';
import {
  MAX_DESCRIPTION_CHARACTERS,
  MAX_TYPES,
  MAX_TYPE_CHARACTERS,
  MAX_URL_CHARACTERS,
  SHOWN_STATUSES,
  type ShownStatus,
} from '../application/queries/webhook-endpoint.view.js';
import { TEST_EVENT_TYPE, WEBHOOK_DELIVERY_STATUSES, type WebhookDeliveryStatus } from '../domain/webhook-delivery.js';

const TYPE_PATTERN = '^[a-z]+\\.[a-z]+(-[a-z]+)*\\.v[0-9]+$';
const TYPES_SCHEMA = {
  type: 'array',
  items: { type: 'string', maxLength: MAX_TYPE_CHARACTERS, pattern: TYPE_PATTERN },
  minItems: 1,
  maxItems: MAX_TYPES,
  uniqueItems: true,
  nullable: true,
  required: false,
} as const;
const MAX_LISTED_TYPES = 20;
const TYPES_MESSAGE = { message: 'must be listed in `/docs/events`' };

export class CreateWebhookEndpointRequest {
  /**
   * Where events are sent to, by POST: https, port 443, a public address.
   * @example "https://tickets.example/webhooks/cinema"
   */
  @Text({ max: MAX_URL_CHARACTERS })
  url!: string;

  /**
   * What it is for, for other admins.
   * @example "Ticket wall"
   */
  @MayBeLeftOut()
  @Text({ min: 0, max: MAX_DESCRIPTION_CHARACTERS, form: 'one-line', optional: true })
  description?: string;

  /**
   * The event types that it gets. Left out, or null: all, also those with names and e-mail addresses, and those that are added later.
   * @example ["reservations.reservation-confirmed.v1"]
   */
  @ApiProperty(TYPES_SCHEMA)
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_TYPES)
  @ArrayUnique()
  @IsIn([...allEventTypes], { each: true, ...TYPES_MESSAGE })
  types?: string[] | null;
}

export class ChangeWebhookEndpointRequest {
  /**
   * Where events are sent to, by POST: https, port 443, a public address.
   * @example "https://tickets.example/webhooks/cinema"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_URL_CHARACTERS, optional: true })
  url?: string;

  /**
   * What it is for, for other admins.
   * @example "Ticket wall in the foyer"
   */
  @MayBeLeftOut()
  @Text({ min: 0, max: MAX_DESCRIPTION_CHARACTERS, form: 'one-line', optional: true })
  description?: string;

  /**
   * The event types that it gets; null for all. What was requested before stays requested.
   * @example ["reservations.reservation-confirmed.v1"]
   */
  @ApiProperty(TYPES_SCHEMA)
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_TYPES)
  @ArrayUnique()
  @IsIn([...allEventTypes], { each: true, ...TYPES_MESSAGE })
  types?: string[] | null;
}

export class WebhookEndpointsRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(SHOWN_STATUSES)
  status?: readonly ShownStatus[];
}

export class WebhookDeliveriesRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(WEBHOOK_DELIVERY_STATUSES)
  status?: readonly WebhookDeliveryStatus[];

  /** Events of these types: one, or up to 20 separated by commas. */
  @QueryList({
    value: TYPE_PATTERN.slice(1, -1),
    isValue: IsIn([...allEventTypes, TEST_EVENT_TYPE], { ...TYPES_MESSAGE, each: true }),
    max: MAX_LISTED_TYPES,
    maxLength: MAX_LISTED_TYPES * (MAX_TYPE_CHARACTERS + 1) - 1,
    name: 'types',
  })
  type?: string[];
}

export class ReplayRequest {
  /**
   * Only deliveries that were requested then or later, in UTC.
   * @example "2026-11-26T12:00:00.000Z"
   */
  @IsOffsetTime()
  @ApiProperty({ format: 'date-time', maxLength: 64 })
  since!: string;
}
