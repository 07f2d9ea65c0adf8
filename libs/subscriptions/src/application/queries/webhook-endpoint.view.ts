import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';
import { versionOf, withVersion } from '@app/platform/persistence/resource-version.js';
import { DISABLED_REASONS, type DisabledReason, type WebhookEndpointState } from '../../domain/webhook-endpoint.js';

/** A deleted endpoint is never shown. */
export const SHOWN_STATUSES = ['enabled', 'disabled'] as const;
export type ShownStatus = (typeof SHOWN_STATUSES)[number];

/** More than there are event types. */
export const MAX_TYPES = 100;
export const MAX_TYPE_CHARACTERS = 100;
export const MAX_URL_CHARACTERS = 2_048;
export const MAX_DESCRIPTION_CHARACTERS = 200;

/** A webhook endpoint as admins see it. Its secret is shown once, when it is made. */
export class WebhookEndpointView {
  /**
   * Id of the endpoint.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8c01"
   */
  @ApiProperty({ format: 'uuid' })
  id!: string;
  /**
   * Where events are sent to, by POST.
   * @example "https://tickets.example/webhooks/cinema"
   */
  @ApiProperty({ format: 'uri', maxLength: MAX_URL_CHARACTERS })
  url!: string;
  /**
   * What it is for, for other admins. May be empty.
   * @example "Ticket wall"
   */
  @ApiProperty({ maxLength: MAX_DESCRIPTION_CHARACTERS })
  description!: string;
  /**
   * The event types that it gets; null for all, also those that are added later.
   * @example ["reservations.reservation-confirmed.v1"]
   */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', maxLength: MAX_TYPE_CHARACTERS },
    maxItems: MAX_TYPES,
    uniqueItems: true,
    nullable: true,
  })
  types!: string[] | null;
  /**
   * `disabled`: nothing is sent to it until it is enabled again.
   * @example "enabled"
   */
  @ApiProperty({ enum: SHOWN_STATUSES, enumName: 'WebhookEndpointStatus' })
  status!: ShownStatus;
  /**
   * Why it is disabled: `gone`: it answered 410. `failing`: every attempt of five days failed. Null while it is enabled.
   * @example null
   */
  @ApiProperty({ enum: DISABLED_REASONS, enumName: 'WebhookDisabledReason', nullable: true })
  disabledReason!: DisabledReason | null;
  /**
   * The first failed try since the last success, in UTC; null where the last one succeeded.
   * @example null
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  failingSince!: string | null;
  /**
   * Until when the secret before the last rotation signs too, in UTC; null where there was none.
   * @example null
   */
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  previousSecretUntil!: string | null;
  /** @example "2026-11-26T12:00:00.000Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class WebhookEndpointWithSecretView extends WebhookEndpointView {
  /**
   * What requests are signed with. It is shown in this answer only.
   * @example "whsec_<44 characters of Base64>"
   */
  @ApiProperty({ maxLength: 100 })
  secret!: string;
}

/** A page of webhook endpoints. */
export class WebhookEndpointsResponse {
  /** The endpoints of the page, newest first. */
  @ApiProperty({ type: [WebhookEndpointView], maxItems: 100 })
  data!: WebhookEndpointView[];
  /** Where the list continues. */
  page!: PageInfo;
}

export type WebhookEndpointRow = Omit<WebhookEndpointView, 'failingSince' | 'previousSecretUntil' | 'createdAt'> & {
  readonly version: number;
  readonly failingSince: Date | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
};

/** No secret is read for a view. */
export const WEBHOOK_ENDPOINT_COLUMNS =
  'id, url, description, types, status, disabled_reason, failing_since, previous_secret_until, created_at, version';

export function webhookEndpointView({
  failingSince,
  previousSecretUntil,
  createdAt,
  version,
  ...row
}: WebhookEndpointRow): WebhookEndpointView {
  const view = {
    ...row,
    failingSince: failingSince?.toISOString() ?? null,
    previousSecretUntil: previousSecretUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
  return withVersion(view, version);
}

/** The only answers with a secret: of a new endpoint, and of one with a new secret. */
export function withSecret(endpoint: WebhookEndpointView, secret: string): WebhookEndpointWithSecretView {
  const [view, version] = [{ ...endpoint, secret }, versionOf(endpoint)];
  return version === undefined ? view : withVersion(view, version);
}

/** Of one that was not deleted. */
export function webhookEndpointViewOf(state: WebhookEndpointState): WebhookEndpointView {
  const { id, url, description, types, status, disabledReason, failingSince, previousSecretUntil, createdAt, version } = state;
  if (status === 'deleted') throw new RangeError(`The webhook endpoint ${id} was deleted`);
  const chosen = { id, url, description, types: types === null ? null : [...types] };
  return webhookEndpointView({ ...chosen, status, disabledReason, failingSince, previousSecretUntil, createdAt, version });
}
