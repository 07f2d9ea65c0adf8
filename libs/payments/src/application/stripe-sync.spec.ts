import { vi } from 'vitest';
import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../domain/card-payments.js';
import type { RefundFact } from '../domain/stripe-facts.js';
import { aDispute, anIntent, aRefund } from '../testing/fake-card-payments.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { RefundAsGoodwill } from './commands/refund-as-goodwill.js';
import { RefundPayment } from './commands/refund-payment.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

describe('StripeSync.applyIntent', () => {
  it('an intent finds its payment by its metadata before its id is known', async () => {
    const harness = await PaymentsHarness.begun();
    const fact = anIntent({ intentId: 'pi_7', paymentId: harness.payment.id, status: 'succeeded' });
    expect(await harness.sync.applyIntent(fact, 'event')).toBe('applied');
    expect(harness.payment).toMatchObject({ status: 'succeeded', intentId: 'pi_7' });
  });

  it('an intent finds its payment by its id alone', async () => {
    const harness = await PaymentsHarness.opened();
    expect(await harness.sync.applyIntent(anIntent({ status: 'failed' }), 'event')).toBe('applied');
    expect(harness.payment.status).toBe('failed');
  });

  it('an intent whose metadata was changed is still of its payment', async () => {
    for (const paymentId of [newId(), null, 'other'] as const) {
      const harness = await PaymentsHarness.opened();
      const own = harness.payment.id;
      harness.reservation = { ...harness.reservation!, id: newId() };
      await harness.start();
      const other = [...harness.payments.all.keys()].find((id) => id !== own)!;
      const fact = anIntent({ intentId: 'pi_1', paymentId: paymentId === 'other' ? other : paymentId, status: 'succeeded' });
      expect(await harness.sync.applyIntent(fact, 'event')).toBe('applied');
      expect(harness.payments.all.get(own)).toMatchObject({ status: 'succeeded', intentId: 'pi_1', captured: 2_500 });
      expect(harness.payments.all.get(other)).toMatchObject({ status: 'open', intentId: 'pi_2', captured: 0 });
    }
  });

  it('an intent of no payment is unknown', async () => {
    const harness = await PaymentsHarness.opened();
    expect(await harness.sync.applyIntent(anIntent({ intentId: 'pi_else', paymentId: newId() }), 'event')).toBe('unknown');
  });

  it('an event that differs from the request in anything is doubtful', async () => {
    const harness = await PaymentsHarness.opened();
    const differences = [
      { amount: eur(2_499) },
      { amount: { amount: 2_500, currency: 'USD' } },
      { received: 2_499 },
      { received: 0 },
      { livemode: true },
    ];
    for (const difference of differences) {
      const fact = anIntent({ status: 'succeeded', received: 2_500, ...difference });
      expect(await harness.sync.applyIntent(fact, 'event')).toBe('doubtful');
    }
    expect(harness.payment).toMatchObject({ status: 'open', captured: 0 });
  });

  it('an answer of Stripe is believed, and money that is not the price goes back', async () => {
    const harness = await PaymentsHarness.opened();
    const fact = anIntent({ status: 'succeeded', received: 900, amount: eur(900) });
    await harness.sync.applyIntent(fact, 'stripe');
    expect(harness.payment).toMatchObject({
      status: 'succeeded',
      captured: 900,
      settledAt: null,
      refunds: [{ reason: 'wrong-amount', amount: 900 }],
    });
    expect(harness.eventTypes).not.toContain('payment-succeeded');
    expect(harness.alerts.codes).toEqual(['payment-wrong-amount']);
    await harness.sync.applyIntent(fact, 'stripe');
    expect(harness.payment.refunds).toHaveLength(1);
  });

  it('an unpaid intent that does not ask for the price is cancelled by a job', async () => {
    const harness = await PaymentsHarness.opened();
    await harness.sync.applyIntent(anIntent({ amount: eur(900) }), 'stripe');
    expect(harness.jobs.waiting).toEqual([`payments.cancel-payment ${harness.payment.id}`]);
  });

  it('a second intent is cancelled by a job, or its money goes back once', async () => {
    const harness = await PaymentsHarness.opened();
    const second = { intentId: 'pi_2', paymentId: harness.payment.id };
    expect(await harness.sync.applyIntent(anIntent(second), 'event')).toBe('surplus');
    expect(harness.jobs.waiting).toEqual(['payments.cancel-intent pi_2']);
    const paid = anIntent({ ...second, status: 'succeeded' });
    expect(await harness.sync.applyIntent(paid, 'event')).toBe('doubtful');
    for (const _ of [1, 2]) expect(await harness.sync.applyIntent(paid, 'stripe')).toBe('surplus');
    const [first, surplus, ...more] = harness.payments.all.values();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(surplus).toMatchObject({
      status: 'succeeded',
      intentId: 'pi_2',
      settledAt: null,
      refunds: [{ reason: 'surplus-payment', amount: 2_500 }],
    });
  });

  it('money of a second intent that another process just recorded is recorded once', async () => {
    const harness = await PaymentsHarness.opened();
    const paid = anIntent({ intentId: 'pi_2', paymentId: harness.payment.id, status: 'succeeded' });
    await harness.sync.applyIntent(paid, 'stripe');
    vi.spyOn(harness.payments, 'idOfIntent').mockResolvedValueOnce(null);
    expect(await harness.sync.applyIntent(paid, 'stripe')).toBe('surplus');
    expect(harness.payments.all.size).toBe(2);
  });
});

