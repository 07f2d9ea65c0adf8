import { PageInfo } from '@app/platform/http/page.view.js';
import type { StripeEventStatus } from '../../domain/stripe-event.js';

export interface StripeEventRow {
  readonly id: string;
  readonly type: string;
  readonly status: StripeEventStatus;
  readonly attempts: number;
  readonly note: string | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly objectId: string | null;
}

export const STRIPE_EVENT_COLUMNS = `id, type, status, attempts, note, occurred_at, received_at, body #>> '{data,object,id}' AS object_id`;

/** A Stripe event as admins see it. */
export class StripeEventView {
  /**
   * Stripe's id of the event.
   * @example "evt_1NG8Du2eZvKYlo2CUI79vXWy"
   */
  id!: string;
  /** @example "payment_intent.succeeded" */
  type!: string;
  /**
   * `checking`: Stripe is asked whether it is true. `failed`: it is applied again later. `parked`: left to a person. `dismissed`: an admin has ended that.
   * @example "parked"
   */
  status!: 'received' | 'applied' | 'ignored' | 'checking' | 'failed' | 'parked' | 'dismissed';
  /**
   * How often applying it failed.
   * @example 10
   */
  tries!: number;
  /** @example "not what was asked for, and Stripe does not stand by it" */
  note!: string | null;
  /** @example "2026-11-21T19:02:00.000Z" */
  occurredAt!: string;
  /** @example "2026-11-21T19:02:01.000Z" */
  receivedAt!: string;
  /**
   * The Stripe object it is about.
   * @example "pi_3OkJ2e"
   */
  objectId!: string | null;

  static of({ attempts, occurredAt, receivedAt, ...row }: StripeEventRow): StripeEventView {
    return { ...row, tries: attempts, occurredAt: occurredAt.toISOString(), receivedAt: receivedAt.toISOString() };
  }
}

/** A page of Stripe events. */
export class StripeEventsResponse {
  data!: StripeEventView[];
  page!: PageInfo;
}
