import { Logger } from '@nestjs/common';
import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import { BalanceTooLow, CardRefused, IdempotencyKeySpent, TooManyCardRequests } from '../../domain/card-payments.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundAsGoodwill } from '../commands/refund-as-goodwill.js';
import { RefundPayment } from '../commands/refund-payment.js';
import { RetryRefund } from '../commands/retry-refund.js';
import { SubmitRefund } from './submit-refund.js';

beforeAll(() => void Logger.overrideLogger(false));

/** With a requested refund of everything. */
async function requested(): Promise<PaymentsHarness> {
  const harness = await PaymentsHarness.paid();
  await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', { amount: 2_500, currency: 'EUR' }));
  harness.cards.keys.length = 0;
  return harness;
}

describe('SubmitRefund', () => {
  it('a requested refund is made once, and its job is done', async () => {
    const harness = await requested();
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
    expect(harness.jobs.waiting).toEqual([]);
    expect(harness.cards.refunds.size).toBe(1);
  });

  it('an unknown outcome is tried again under the same key', async () => {
    const harness = await requested();
    harness.cards.failNext('lost-before');
    await harness.runJobs();
    expect(harness.payment.refunds[0]?.status).toBe('requested');
    harness.clock.advance(1_000);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
    expect(harness.cards.keys).toEqual([1, 1].map((attempt) => `refund:${harness.payment.refunds[0]!.id}:${attempt}`));
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('a refund that exists already is found before it is requested again', async () => {
    const harness = await requested();
    harness.cards.keepsKeys = false;
    harness.cards.failNext('lost-after');
    await harness.runJobs();
    harness.clock.advance(1_000);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
    expect(harness.cards.keys).toHaveLength(1);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
  });

  it('after a restore an old refund is looked for before its request is sent', async () => {
    const harness = await requested();
    harness.cards.keepsKeys = false;
    const refundId = harness.payment.refunds[0]!.id;
    harness.cards.refunds.set('re_before', aRefund({ stripeRefundId: 're_before', refundId }));
    harness.clock.advance(DAY_MS);
    await harness.runJobs();
    expect([harness.cards.refunds.size, harness.cards.keys]).toEqual([1, []]);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded', stripeRefundId: 're_before' }] });
  });

  it('a key that only repeats a failure is left after a search for the refund', async () => {
    for (const [fault, keys] of [
      ['failed-after', [1]],
      ['failed-before', [1, 1, 2]],
    ] as const) {
      const harness = await requested();
      harness.cards.failNext(fault);
      await harness.runJobs();
      harness.clock.advance(1_000);
      await harness.runJobs();
      expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual(keys);
      expect(harness.cards.refunds.size).toBe(1);
      expect(harness.payment.refunded).toBe(2_500);
    }
  });

  it('a key that repeats a failure without saying so is left after two minutes', async () => {
    for (const [fault, keys] of [
      ['failed-after', [1]],
      ['failed-before', [1, 1, 1, 2]],
    ] as const) {
      const harness = await requested();
      harness.cards.marksReplays = false;
      harness.cards.failNext(fault);
      for (const waitMs of [0, 60_000, 61_000]) {
        harness.clock.advance(waitMs);
        await harness.runJobs();
      }
      expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual(keys);
      expect(harness.cards.refunds.size).toBe(1);
      expect(harness.payment.refunded).toBe(2_500);
    }
  });

  it('where new keys repeat failures too, the job ends and is tried again', async () => {
    const harness = await requested();
    const keys: string[] = [];
    harness.cards.refund = ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return Promise.reject(new IdempotencyKeySpent('500, replayed'));
    };
    await harness.runJobs();
    expect(keys.map((key) => Number(key.split(':')[2]))).toEqual([1, 2, 3, 4]);
    expect(harness.payment.refunds).toMatchObject([{ status: 'requested' }]);
    expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${harness.payment.refunds[0]!.id}`]);
  });

  it('a key older than 23 hours is not used', async () => {
    const harness = await requested();
    harness.cards.failNext('lost-after');
    await harness.runJobs();
    harness.clock.advance(DAY_MS);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('a refused refund fails with an alert', async () => {
    const harness = await requested();
    harness.cards.failNext(new CardRefused('charge_disputed', 'The charge\0 is disputed.'));
    await harness.runJobs();
    expect(harness.payment.refunds).toEqual([
      expect.objectContaining({ status: 'failed', failure: 'charge_disputed: The charge is disputed.' }),
    ]);
    expect(harness.alerts.codes).toEqual(['refund-failed']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('a refund that the balance does not cover is tried again under the next key', async () => {
    const harness = await requested();
    const tooLow = new BalanceTooLow('insufficient_balance_for_refund', 'Insufficient funds in your Stripe balance to refund this amount.');
    harness.cards.failNext(...Array.from({ length: 12 }, () => tooLow));
    const triedAtMinutes: number[] = [];
    for (let minute = 0; harness.payment.refunds[0]?.status === 'requested' && minute < 2_000; minute++) {
      if ((await harness.runJobs()).ran > 0) triedAtMinutes.push(minute);
      harness.clock.advance(60_000);
    }
    expect(triedAtMinutes.slice(0, 6)).toEqual([0, 15, 30, 45, 68, 102]);
    expect(triedAtMinutes.at(-1)! - triedAtMinutes.at(-2)!).toBe(60);
    expect(triedAtMinutes).toHaveLength(13);
    expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual(triedAtMinutes.map((_, i) => i + 1));
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded', failure: null }] });
    expect(harness.alerts.codes).toEqual(['stripe-balance-too-low']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('refunds that wait for the balance raise one alert a day', async () => {
    const harness = await requested();
    const tooLow = new BalanceTooLow('insufficient_balance_for_refund', 'Insufficient funds');
    harness.cards.refund = () => Promise.reject(tooLow);
    for (let hour = 0; hour < 49; hour++) {
      await harness.runJobs();
      harness.clock.advance(HOUR_MS);
    }
    expect(harness.alerts.codes).toEqual(Array.from({ length: 3 }, () => 'stripe-balance-too-low'));
    expect(harness.payment.refunds).toMatchObject([{ status: 'requested' }]);
  });

  it('what a refused goodwill refund had taken of an owed sum is refunded as owed', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId, reservationId } = harness.payment;
    await harness.execute(new RefundAsGoodwill('an-admin', paymentId, { amount: 700, note: 'cold' }));
    const owed = { reason: 'reservation-cancelled', refundDue: { amount: 2_500, currency: 'EUR' } } as const;
    harness.owed = [{ ...owed, paymentId, reservationId, owedAt: '2026-03-01T12:00:00.000Z' }];
    await harness.execute(new RefundPayment(paymentId, owed.reason, owed.refundDue));
    harness.cards.failNext(new CardRefused('charge_not_refundable', 'The charge cannot be refunded.'));
    for (const _ of ['refused', 'requested', 'rest']) await harness.runJobs();
    expect(harness.payment.refunds.find(({ reason }) => reason === 'goodwill')).toMatchObject({ status: 'failed' });
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('a refund of which part went back at Stripe meanwhile is computed anew', async () => {
    const harness = await requested();
    harness.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand', amount: { amount: 700, currency: 'EUR' } }));
    harness.cards.failNext(new CardRefused('charge_already_refunded', 'greater than the rest'));
    for (const _ of ['refused', 'rest']) await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
    expect(harness.payment.refunds.map(({ reason, amount }) => [reason, amount])).toEqual([
      ['external', 700],
      ['reservation-cancelled', 1_800],
    ]);
    expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual([1, 2]);
    expect(harness.alerts.codes).toEqual(['external-refund']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('what Stripe refuses to a run that another one overtook ends no later request', async () => {
    const harness = await requested();
    const greater = new CardRefused('invalid_request_error', 'greater than the rest');
    const send = harness.cards.refund.bind(harness.cards);
    harness.cards.refund = async () => {
      harness.cards.refund = send;
      harness.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand', amount: { amount: 700, currency: 'EUR' } }));
      harness.cards.failNext(greater);
      await harness.run(SubmitRefund, harness.payment.refunds[0]!.id);
      throw greater;
    };
    for (const _ of ['refused twice', 'rest']) await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ reason: 'external' }, { amount: 1_800, status: 'succeeded' }] });
    expect(harness.alerts.codes).toEqual(['external-refund']);
  });

  it('what Stripe refuses to a run ends no retry of the same amount since', async () => {
    const harness = await requested();
    const refundId = harness.payment.refunds[0]!.id;
    const disputed = new CardRefused('charge_disputed', 'disputed');
    const send = harness.cards.refund.bind(harness.cards);
    harness.cards.refund = async () => {
      harness.cards.refund = send;
      harness.cards.failNext(disputed);
      await harness.run(SubmitRefund, refundId);
      await harness.executeAsAdmin(new RetryRefund('an-admin', refundId));
      throw disputed;
    };
    for (const _ of ['refused twice', 'tried again']) await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ id: refundId, amount: 2_500, status: 'succeeded' }] });
    expect(harness.alerts.codes).toEqual(['refund-failed']);
  });

  it('a refund of which everything went back meanwhile fails without an alert', async () => {
    const harness = await requested();
    harness.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand' }));
    harness.cards.failNext(new CardRefused('charge_already_refunded', 'already'));
    await harness.runJobs();
    expect(harness.payment.refunds.find(({ reason }) => reason !== 'external')).toMatchObject({ status: 'failed' });
    expect(harness.alerts.codes).toEqual(['external-refund']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('a refund that an earlier key had made is found after a refusal', async () => {
    const harness = await requested();
    const refundId = harness.payment.refunds[0]!.id;
    harness.cards.refunds.set('re_earlier', aRefund({ stripeRefundId: 're_earlier', refundId }));
    harness.cards.failNext(new CardRefused('charge_already_refunded', 'already'));
    await harness.runJobs();
    expect(harness.payment.refunds).toEqual([expect.objectContaining({ status: 'succeeded', stripeRefundId: 're_earlier' })]);
  });

  it('a rate limit is no failure of the job', async () => {
    const harness = await requested();
    harness.cards.failNext(new TooManyCardRequests());
    expect(await harness.runJobs()).toEqual({ ran: 0, rateLimited: true });
    expect([...harness.jobs.all.values()].map(({ attempts }) => attempts)).toEqual([0, 0]);
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: false });
    expect(harness.payment.refunded).toBe(2_500);
  });
});

describe('A refund that Stripe had taken and that fails for want of balance', () => {
  /** The bank reports that the last refund failed. */
  async function fail(harness: PaymentsHarness): Promise<void> {
    const failed = { ...[...harness.cards.refunds.values()].at(-1)!, status: 'failed', failure: 'insufficient_funds' } as const;
    harness.cards.refunds.set(failed.stripeRefundId, failed);
    await harness.sync.applyRefunds(harness.payment.id, [...harness.cards.refunds.values()]);
  }

  it('a refund that the balance did not cover after all is requested an hour later', async () => {
    const harness = await requested();
    await harness.runJobs();
    for (const _ of ['failed', 'repeated']) await fail(harness);
    expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'requested', failedStripeRefundIds: ['re_2'] }] });
    expect(harness.alerts.codes).toEqual(['stripe-balance-too-low']);
    harness.clock.advance(HOUR_MS - 1);
    await harness.runJobs();
    expect(harness.cards.refunds.size).toBe(1);
    harness.clock.advance(1);
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
    expect(harness.cards.keys.at(-1)).toBe(`refund:${harness.payment.refunds[0]!.id}:2`);
  });

  it('a refund that the balance never covers is left to a person in the end', async () => {
    const harness = await requested();
    for (let attempt = 0; attempt <= 5; attempt++) {
      await harness.runJobs();
      await fail(harness);
      harness.clock.advance(HOUR_MS * 2 ** attempt);
    }
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed' }]);
    expect(harness.alerts.codes).toEqual([...Array.from({ length: 5 }, () => 'stripe-balance-too-low'), 'refund-failed']);
    expect(harness.cards.refunds.size).toBe(6);
  });
});
