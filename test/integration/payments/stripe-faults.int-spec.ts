/** The whole system with a Stripe that fails in every way, compared with Stripe's own ledger at the end. */
import type Stripe from 'stripe';
import type { Customer, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const RESERVATIONS = 60;

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({
    env: { STRIPE_TIMEOUT_MS: '2000', RECONCILE_AFTER_MS: '1000', TICK_RECONCILE_EVENTS_MS: '1000', TICK_RECONCILE_DAYS_MS: '2000' },
  });
}, 60_000);
afterAll(() => system?.close());

const everyFault = {
  webhooks: [{ duplicate: 1, shuffleMs: 500 }],
  api: [
    ...['/v1/payment_intents', '/v1/refunds', '/v1/payment_intents/*/cancel'].flatMap((path) => [
      { method: 'POST', path, probability: 0.08, answer: 'server_error', when: 'after' },
      { method: 'POST', path, probability: 0.08, answer: 'server_error', when: 'before' },
      { method: 'POST', path, probability: 0.08, answer: 'server_error', when: 'after', storesIdempotent: false },
      { method: 'POST', path, probability: 0.08, answer: 'hang', when: 'after' },
      { method: 'POST', path, probability: 0.08, answer: 'close', when: 'after' },
      { method: 'POST', path, probability: 0.04, answer: 'lock_timeout' },
      { method: 'POST', path, probability: 0.02, answer: 'rate_limit' },
    ]),
    { method: 'GET', probability: 0.1, answer: 'server_error' },
  ],
};

async function faults(settings: object): Promise<void> {
  const body = JSON.stringify(settings);
  const response = await fetch(`${system.sandbox.url}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(await response.text());
}

async function all<Item extends { id: string }>(list: (page: object) => Promise<Stripe.ApiList<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = await list({ limit: 100 }); ; page = await list({ limit: 100, starting_after: items.at(-1)!.id })) {
    items.push(...page.data);
    if (!page.has_more) return items;
  }
}

/** Holds a seat, pays or not, and may cancel. A failed request is repeated, as customers do. */
async function customerDay(customer: Customer, showtimeId: string, seat: string, i: number): Promise<void> {
  const { body } = await system.hold(customer, showtimeId, [seat]);
  const started = await until(
    async () => {
      const answer = await system.startPayment(customer, body.id);
      return answer.status < 300 ? answer.body : undefined;
    },
    { what: 'a payment to start', intervalMs: 100 },
  );
  const intentId = (started.clientSecret as string).split('_secret_')[0]!;
  const isPaid = i % 4 !== 3;
  if (isPaid) await system.stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
  if (i % 3 === 0) await system.delete(`/reservations/${body.id}`, { token: customer.token });
}

describe('Payments with a failing Stripe', () => {
  it('money is kept only with a confirmed reservation, and both ledgers agree', async () => {
    const customers = await system.registerCustomers(RESERVATIONS / 3);
    const { showtimeId } = await system.createShowtime();
    await faults(everyFault);
    const seats = Array.from({ length: RESERVATIONS }, (_, i) => `${String.fromCharCode(65 + Math.floor(i / 12))}${(i % 12) + 1}`);
    await Promise.all(seats.map((seat, i) => customerDay(customers[i % customers.length]!, showtimeId, seat, i)));
    await faults({ webhooks: [{ drop: true }] });
    await system.advanceClock({ minutes: 31 });

    await until(
      async () => {
        const [open] = await system.sql<{ count: number }>(
          `SELECT (SELECT count(*) FROM payments.payments WHERE status IN ('created', 'open', 'failed'))
             + (SELECT count(*) FROM payments.refunds WHERE status <> 'succeeded')
             + (SELECT count(*) FROM payments.stripe_events WHERE status NOT IN ('applied', 'ignored'))
             + (SELECT count(*) FROM reservations.reservations WHERE status = 'held')
             + (SELECT count(*) FROM messaging.outbox WHERE published_at IS NULL)
             + (SELECT count(*) FROM messaging.deliveries WHERE queue <> 'cinema.unrouted') AS count`,
        );
        return open?.count === 0;
      },
      { timeoutMs: 120_000, what: 'every payment, refund, event and reservation to end', intervalMs: 200 },
    );
    await assertLedgersAgree();
  }, 240_000);

  async function assertLedgersAgree(): Promise<void> {
    const intents = await all((page) => system.stripe.paymentIntents.list(page));
    const refunds = await all((page) => system.stripe.refunds.list(page));
    const payments = await system.sql<Json>(`SELECT * FROM payments.payments`);
    const back = (intentId: string) =>
      refunds
        .filter((refund) => refund.payment_intent === intentId && refund.status === 'succeeded')
        .reduce((sum, { amount }) => sum + amount, 0);

    // Both ledgers agree, in both directions.
    const theirs = intents.filter(({ status }) => status === 'succeeded').map(({ id, amount_received }) => [id, amount_received, back(id)]);
    const ours = payments
      .filter(({ status }) => status === 'succeeded')
      .map((payment) => [payment.intent_id, payment.captured, payment.refunded]);
    expect(ours.sort()).toEqual(theirs.sort());
    expect(intents.filter(({ status }) => status !== 'succeeded' && status !== 'canceled')).toEqual([]);

    // One intent for each payment.
    expect(new Set(intents.map(({ metadata }) => metadata['paymentId'])).size).toBe(intents.length);

    // Money is kept only for confirmed reservations.
    const kept = await system.sql<Json>(
      `SELECT r.status, r.total, (SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments.payments p WHERE p.reservation_id = r.id) AS kept
       FROM reservations.reservations r`,
    );
    expect(kept).toHaveLength(RESERVATIONS);
    for (const { status, total, kept: sum } of kept) expect([status, sum]).toEqual([status, status === 'confirmed' ? total : 0]);
    expect(kept.filter(({ status }) => status === 'confirmed').length).toBeGreaterThan(10);
    expect(kept.filter(({ status }) => status === 'cancelled').length).toBeGreaterThan(10);
    expect(kept.filter(({ status }) => status === 'expired').length).toBeGreaterThan(5);

    const holes = await system.sql(
      `SELECT subject FROM messaging.outbox GROUP BY subject HAVING count(*) <> max(sequence) OR min(sequence) <> 1`,
    );
    expect(holes).toEqual([]);
    expect(await system.sql(`SELECT * FROM messaging.dead_letters`)).toEqual([]);
  }
});
