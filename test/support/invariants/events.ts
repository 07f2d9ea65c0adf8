/** Invariants of events (E): each is published once, received by every subscriber, and none is lost or invented. Each statement returns one row a breach. */
import { UNROUTED } from '@app/platform/messaging/broker.js';
import { type Subscription, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { workerModules } from '../../../apps/worker/src/worker.module.js';
import type { SystemUnderTest } from '../invariants.js';
import { EFFECTS } from './effects.js';

const OUTCOME_EVENTS = `('reservations.reservation-confirmed.v1', 'reservations.payment-came-too-late.v1', 'reservations.surplus-payment-received.v1')`;

export const EVENT_INVARIANTS: Readonly<Record<string, string>> = {
  // The events of an aggregate are numbered without a gap up to its version.
  E1: `SELECT format('%s has version %s and events %s', subject, version, sequences) AS breach
       FROM (SELECT subject, count(*) AS events, max(sequence) AS last, array_agg(sequence ORDER BY sequence) AS sequences FROM messaging.outbox GROUP BY subject) told
       FULL JOIN (SELECT id, version FROM reservations.reservations UNION ALL SELECT id, version FROM payments.payments
                  UNION ALL SELECT id, version FROM showtimes.showtimes) kept ON kept.id = told.subject
       WHERE events <> last OR coalesce(last, 0) <> version`,
  // Every event is published.
  E2: `SELECT format('%s %s of %s is not published', type, id, subject) AS breach FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL`,
  // A payment has at most one outcome event, and a reaction that received an event has done its work once.
  E4: `SELECT format('payment %s has %s outcomes: %s', data->>'paymentId', count(*), string_agg(type, ', ' ORDER BY position)) AS breach
       FROM messaging.outbox WHERE type IN ${OUTCOME_EVENTS} GROUP BY data->>'paymentId' HAVING count(*) > 1
       UNION ALL ${EFFECTS}`,
  // Every message in the inbox came from the outbox.
  E5: `SELECT format('%s received %s, which is not in the outbox', queue, message_id) AS breach
       FROM messaging.inbox i WHERE NOT EXISTS (SELECT FROM messaging.outbox o WHERE o.id = i.message_id)`,
  // There is no dead letter, parked event, message that found no queue, or parked Stripe event.
  E6: `SELECT format('dead letter %s of %s: %s', message_id, queue, reason) AS breach FROM messaging.dead_letters WHERE redriven_at IS NULL
       UNION ALL SELECT format('parked event %s of type %s', id, type) FROM messaging.outbox WHERE parked_at IS NOT NULL
       UNION ALL SELECT format('message %s found no queue: %s', message_id, left(body, 200)) FROM messaging.deliveries WHERE queue = '${UNROUTED}'
       UNION ALL SELECT format('parked Stripe event %s: %s', id, note) FROM payments.stripe_events WHERE status = 'parked'`,
};

/** E3: every published event is in the inbox of each of its subscribers, or in their dead letters. */
export async function undeliveredEvents(system: SystemUnderTest): Promise<string[]> {
  // The bindings come from the code, because SQL cannot read them from RabbitMQ.
  const bindings = subscriptionsOf(workerModules);
  const rows = await system.sql<{ breach: string }>(
    `SELECT format('E3 %s has not received %s %s', b.queue, o.type, o.id) AS breach
     FROM unnest($1::text[], $2::text[]) AS b (queue, type) JOIN messaging.outbox o ON o.type = b.type
     WHERE o.published_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM messaging.inbox i WHERE i.queue = b.queue AND i.message_id = o.id)
       AND NOT EXISTS (SELECT FROM messaging.dead_letters d WHERE d.queue = b.queue AND d.message_id = o.id AND d.redriven_at IS NULL)`,
    [bindings.map(({ queue }) => queue), bindings.map(({ event }) => event.type)],
  );
  return rows.map(({ breach }) => breach);
}

/** E6 at RabbitMQ. */
export async function unroutedAtRabbitmq(system: SystemUnderTest): Promise<string[]> {
  const count = (await system.unroutedMessages?.()) ?? 0;
  return count === 0 ? [] : [`E6 ${count} messages found no queue at RabbitMQ`];
}

/** Collects the subscriptions of the modules and of the modules that they import. */
function subscriptionsOf(modules: readonly unknown[]): Subscription[] {
  const visited = new Set<unknown>();
  const byQueue = new Map<string, Subscription>();
  const visit = (module: unknown): void => {
    if (typeof module !== 'function' || visited.has(module)) return;
    visited.add(module);
    for (const provider of (Reflect.getMetadata('providers', module) ?? []) as unknown[]) {
      const subscription = subscriptionOf(provider);
      if (subscription !== null) byQueue.set(subscription.queue, subscription);
    }
    ((Reflect.getMetadata('imports', module) ?? []) as unknown[]).forEach(visit);
  };
  modules.forEach(visit);
  return [...byQueue.values()];
}
