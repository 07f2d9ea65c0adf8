import type { Stripe } from 'stripe';
import { Collection } from './collection.js';
import type { Database } from './database.js';
import { idOf, newId, unixNowSeconds } from './ids.js';

export const API_VERSION = '2026-10-28.endive';
const EVENT_RETENTION_SECONDS = 30 * 86_400;

/** The request that caused an event. Both are null when Stripe acted without a request. */
export interface Cause {
  requestId: string | null;
  idempotencyKey: string | null;
}

export const STRIPE_INITIATED: Cause = { requestId: null, idempotencyKey: null };

/** All objects of the account, stored as they are sent, and the events about their changes. */
export class Ledger {
  readonly paymentIntents: Collection<Stripe.PaymentIntent>;
  readonly paymentMethods: Collection<Stripe.PaymentMethod>;
  readonly charges: Collection<Stripe.Charge>;
  readonly refunds: Collection<Stripe.Refund>;
  readonly disputes: Collection<Stripe.Dispute>;
  readonly events: Collection<Stripe.EventBase>;

  constructor(
    readonly database: Database,
    /** Returns the event as it is stored. */
    private readonly enqueueDelivery: (event: Stripe.EventBase) => Stripe.EventBase,
  ) {
    const chargeColumns = {
      payment_intent: (object: Stripe.Refund | Stripe.Dispute) => idOf(object.payment_intent),
      charge: (object: Stripe.Refund | Stripe.Dispute) => idOf(object.charge),
    };
    this.paymentIntents = new Collection<Stripe.PaymentIntent>(database, 'payment_intents', { status: (intent) => intent.status });
    this.paymentMethods = new Collection<Stripe.PaymentMethod>(database, 'payment_methods', {});
    this.charges = new Collection<Stripe.Charge>(database, 'charges', { payment_intent: (charge) => idOf(charge.payment_intent) });
    this.refunds = new Collection<Stripe.Refund>(database, 'refunds', chargeColumns);
    this.disputes = new Collection<Stripe.Dispute>(database, 'disputes', chargeColumns);
    this.events = new Collection<Stripe.EventBase>(database, 'events', {
      type: (event) => event.type,
      pending: (event) => event.pending_webhooks,
    });
  }

  /** Stripe lists only the events of the last 30 days. */
  deleteOldEvents(): void {
    this.database.run('DELETE FROM events WHERE created < ?', unixNowSeconds() - EVENT_RETENTION_SECONDS);
  }

  /** The event contains the object as it is now. With `before`, it also contains the old values of the changed fields. */
  recordEvent<T extends object>(type: Stripe.Event.Type, object: T, { cause, before }: { cause: Cause; before?: T }): void {
    const event: Stripe.EventBase = {
      id: newId('event'),
      object: 'event',
      api_version: API_VERSION,
      created: unixNowSeconds(),
      data: { object, ...(before === undefined ? {} : { previous_attributes: previousAttributes(before, object) }) },
      livemode: false,
      pending_webhooks: 0,
      request: { id: cause.requestId, idempotency_key: cause.idempotencyKey },
      type,
    };
    this.events.add(this.enqueueDelivery(event));
  }
}

function previousAttributes<T extends object>(before: T, after: T): Partial<T> {
  const changed = (Object.keys(before) as (keyof T)[]).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, before[name]])) as Partial<T>;
}
