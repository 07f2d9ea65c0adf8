import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import type { Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { eventAbout, postEvent, readEvent } from './delivered-events.js';
import { eur, PaymentsApp, type TestPayment } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start();
}, 60_000);
afterAll(() => app?.close());

const EVENT_OF: Readonly<Record<string, string>> = { needs_response: 'created', won: 'closed', lost: 'closed', warning_closed: 'closed' };

function disputeOf({ intentId }: Pick<TestPayment, 'intentId'>, status: string, own: Json = {}): Json {
  return { id: 'dp_1', payment_intent: intentId, amount: 2_500, currency: 'eur', reason: 'fraudulent', status, ...own };
}
function aboutDispute(dispute: Json): Json {
  return eventAbout(dispute, { type: `charge.dispute.${EVENT_OF[dispute.status as string] ?? 'updated'}` });
}

async function post(dispute: Json): Promise<Json> {
  const event = aboutDispute(dispute);
  expect((await postEvent(app, event)).status).toBe(200);
  return readEvent(app, event.id);
}
const recorded = (id: string) =>
  app.sql(`SELECT payment_id, status, amount, closed_at IS NOT NULL AS closed FROM payments.disputes WHERE id = $1`, [id]);
/** Types of the events of the payment that are about disputes, with the outcome of those that close. */
async function published(paymentId: string): Promise<string[]> {
  await app.eventsOf(paymentId);
  const rows = await app.sql<{ type: string; outcome: string | null }>(
    `SELECT type, data ->> 'outcome' AS outcome FROM messaging.outbox WHERE subject = $1 AND type LIKE '%dispute%' ORDER BY sequence`,
    [paymentId],
  );
  return rows.map(({ type, outcome }) => type.replace(/^payments\.dispute-|\.v1$/g, '') + (outcome === null ? '' : ` ${outcome}`));
}

