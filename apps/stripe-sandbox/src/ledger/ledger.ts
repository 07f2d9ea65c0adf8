import type { Stripe } from 'stripe';
import { Collection } from './collection.js';
import type { Database } from './database.js';
import { idOf, newId, unixNow } from './ids.js';

export const apiVersion = '2026-10-28.endive';

/** The request an event came out of; null where Stripe acted by itself. */
export interface Cause {
  requestId: string | null;
  idempotencyKey: string | null;
}

export const byItself: Cause = { requestId: null, idempotencyKey: null };

/** Everything the account ever did. Objects are kept as they are sent; each change worth telling becomes an event. */
export class Ledger {
  readonly paymentIntents: Collection<Stripe.PaymentIntent>;
  readonly paymentMethods: Collection<Stripe.PaymentMethod>;
  readonly charges: Collection<Stripe.Charge>;
  readonly refunds: Collection<Stripe.Refund>;
  readonly disputes: Collection<Stripe.Dispute>;
  readonly events: Collection<Stripe.EventBase>;

  constructor(
    readonly database: Database,
    private readonly publish: (event: Stripe.EventBase) => Stripe.EventBase,
  ) {
    const ofCharge = {
      payment_intent: (object: Stripe.Refund | Stripe.Dispute) => idOf(object.payment_intent),
      charge: (object: Stripe.Refund | Stripe.Dispute) => idOf(object.charge),
    };
    this.paymentIntents = new Collection<Stripe.PaymentIntent>(database, 'payment_intents', { status: (intent) => intent.status });
    this.paymentMethods = new Collection<Stripe.PaymentMethod>(database, 'payment_methods', {});
    this.charges = new Collection<Stripe.Charge>(database, 'charges', { payment_intent: (charge) => idOf(charge.payment_intent) });
    this.refunds = new Collection<Stripe.Refund>(database, 'refunds', ofCharge);
    this.disputes = new Collection<Stripe.Dispute>(database, 'disputes', ofCharge);
    this.events = new Collection<Stripe.EventBase>(database, 'events', {
      type: (event) => event.type,
      pending: (event) => event.pending_webhooks,
    });
  }

  /** Stripe lists the events of the last 30 days. */
  forgetOldEvents(): void {
    this.database.run('DELETE FROM events WHERE created < ?', unixNow() - 30 * 86_400);
  }

  /** Snapshots the object as it is now; with `before`, tells what changed. */
  record<T extends object>(type: Stripe.Event.Type, object: T, cause: Cause, before?: T): void {
    const event: Stripe.EventBase = {
      id: newId.event(),
      object: 'event',
      api_version: apiVersion,
      created: unixNow(),
      data: { object, ...(before === undefined ? {} : { previous_attributes: previousAttributes(before, object) }) },
      livemode: false,
      pending_webhooks: 0,
      request: { id: cause.requestId, idempotency_key: cause.idempotencyKey },
      type,
    };
    this.events.add(this.publish(event));
  }
}

function previousAttributes<T extends object>(before: T, after: T): Partial<T> {
  const changed = (Object.keys(before) as (keyof T)[]).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, before[name]])) as Partial<T>;
}
