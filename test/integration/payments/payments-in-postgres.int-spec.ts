import { AsyncLocalStorage } from 'node:async_hooks';
import { Clock } from '@app/kernel/clock.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { StripeSync } from '../../../libs/payments/src/application/stripe-sync.js';
import { BY_EVENT, Disputes } from '../../../libs/payments/src/domain/disputes.js';
import { Payment } from '../../../libs/payments/src/domain/payment.js';
import { Payments } from '../../../libs/payments/src/domain/payments.js';
import { PostgresDisputes } from '../../../libs/payments/src/infrastructure/postgres-disputes.js';
import { PostgresOwedRefundsWatermark } from '../../../libs/payments/src/infrastructure/postgres-owed-refunds-watermark.js';
import { PostgresStripeEvents } from '../../../libs/payments/src/infrastructure/postgres-stripe-events.js';
import { aDispute, aRefund } from '../../../libs/payments/src/testing/fake-card-payments.js';
import { disputesContract } from '../../../libs/payments/src/testing/disputes.contract.js';
import { owedRefundsWatermarkContract } from '../../../libs/payments/src/testing/owed-refunds-watermark.contract.js';
import { aPayment, paymentsContract } from '../../../libs/payments/src/testing/payments.contract.js';
import { refundChecksContract } from '../../../libs/payments/src/testing/refund-checks.contract.js';
import { stripeEventsContract } from '../../../libs/payments/src/testing/stripe-events.contract.js';
import { lengthenLockWaits } from '../../support/long-lock-waits.js';
import { until } from '../../support/until.js';
import { eur, PaymentsApp } from './payments-app.js';

/** Runs work beside the transaction that is active, as another request does. */
const outside = AsyncLocalStorage.snapshot();
/** Any number that nothing else in this database locks. */
const BARRIER_KEY = 4_711;

let app: PaymentsApp;
let payments: Payments;
let endLongWaits: () => void;
beforeAll(async () => {
  endLongWaits = lengthenLockWaits();
  app = await PaymentsApp.start({ worker: false });
  payments = app.nest.get(Payments, { strict: false });
}, 60_000);
afterAll(async () => {
  endLongWaits();
  await app?.close();
});

/** The id of a payment whose money has arrived. */
async function paid(): Promise<string> {
  const payment = aPayment();
  await payments.add(payment);
  const receipt = { intentId: `pi_${payment.id}`, money: eur(2_500), now: new Date() };
  await payments.change(payment.id, (loaded) => loaded.receive(receipt));
  return payment.id;
}

