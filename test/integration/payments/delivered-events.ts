/** Stripe events: posts them as Stripe does, and reads what became of them. */
import { createHmac } from 'node:crypto';
import { newId } from '@app/kernel/id.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import type { PaymentsApp } from './payments-app.js';

interface SignatureOptions {
  /** The current one, unless given. */
  readonly secret?: string;
  /** The time in the signature, in seconds from now. */
  readonly at?: number;
  /** In the place of a computed one. */
  readonly signature?: string;
}

/** Posts an event, or any text, with a signature. */
export function postEvent(app: PaymentsApp, event: unknown, { secret, at = 0, signature }: SignatureOptions = {}): Promise<HttpResponse> {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1_000) + at;
  const key = secret ?? app.stripeSettings.webhookSecrets[0]!;
  const signed = signature ?? `t=${timestamp},v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;
  return app.call('POST', '/webhooks/stripe', { body, headers: { 'content-type': 'application/json', 'stripe-signature': signed } });
}

export function eventAbout(object: object, own: object = {}): Json {
  const id = `evt_${newId().replaceAll('-', '')}`;
  return {
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    data: { object },
    ...own,
  };
}

export async function readEvent(app: PaymentsApp, id: string): Promise<Json> {
  const [row] = await app.sql(`SELECT * FROM payments.stripe_events WHERE id = $1`, [id]);
  return row;
}

/** Waits until the event has this status. */
export function untilEvent(app: PaymentsApp, id: string, status: string): Promise<Json> {
  return until(
    async () => {
      const event = await readEvent(app, id);
      return event?.status === status ? event : undefined;
    },
    { what: `${id} to be ${status}` },
  );
}

/** The events of this type that the sandbox delivered about an object, once all of them have an outcome. */
export function deliveredEvents(app: PaymentsApp, objectId: string, type: string): Promise<Json[]> {
  return until(
    async () => {
      const rows = await app.sql(`SELECT * FROM payments.stripe_events WHERE body #>> '{data,object,id}' = $1 AND type = $2`, [
        objectId,
        type,
      ]);
      return rows.length > 0 && rows.every(({ status }) => status !== 'checking' && status !== 'received') ? rows : undefined;
    },
    { what: `${type} of ${objectId} to have an outcome` },
  );
}