describe('Events of a dispute', () => {
  it('events in any order and repeated open a dispute at most once and close it once', async () => {
    const steps = ['needs_response', 'under_review', 'lost'];
    const histories = fc
      .array(fc.constantFrom(...steps), { maxLength: 4 })
      .chain((repeated) => fc.shuffledSubarray([...steps, ...repeated], { minLength: steps.length + repeated.length }));
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const payment = await app.paidPayment();
        const id = `dp_${newId()}`;
        for (const status of history) expect((await post(disputeOf(payment, status, { id }))).status).toBe('applied');
        expect(await recorded(id)).toEqual([{ payment_id: payment.paymentId, status: 'lost', amount: 2_500, closed: true }]);
        expect(await published(payment.paymentId)).toEqual(history[0] === 'lost' ? ['closed lost'] : ['opened', 'closed lost']);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('eight events at the same moment close a dispute once, a new one and a known one', async () => {
    for (const isKnown of [false, true]) {
      const payment = await app.paidPayment();
      const id = `dp_${newId()}`;
      if (isKnown) await post(disputeOf(payment, 'needs_response', { id }));
      await Promise.all(Array.from({ length: 8 }, () => post(disputeOf(payment, 'lost', { id }))));
      expect(await published(payment.paymentId)).toEqual(isKnown ? ['opened', 'closed lost'] : ['closed lost']);
    }
  });

  it.each([
    ['won', 'closed', 'won'],
    ['won', 'updated', 'won'],
    ['warning_closed', 'closed', 'won'],
    ['prevented', 'updated', 'won'],
    ['lost', 'updated', 'lost'],
  ])('the status %s in an event that says %s ends it as %s', async (status, says, outcome) => {
    const payment = await app.paidPayment();
    const id = `dp_${newId()}`;
    const event = eventAbout(disputeOf(payment, status, { id }), { type: `charge.dispute.${says}` });
    expect((await postEvent(app, event)).status).toBe(200);
    expect(await published(payment.paymentId)).toEqual([`closed ${outcome}`]);
    expect(await recorded(id)).toMatchObject([{ status, closed: true }]);
  });

  it('two disputes of one payment have events of their own', async () => {
    const payment = await app.paidPayment();
    const [first, second] = [`dp_${newId()}`, `dp_${newId()}`];
    await post(disputeOf(payment, 'needs_response', { id: first, amount: 1_000 }));
    await post(disputeOf(payment, 'needs_response', { id: second, amount: 1_500 }));
    await post(disputeOf(payment, 'lost', { id: second, amount: 1_500 }));
    await post(disputeOf(payment, 'won', { id: first, amount: 1_000 }));
    expect(await published(payment.paymentId)).toEqual(['opened', 'opened', 'closed lost', 'closed won']);
  });

  it('a dispute of a payment of another system is ignored, with any content', async () => {
    const foreign = { intentId: 'pi_of_another_system' };
    for (const own of [
      {},
      { amount: 1e15 },
      { currency: 7 },
      { status: null },
      { payment_intent: null },
      { payment_intent: { id: 'pi_x' } },
    ]) {
      const id = `dp_${newId()}`;
      expect(await post(disputeOf(foreign, 'needs_response', { id, ...own }))).toMatchObject({ status: 'ignored' });
      expect(await recorded(id)).toEqual([]);
    }
  });

  it('a dispute of ours that cannot be read is left to a person', async () => {
    const payment = await app.paidPayment();
    expect(await post(disputeOf(payment, 'lost', { amount: '2500' }))).toMatchObject({ status: 'parked' });
    expect(await published(payment.paymentId)).toEqual([]);
  });

  it('a lost dispute changes neither money nor status of its payment', async () => {
    const payment = await app.paidPayment();
    const before = await app.payment(payment.paymentId);
    const id = `dp_${newId()}`;
    for (const status of ['needs_response', 'lost']) await post(disputeOf(payment, status, { id }));
    expect(await app.payment(payment.paymentId)).toEqual({ ...before, version: before.version + 2 });
  });
});

describe('A dispute at Stripe', () => {
  const adminPayment = async ({ reservation }: TestPayment): Promise<Json> => {
    const { body } = await app.call('GET', `/admin/payments?reservationId=${reservation.id}`, { token: await app.adminToken() });
    return body.data[0];
  };
  async function disputed(own: object = {}): Promise<{ payment: TestPayment; id: string }> {
    const payment = await app.paidPayment();
    await app.control('POST', '/disputes', { payment_intent: payment.intentId, ...own });
    const [dispute] = (await app.stripe.disputes.list({ payment_intent: payment.intentId })).data;
    return { payment, id: dispute!.id };
  }
  const untilDispute = (payment: TestPayment, is: Json): Promise<unknown> =>
    until(
      async () => {
        const [dispute] = (await adminPayment(payment)).disputes as Json[];
        return (
          dispute !== undefined && Object.entries(is).every(([name, value]) => JSON.stringify(dispute[name]) === JSON.stringify(value))
        );
      },
      { what: `the dispute to be ${JSON.stringify(is)}` },
    );
  const noCheckWaits = (): Promise<unknown> =>
    until(
      async () => (await app.sql(`SELECT FROM platform.jobs WHERE kind = 'payments.check-dispute' AND run_at IS NOT NULL`)).length === 0,
      { what: 'Stripe to be asked' },
    );

  it('a dispute whose events are of the other mode is asked for at Stripe', async () => {
    await app.faults({ webhooks: [{ events: ['charge.dispute.*'], livemode: true }] });
    const { payment, id } = await disputed();
    await untilDispute(payment, { outcome: 'open', id });
    await app.control('POST', `/disputes/${id}/close`, { outcome: 'lost' });
    await untilDispute(payment, { outcome: 'lost', lost: eur(2_500) });
    const events = await app.sql(`SELECT DISTINCT status FROM payments.stripe_events WHERE body #>> '{data,object,id}' = $1`, [id]);
    expect(events).toEqual([{ status: 'applied' }]);
    await app.faults({});
  });

  it('a dispute that is lost and won on appeal is won, and its fee stays', async () => {
    const { payment, id } = await disputed();
    // Stripe's events come in any order: one that opens a decided dispute is none.
    await untilDispute(payment, { outcome: 'open' });
    await app.control('POST', `/disputes/${id}/close`, { outcome: 'lost' });
    await untilDispute(payment, { outcome: 'lost', lost: eur(2_500) });
    await app.control('POST', `/disputes/${id}/appeal`, { outcome: 'won' });
    await untilDispute(payment, { outcome: 'won', lost: eur(0), fee: eur(1_500) });
    expect(await published(payment.paymentId)).toEqual(['opened', 'closed lost', 'closed won']);
  });

  it('the events of an appeal end in the same way in any order', async () => {
    await app.faults({ webhooks: [{ events: ['charge.dispute.*'], drop: true }] });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), async (order) => {
        const { payment, id } = await disputed();
        await app.control('POST', `/disputes/${id}/close`, { outcome: 'lost' });
        await app.control('POST', `/disputes/${id}/appeal`, { outcome: 'won' });
        const { data: latest } = await app.stripe.events.list({ limit: 20 });
        const events = latest.filter(({ data }) => (data.object as unknown as Json).id === id);
        expect(events).toHaveLength(5);
        for (const index of order) expect((await postEvent(app, events[index])).status).toBe(200);
        await noCheckWaits();
        await untilDispute(payment, { outcome: 'won', lost: eur(0) });
        expect((await published(payment.paymentId)).at(-1)).toBe('closed won');
      }),
      { numRuns: 8 },
    );
    await app.faults({});
  }, 60_000);

  it('a partly refunded payment that is disputed in full can be lost in part', async () => {
    const { payment, id } = await disputed();
    await app.control('POST', `/disputes/${id}/close`, { outcome: 'lost', reinstated: 1_000 });
    await untilDispute(payment, { outcome: 'lost', amount: eur(2_500), lost: eur(1_500) });
    const losses = await app.sql(
      `SELECT data #>> '{lost,amount}' AS lost FROM messaging.outbox WHERE subject = $1 AND type LIKE '%closed%'`,
      [payment.paymentId],
    );
    expect(losses.at(-1)).toEqual({ lost: '1500' });
  });

  it('a refund during a dispute fails, and is made once the dispute is won', async () => {
    const { payment, id } = await disputed();
    const token = await app.adminToken();
    const body = { amount: 1_000, reason: 'The heating was off.' };
    expect((await app.call('POST', `/admin/payments/${payment.paymentId}/refunds`, { token, body })).status).toBe(201);
    const { refunds } = await app.untilRefund(payment.paymentId, 'failed');
    expect(refunds).toMatchObject([{ failure: expect.stringContaining('charge_disputed') }]);
    await app.control('POST', `/disputes/${id}/close`, { outcome: 'won' });
    expect(await app.untilRefund(payment.paymentId, 'succeeded')).toMatchObject({ refunded: 1_000 });
  });
});