describe('Payments in PostgreSQL', () => {
  paymentsContract(() => Promise.resolve({ payments, disputes: app.nest.get(Disputes, { strict: false }) }));
  refundChecksContract(() => Promise.resolve({ payments, clock: app.nest.get(Clock) }));

  it('the database refuses a refund above the captured amount', async () => {
    const id = await paid();
    const set = (column: string, value: number) => app.sql(`UPDATE payments.payments SET ${column} = $2 WHERE id = $1`, [id, value]);
    await expect(set('refunded', 2_501)).rejects.toThrow('payments_refunded_within_captured');
    await expect(set('captured', 2_499)).rejects.toThrow('payments_settled_in_full');
  });

  it('concurrent changes of a payment see each other', async () => {
    const id = await paid();
    const reasons = [
      'reservation-cancelled',
      'payment-came-too-late',
      'surplus-payment',
      'reservation-cancelled',
      'surplus-payment',
    ] as const;
    await Promise.all(
      reasons.map((reason) => payments.change(id, (payment) => payment.requestRefund({ reason, due: eur(2_000), now: new Date() }))),
    );
    const { refunds } = await payments.get(id);
    expect(refunds.map(({ amount }) => amount)).toEqual([2_000]);
    expect(await app.eventsOf(id)).toEqual(['payment-started', 'payment-succeeded', 'refund-requested']);
  });

  it('the rest of what is owed is requested once by many at the same moment', async () => {
    const id = await paid();
    const owed = [{ reason: 'reservation-cancelled', due: eur(2_500) } as const];
    const request = () => payments.change(id, (payment) => payment.requestOwedRefunds({ owed, now: new Date() }));
    const byHand = aRefund({ stripeRefundId: `re_${id}`, amount: eur(700) });
    await payments.change(id, (payment) => payment.applyRefund(byHand, new Date()));
    await request();
    await payments.change(id, (payment) => payment.applyRefund({ ...byHand, status: 'failed' }, new Date()));
    await Promise.all([1, 2, 3, 4].map(request));
    const own = (await payments.get(id)).refunds.filter(({ reason }) => reason === 'reservation-cancelled');
    expect(own.map(({ amount }) => amount)).toEqual([1_800, 700]);
  });

  it('copies that were read without the lock promise the same money twice', async () => {
    const id = await paid();
    const copies = (await Promise.all([payments.get(id), payments.get(id)])).map((state) => new Payment(state));
    copies[0]!.requestRefund({ reason: 'reservation-cancelled', due: eur(2_000), now: new Date() });
    copies[1]!.requestRefund({ reason: 'surplus-payment', due: eur(2_000), now: new Date() });
    expect(copies.flatMap(({ state }) => state.refunds).reduce((sum, { amount }) => sum + amount, 0)).toBe(4_000);
  });

  it('without the lock of the reservation the index refuses a second payment', async () => {
    const reservationId = newId();
    const added = await Promise.allSettled(Array.from({ length: 4 }, () => payments.add(aPayment({ reservationId }))));
    expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('a job is stored with the change that needs it', async () => {
    const id = await paid();
    await payments.change(id, (payment) => payment.requestRefund({ reason: 'reservation-cancelled', due: eur(100), now: new Date() }));
    const [refund] = (await payments.get(id)).refunds;
    expect(await app.sql(`SELECT kind FROM platform.jobs WHERE subject = $1`, [refund!.id])).toEqual([{ kind: 'payments.submit-refund' }]);
  });
});

describe('The job of a refund that the balance did not cover after all', () => {
  it('a job of such a refund is due in an hour, under the next key', async () => {
    const id = await paid();
    await payments.change(id, (payment) => payment.requestRefund({ reason: 'reservation-cancelled', due: eur(100), now: new Date() }));
    const [refund] = (await payments.get(id)).refunds;
    const jobs = app.nest.get(Jobs);
    const job = { kind: 'payments.submit-refund', subject: refund!.id };
    await jobs.key(job);
    await jobs.withdraw(job);
    const fact = aRefund({ stripeRefundId: `re_${id}`, refundId: refund!.id, amount: eur(100) });
    await payments.change(id, (payment) => payment.applyRefund({ ...fact, status: 'failed', failure: 'insufficient_funds' }, new Date()));
    const [row] = await app.sql(
      `SELECT key_attempt, round(extract(epoch FROM run_at - now()) / 60)::int AS minutes FROM platform.jobs WHERE subject = $1`,
      [refund!.id],
    );
    expect(row).toEqual({ key_attempt: 2, minutes: 60 });
  });
});

describe('Stripe events in PostgreSQL', () => {
  stripeEventsContract(async () => {
    await app.sql(`DELETE FROM payments.stripe_events`);
    const clock = new FixedClock();
    const settings = app.settings.get(Settings);
    const jobs = { ...settings.jobs, retryPauseMs: 1_000, retryPauseMaxMs: 600_000 };
    return { clock, stripeEvents: new PostgresStripeEvents(app.nest.get(Database), clock, { ...settings, jobs }) };
  });
});

describe('The watermark of owed refunds in PostgreSQL', () => {
  owedRefundsWatermarkContract(async () => {
    const watermark = new PostgresOwedRefundsWatermark(app.nest.get(Database));
    await watermark.reset();
    return watermark;
  });
});

describe('Disputes in PostgreSQL', () => {
  /** Begins each act while those before it wait: for a lock, or where they have written a dispute. */
  async function atOnce(write: 'BEFORE UPDATE' | 'AFTER INSERT', acts: readonly (() => Promise<unknown>)[]): Promise<void> {
    await app.sql(
      `CREATE FUNCTION payments.pass_barrier() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${BARRIER_KEY}); RETURN NEW; END $$`,
    );
    // After an insert, it comes behind the check of the foreign key: triggers run in the order of their names.
    await app.sql(`CREATE TRIGGER barrier ${write} ON payments.disputes FOR EACH ROW EXECUTE FUNCTION payments.pass_barrier()`);
    try {
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      const begun: Promise<unknown>[] = [];
      await app.nest.get(Transactions).run(async () => {
        await app.nest.get(Database).query(`SELECT pg_advisory_xact_lock(${BARRIER_KEY})`);
        for (const act of acts) {
          begun.push(outside(act));
          const isWaiting = async () => (await app.sql(waiting)).length >= begun.length;
          await until(isWaiting, { what: 'the act to wait' });
        }
      });
      await Promise.all(begun);
    } finally {
      await app.sql(`DROP FUNCTION payments.pass_barrier() CASCADE`);
    }
  }

  it('of two facts at the same moment the second sees what the first left', async () => {
    const [disputes, transactions] = [app.nest.get(Disputes, { strict: false }), app.nest.get(Transactions)];
    const paymentId = await paid();
    const fact = aDispute({ disputeId: `dp_${paymentId}`, status: 'needs_response' });
    await disputes.record(fact, paymentId, BY_EVENT);
    const decided = [{ status: 'lost', closed: true }, { status: 'under_review' }];
    await atOnce(
      'BEFORE UPDATE',
      decided.map((own) => () => transactions.run(() => disputes.record({ ...fact, ...own }, paymentId, BY_EVENT))),
    );
    expect(await disputes.find(fact.disputeId)).toMatchObject({ status: 'lost', closedAt: expect.any(Date) as Date });
  });

  it('two new disputes of a payment at the same moment are both recorded', async () => {
    const paymentId = await paid();
    const [sync, disputeIds] = [app.nest.get(StripeSync, { strict: false }), [`dp_1_${paymentId}`, `dp_2_${paymentId}`]];
    await atOnce(
      'AFTER INSERT',
      disputeIds.map((disputeId) => () => sync.applyDispute(aDispute({ disputeId }), paymentId)),
    );
    const recorded = await app.nest.get(Disputes, { strict: false }).ofPayments([paymentId]);
    expect(recorded.map(({ id }) => id).sort()).toEqual(disputeIds);
  });

  disputesContract(async () => {
    const payment = aPayment();
    await payments.add(payment);
    return { disputes: new PostgresDisputes(app.nest.get(Database), new FixedClock()), paymentId: payment.id };
  });
});