describe('StripeSync.applyRefunds', () => {
  /** With a requested refund of everything, as Stripe would report it. */
  async function requested(): Promise<{ harness: PaymentsHarness; own: RefundFact; apply: (...facts: RefundFact[]) => Promise<void> }> {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(2_500)));
    const own = aRefund({ refundId: harness.payment.refunds[0]!.id });
    return { harness, own, apply: (...facts) => harness.sync.applyRefunds(harness.payment.id, facts) };
  }

  it('a refund counts once it has succeeded, without an alert', async () => {
    const { harness, own, apply } = await requested();
    await apply({ ...own, status: 'submitted' });
    expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'submitted' }] });
    await apply(own);
    await apply(own);
    expect(harness.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
    expect(harness.alerts.codes).toEqual([]);
  });

  it('a failed refund is applied before one in its place, in either order of the list', async () => {
    const byHand = aRefund({ stripeRefundId: 're_hand' });
    for (const reversed of [false, true]) {
      const { harness, own, apply } = await requested();
      await apply(own);
      const list = [byHand, { ...own, status: 'failed', failure: 'lost_card' } as const];
      await apply(...(reversed ? list.reverse() : list));
      expect(harness.payment.refunded).toBe(2_500);
      expect(harness.payment.refunds).toMatchObject([
        { reason: 'reservation-cancelled', status: 'failed', failure: 'lost_card' },
        { reason: 'external', status: 'succeeded' },
      ]);
    }
  });

  it('an external refund raises one alert', async () => {
    const harness = await PaymentsHarness.paid();
    const byHand = aRefund({ status: 'submitted', amount: eur(700) });
    for (const fact of [byHand, byHand, { ...byHand, status: 'succeeded' } as const]) {
      await harness.sync.applyRefunds(harness.payment.id, [fact]);
    }
    expect(harness.alerts.codes).toEqual(['external-refund']);
    expect(harness.payment).toMatchObject({ refunded: 700, refunds: [{ reason: 'external', amount: 700 }] });
  });

  it('a failed refund raises one alert', async () => {
    const { harness, own, apply } = await requested();
    for (const _ of [1, 2]) await apply({ ...own, status: 'failed', failure: 'expired_or_canceled_card' });
    expect(harness.alerts.codes).toEqual(['refund-failed']);
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed', failure: 'expired_or_canceled_card' }]);
  });

  it('money that an external refund did not give back after all is refunded as owed', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId } = harness.payment;
    const byHand = aRefund({ status: 'submitted' });
    await harness.sync.applyRefunds(paymentId, [byHand]);
    const owed = { paymentId, reservationId: harness.reservation!.id, refundDue: eur(2_500), reason: 'reservation-cancelled' } as const;
    harness.owed = [{ ...owed, owedAt: '2026-03-01T12:00:00.000Z' }];
    await harness.execute(new RefundPayment(paymentId, owed.reason, owed.refundDue));
    expect(harness.payment.refunds).toMatchObject([{ reason: 'external' }]);
    await harness.sync.applyRefunds(paymentId, [{ ...byHand, status: 'failed', failure: 'lost_or_stolen_card' }]);
    expect(harness.jobs.waiting).toContain(`payments.request-refunds-of-payment ${paymentId}`);
    for (const _ of [1, 2]) await harness.runJobs();
    expect(harness.payment.refunds).toMatchObject([
      { reason: 'external', status: 'failed' },
      { reason: owed.reason, amount: 2_500 },
    ]);
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('the rest that an external or goodwill refund did not give back is refunded', async () => {
    for (const isGoodwill of [false, true]) {
      const harness = await PaymentsHarness.paid();
      const { id: paymentId, reservationId } = harness.payment;
      const refund = { stripeRefundId: 're_first', status: 'submitted', amount: eur(700) } as const;
      if (isGoodwill) await harness.execute(new RefundAsGoodwill('an-admin', paymentId, { amount: 700, note: 'cold' }));
      const [goodwill] = harness.payment.refunds;
      const first = aRefund({ ...refund, refundId: goodwill?.id ?? null });
      await harness.sync.applyRefunds(paymentId, [first]);
      const owed = { reason: 'reservation-cancelled', refundDue: eur(2_500) } as const;
      harness.owed = [{ ...owed, paymentId, reservationId, owedAt: '2026-03-01T12:00:00.000Z' }];
      await harness.execute(new RefundPayment(paymentId, owed.reason, owed.refundDue));
      await harness.runJobs();
      expect(harness.payment.refunded).toBe(1_800);
      await harness.sync.applyRefunds(paymentId, [{ ...first, status: 'failed', failure: 'lost_or_stolen_card' }]);
      for (const _ of ['request', 'submit', 'rest']) await harness.runJobs();
      expect(harness.payment.refunded).toBe(2_500);
      expect(harness.jobs.waiting).toEqual([]);
    }
  });

  it('what the bank did not keep of a refund that was refused in a dispute goes back', async () => {
    const { harness } = await requested();
    const { id: paymentId } = harness.payment;
    harness.cards.failNext(new CardRefused('charge_disputed', 'The charge is disputed.'));
    await harness.sync.applyDispute(aDispute({ amount: eur(500) }), paymentId);
    await harness.runJobs();
    expect(harness.payment.refunds).toMatchObject([{ amount: 2_500, status: 'failed' }]);
    for (const _ of ['lost', 'repeated'])
      await harness.sync.applyDispute(aDispute({ amount: eur(500), status: 'lost', closed: true }), paymentId);
    await harness.runJobs();
    expect(harness.payment).toMatchObject({
      refunded: 2_000,
      refunds: [
        { amount: 500, status: 'failed', reason: 'reservation-cancelled', failure: 'charge_disputed: The charge is disputed.' },
        { amount: 2_000, status: 'succeeded', reason: 'reservation-cancelled' },
      ],
    });
    await harness.execute(new RefundPayment(paymentId, 'reservation-cancelled', eur(2_500)));
    expect(harness.payment.refunds).toHaveLength(2);
  });

  it('what the bank keeps goes back only after an appeal that was won', async () => {
    const { harness } = await requested();
    const { id: paymentId } = harness.payment;
    harness.cards.failNext(new CardRefused('charge_disputed', 'The charge is disputed.'));
    const funds = { movements: 2, reinstated: 500, fee: null };
    await harness.runJobs();
    await harness.sync.applyDispute(aDispute({ status: 'lost', closed: true }), paymentId);
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ amount: 2_500, status: 'failed' }] });
    await harness.sync.applyDispute(aDispute({ status: 'lost', closed: true, funds }), paymentId);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(500);
    await harness.sync.applyDispute(aDispute({ status: 'won', closed: true, funds }), paymentId, { statusWhenAsked: 'lost' });
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('what a lost dispute took is not owed, and is again after an appeal that was won', async () => {
    const harness = await PaymentsHarness.paid();
    const { id: paymentId, reservationId } = harness.payment;
    await harness.sync.applyDispute(aDispute({ amount: eur(1_000), status: 'lost', closed: true }), paymentId);
    const owed = { reason: 'reservation-cancelled', refundDue: eur(2_500) } as const;
    harness.owed = [{ ...owed, paymentId, reservationId, owedAt: '2026-03-01T12:00:00.000Z' }];
    for (const _ of [1, 2]) await harness.execute(new RefundPayment(paymentId, owed.reason, owed.refundDue));
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 1_500, refunds: [{ amount: 1_500 }] });
    await harness.sync.applyDispute(aDispute({ amount: eur(1_000), status: 'won', closed: true }), paymentId, { statusWhenAsked: 'lost' });
    for (const _ of ['request', 'submit']) await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('of a refund that is refused after a lost dispute only the rest is requested', async () => {
    const { harness } = await requested();
    const { id: paymentId } = harness.payment;
    harness.cards.failNext(new CardRefused('invalid_request_error', 'greater than unrefunded amount'));
    await harness.sync.applyDispute(aDispute({ amount: eur(1_000), status: 'lost', closed: true }), paymentId);
    for (const _ of ['refused', 'rest']) await harness.runJobs();
    expect(harness.payment.refunds.map(({ amount, status }) => [amount, status])).toEqual([
      [1_000, 'failed'],
      [1_500, 'succeeded'],
    ]);
    expect(harness.alerts.codes).toEqual(['dispute-opened']);
  });

  it('a list is applied as a whole or not at all', async () => {
    const { harness, own, apply } = await requested();
    const before = harness.payment;
    await expect(apply(own, aRefund({ stripeRefundId: 're_hand', amount: eur(1) }))).rejects.toThrow(RangeError);
    expect(harness.payment).toEqual(before);
  });
});
