/** What must hold after any run: every seat has one owner, and money is never kept without a ticket. Compares all contexts and Stripe's own ledger. */
import { type Subscription, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { workerModules } from '../../apps/worker/src/worker.module.js';
import { until } from './until.js';

/** A `System` or a `Cluster`. */
export interface SystemUnderTest {
  readonly sandboxUrl: string;
  sql<Row extends object>(statement: string, parameters?: unknown[]): Promise<Row[]>;
}

/** Every breach as a line: the invariant's number, what is wrong, and of what. Empty when all is well and nothing is under way. */
export async function brokenInvariants(system: SystemUnderTest): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, statement] of Object.entries(RULES)) {
    const rows = await system.sql<{ breach: string }>(statement);
    broken.push(...rows.map(({ breach }) => `${name} ${breach}`));
  }
  return [...broken, ...(await unreceived(system)), ...(await moneyAgainst(await ledgerOf(system), system))];
}

/** Waits until what is under way has ended, then fails with every breach that is left. */
export async function assertInvariants(system: SystemUnderTest, within = 20_000): Promise<void> {
  let broken: string[] = [];
  await until(async () => (broken = await brokenInvariants(system)).length === 0, {
    timeoutMs: within,
    what: 'the invariants',
    intervalMs: 200,
  }).catch(() => {
    throw new Error(`${broken.length} broken invariants:\n${broken.slice(0, 50).join('\n')}`);
  });
}

const OWNS = `('held', 'confirmed', 'completed')`;
const ENDING = `('reservations.hold-expired.v1', 'reservations.reservation-cancelled.v1', 'reservations.reservation-completed.v1')`;
const OUTCOME_EVENTS = `('reservations.reservation-confirmed.v1', 'reservations.payment-came-too-late.v1', 'reservations.surplus-payment-received.v1')`;

/** Each answers one row a breach. */
const RULES: Readonly<Record<string, string>> = {
  S1: `SELECT format('seat %s of showtime %s has %s owners: %s', seat, showtime_id, count(*), string_agg(reservation_id::text, ', ')) AS breach
       FROM reservations.seat_claims GROUP BY showtime_id, seat HAVING count(*) > 1`,
  S2: `SELECT format('seat %s of showtime %s belongs to reservation %s, which is %s', c.seat, c.showtime_id, c.reservation_id, coalesce(r.status, 'not there')) AS breach
       FROM reservations.seat_claims c LEFT JOIN reservations.reservations r ON r.id = c.reservation_id
       WHERE r.status IS NULL OR r.status NOT IN ${OWNS}`,
  S3: `SELECT format('reservation %s is %s and has paid or held %s but owns %s', r.id, r.status, wanted.seats, owned.seats) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (SELECT array_agg(seat->>'label' ORDER BY seat->>'label' COLLATE "C") AS seats FROM jsonb_array_elements(r.seats) seat) wanted
       CROSS JOIN LATERAL (SELECT coalesce(array_agg(c.seat::text ORDER BY c.seat), '{}') AS seats
                           FROM reservations.seat_claims c WHERE c.reservation_id = r.id AND c.showtime_id = r.showtime_id) owned
       WHERE r.status IN ${OWNS} AND wanted.seats <> owned.seats`,
  H1: `SELECT format('reservation %s is held though its time ended at %s', id, held_until) AS breach FROM reservations.reservations, platform.clock
       WHERE status = 'held' AND held_until + interval '5 seconds' < clock_timestamp() + offset_ms * interval '1 millisecond'`,
  H2: `SELECT format('reservation %s is %s and ended by %s', r.id, r.status, endings.types) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (
         SELECT coalesce(array_agg(o.type ORDER BY o.sequence), '{}') AS types FROM messaging.outbox o
         WHERE o.subject = r.id AND o.type IN ${ENDING} AND o.sequence > (
           SELECT coalesce(max(sequence), 0) FROM messaging.outbox WHERE subject = r.id AND type = 'reservations.reservation-confirmed.v1')) endings
       WHERE endings.types <> CASE r.status
         WHEN 'expired' THEN ARRAY['reservations.hold-expired.v1']
         WHEN 'cancelled' THEN ARRAY['reservations.reservation-cancelled.v1']
         WHEN 'completed' THEN ARRAY['reservations.reservation-completed.v1']
         ELSE '{}'::text[] END`,
  M4: `SELECT format('reservation %s is %s for %s %s and has %s payments of its own', r.id, r.status, r.total, r.currency, own.payments) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (SELECT count(*) AS payments, bool_and(o.payment_id = r.payment_id) AS known FROM reservations.payment_outcomes o
                           WHERE o.reservation_id = r.id AND o.outcome IN ('confirmed', 'confirmed-late')) own
       WHERE r.status IN ('confirmed', 'completed') AND r.total > 0 AND (own.payments <> 1 OR own.known IS NOT true)`,
  M5: `SELECT format('payment %s captured %s, refunded %s, and its refunds are %s', p.id, p.captured, p.refunded, refunds.all) AS breach
       FROM payments.payments p
       CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE status = 'succeeded'), 0) AS done,
                                  coalesce(sum(amount) FILTER (WHERE status <> 'failed'), 0) AS promised,
                                  coalesce(array_agg(amount || ' ' || status ORDER BY id), '{}') AS all
                           FROM payments.refunds r WHERE r.payment_id = p.id) refunds
       WHERE p.refunded > p.captured OR p.refunded <> refunds.done OR refunds.promised > p.captured`,
  M6: `SELECT format('payment %s for reservation %s has succeeded and no outcome', p.id, p.reservation_id) AS breach
       FROM payments.payments p LEFT JOIN reservations.payment_outcomes o ON o.payment_id = p.id WHERE p.settled_at IS NOT NULL AND o.outcome IS NULL`,
  E1: `SELECT format('%s has version %s and events %s', subject, version, sequences) AS breach
       FROM (SELECT subject, count(*) AS events, max(sequence) AS last, array_agg(sequence ORDER BY sequence) AS sequences FROM messaging.outbox GROUP BY subject) told
       FULL JOIN (SELECT id, version FROM reservations.reservations UNION ALL SELECT id, version FROM payments.payments
                  UNION ALL SELECT id, version FROM showtimes.showtimes) kept ON kept.id = told.subject
       WHERE events <> last OR coalesce(last, 0) <> version`,
  E2: `SELECT format('%s %s of %s is not published', type, id, subject) AS breach FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL`,
  E4: `SELECT format('payment %s has %s outcomes: %s', data->>'paymentId', count(*), string_agg(type, ', ' ORDER BY position)) AS breach
       FROM messaging.outbox WHERE type IN ${OUTCOME_EVENTS} GROUP BY data->>'paymentId' HAVING count(*) > 1`,
  E5: `SELECT format('%s received %s, which nobody has sent', queue, message_id) AS breach
       FROM messaging.inbox i WHERE NOT EXISTS (SELECT FROM messaging.outbox o WHERE o.id = i.message_id)`,
  E6: `SELECT format('dead letter %s of %s: %s', message_id, queue, reason) AS breach FROM messaging.dead_letters WHERE redriven_at IS NULL
       UNION ALL SELECT format('parked event %s of type %s', id, type) FROM messaging.outbox WHERE parked_at IS NOT NULL
       UNION ALL SELECT format('parked Stripe event %s: %s', id, note) FROM payments.stripe_events WHERE status = 'parked'`,
};

/** E3. Which queue is bound to what is written in the code; RabbitMQ would not tell SQL. */
async function unreceived(system: SystemUnderTest): Promise<string[]> {
  const bindings = reactionsOf(workerModules);
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

function reactionsOf(modules: readonly unknown[]): Subscription[] {
  const seen = new Set<unknown>();
  const found = new Map<string, Subscription>();
  const visit = (module: unknown): void => {
    if (typeof module !== 'function' || seen.has(module)) return;
    seen.add(module);
    for (const provider of (Reflect.getMetadata('providers', module) ?? []) as unknown[]) {
      const subscription = subscriptionOf(provider);
      if (subscription !== null) found.set(subscription.queue, subscription);
    }
    ((Reflect.getMetadata('imports', module) ?? []) as unknown[]).forEach(visit);
  };
  modules.forEach(visit);
  return [...found.values()];
}

interface LedgerObject {
  readonly object: string;
  readonly id: string;
  readonly amount: number;
  readonly amount_captured: number;
  readonly currency: string;
  readonly status: string;
  readonly paid: boolean;
  readonly payment_intent: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

async function ledgerOf({ sandboxUrl }: SystemUnderTest): Promise<LedgerObject[]> {
  const response = await fetch(`${sandboxUrl}/sandbox/ledger`);
  if (!response.ok) throw new Error(`The sandbox's ledger answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LedgerObject);
}

/** What somebody gave back at Stripe by hand: so much less was left for us to give back. */
const byHand = (payment: string): string =>
  `(SELECT coalesce(sum(amount), 0)::int FROM payments.refunds WHERE payment_id = ${payment} AND status = 'succeeded' AND reason = 'external')`;

/** M1, M2, M3, and M5 at Stripe. */
async function moneyAgainst(ledger: readonly LedgerObject[], system: SystemUnderTest): Promise<string[]> {
  const of = (kind: string): LedgerObject[] => ledger.filter(({ object }) => object === kind);
  const intents = new Map(of('payment_intent').map((intent) => [intent.id, intent]));
  const charges = of('charge').filter(({ paid }) => paid);
  const refunds = of('refund').filter(({ status }) => status === 'succeeded');
  const broken: string[] = [];

  for (const charge of charges) {
    const back = total(refunds.filter(({ payment_intent }) => payment_intent === charge.payment_intent));
    if (back > charge.amount_captured)
      broken.push(`M5 charge ${charge.id} captured ${charge.amount_captured} and Stripe gave back ${back}`);
  }

  const theirs = new Map<string, number>();
  const inAll = new Map<string, number>();
  const book = (accounts: Map<string, number>, account: string, amount: number): Map<string, number> =>
    accounts.set(account, (accounts.get(account) ?? 0) + amount);
  for (const { payment_intent, amount_captured, currency } of charges) {
    book(theirs, `${reservationOf(intents, payment_intent)} ${currency}`, amount_captured);
    book(inAll, currency, amount_captured);
  }
  for (const { payment_intent, amount, currency, metadata } of refunds) {
    // What somebody gave back at Stripe by hand leaves the reservation as it is.
    if (metadata['refundId'] !== undefined) book(theirs, `${reservationOf(intents, payment_intent)} ${currency}`, -amount);
    book(inAll, currency, -amount);
  }

  const accounts = await system.sql<{ account: string; due: number; ours: number }>(
    `SELECT account, sum(due)::int AS due, sum(ours)::int AS ours FROM (
       SELECT r.id || ' ' || lower(r.currency) AS account, 0 AS ours, CASE
         WHEN r.status IN ('confirmed', 'completed') THEN r.total
         WHEN r.status = 'cancelled' AND o.data->>'paymentId' IS NOT NULL
           THEN greatest(r.total - (o.data->'refundDue'->>'amount')::int, ${byHand('r.payment_id')})
         ELSE 0 END AS due
       FROM reservations.reservations r
       LEFT JOIN messaging.outbox o ON o.subject = r.id AND o.type = 'reservations.reservation-cancelled.v1'
       UNION ALL
       SELECT p.reservation_id || ' ' || lower(p.captured_currency), p.captured - coalesce((
         SELECT sum(amount) FROM payments.refunds f WHERE f.payment_id = p.id AND f.status = 'succeeded' AND f.reason <> 'external'), 0),
         CASE WHEN EXISTS (SELECT FROM reservations.reservations r WHERE r.payment_id = p.id) THEN 0 ELSE ${byHand('p.id')} END
       FROM payments.payments p) booked
     GROUP BY account`,
  );
  for (const { account, due, ours } of accounts) {
    const stripe = theirs.get(account) ?? 0;
    if (due !== ours || due !== stripe) {
      broken.push(`M1 reservation ${account}: ${due} is due, our rows say ${ours} was kept, Stripe's ledger ${stripe}`);
    }
    theirs.delete(account);
  }
  for (const [account, amount] of theirs) {
    if (amount !== 0) broken.push(`M1 reservation ${account}: we know nothing of ${amount} in Stripe's ledger`);
  }

  const sums = await system.sql<{ currency: string; kept: number }>(
    `SELECT lower(captured_currency) AS currency, sum(captured - refunded)::int AS kept FROM payments.payments GROUP BY 1`,
  );
  const kept = new Map(sums.map(({ currency, kept: ours }) => [currency, ours]));
  for (const currency of new Set([...kept.keys(), ...inAll.keys()])) {
    const [ours, stripe] = [kept.get(currency) ?? 0, inAll.get(currency) ?? 0];
    if (ours !== stripe) broken.push(`M2 our rows keep ${ours} ${currency} in all, Stripe's ledger ${stripe}`);
  }

  const rows = await system.sql<{ id: string; intent_id: string }>(
    `SELECT id, intent_id FROM payments.payments WHERE status = 'succeeded' AND intent_id IS NOT NULL`,
  );
  const ours = new Set(rows.map(({ intent_id }) => intent_id));
  for (const { id, status } of intents.values()) {
    if (status === 'succeeded' && !ours.has(id)) broken.push(`M3 intent ${id} succeeded and has no payment`);
  }
  for (const { id, intent_id } of rows) {
    const status = intents.get(intent_id)?.status ?? 'not there';
    if (status !== 'succeeded') broken.push(`M3 payment ${id} succeeded, its intent ${intent_id} is ${status}`);
  }
  return broken;
}

function reservationOf(intents: ReadonlyMap<string, LedgerObject>, intentId: string | null): string {
  return intents.get(intentId ?? '')?.metadata['reservationId'] ?? `of nobody (${intentId})`;
}

function total(objects: readonly LedgerObject[]): number {
  return objects.reduce((sum, { amount }) => sum + amount, 0);
}
