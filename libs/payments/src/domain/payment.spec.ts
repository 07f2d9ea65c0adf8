import { newId } from '@app/kernel/id.js';
import { aRefund, declined } from '../testing/fake-card-payments.js';
import { NothingLeftToRefund, RefundAmountRefused, RefundExceedsRest, RefundNotFailed, RefundNotFound } from './errors.js';
import { Payment } from './payment.js';

const now = new Date('2026-03-01T12:00:00Z');
const price = { amount: 2_500, currency: 'EUR' };
const eur = (amount: number) => ({ amount, currency: 'EUR' });

function started(): Payment {
  return Payment.start({ reservationId: newId(), customerId: newId(), amount: price, now });
}

function paid(): Payment {
  const payment = started();
  payment.receive({ intentId: 'pi_1', money: price, now });
  payment.takeEvents();
  payment.takeJobs();
  return payment;
}

function amounts({ state }: Payment): [string, number][] {
  return state.refunds.map(({ reason, amount }) => [reason, amount]);
}

function types(payment: Payment): string[] {
  return payment.takeEvents().map(({ event }) => event.type.replace(/^payments\.|\.v1$/g, ''));
}

describe('A payment', () => {
  it('a new payment has no intent, and a job to open it', () => {
    const payment = started();
    expect(payment.state).toMatchObject({ status: 'created', intentId: null, version: 0 });
    expect(payment.hasChanged).toBe(false);
    expect(payment.takeJobs()).toEqual([{ kind: 'payments.open-payment', subject: payment.id }]);
  });

  it('a payment takes the next card after a declined one', () => {
    const payment = started();
    payment.open('pi_1');
    payment.fail('pi_1', declined('insufficient_funds'));
    expect(payment.state.lastError).toMatchObject({ declineCode: 'insufficient_funds' });
    for (let i = 0; i < 2; i++) payment.fail('pi_1', declined('lost_card'));
    expect(payment.state).toMatchObject({ status: 'failed', lastError: declined('lost_card') });
    payment.receive({ intentId: 'pi_1', money: price, now });
    expect(payment.state).toMatchObject({ status: 'succeeded', captured: 2_500, settledAt: now, lastError: null });
    expect(types(payment)).toEqual(['payment-started', 'payment-failed', 'payment-failed', 'payment-succeeded']);
  });

  it('money counts even after a cancellation', () => {
    const payment = started();
    payment.cancel('pi_1');
    expect(payment.state.status).toBe('cancelled');
    payment.receive({ intentId: 'pi_1', money: price, now });
    payment.cancel('pi_1');
    expect(payment.state.status).toBe('succeeded');
  });

  it('a free reservation is settled without Stripe, with the same events', () => {
    const payment = Payment.start({ reservationId: newId(), customerId: newId(), amount: eur(0), now });
    expect(payment.state).toMatchObject({ status: 'succeeded', captured: 0, settledAt: now });
    expect(payment.takeJobs()).toEqual([]);
    expect(types(payment)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('an intent that appears after a refusal is cancelled by a job', () => {
    const payment = started();
    payment.cancelWithoutIntent();
    payment.takeJobs();
    payment.open('pi_late');
    expect(payment.state).toMatchObject({ status: 'cancelled', intentId: null });
    expect(payment.takeJobs()).toEqual([{ kind: 'payments.cancel-intent', subject: 'pi_late' }]);
  });

  it('a refusal to make an intent leaves a payment alone that has one by now', () => {
    const payment = started();
    payment.open('pi_1');
    payment.cancelWithoutIntent();
    expect(payment.state).toMatchObject({ status: 'open', intentId: 'pi_1' });
  });

  it('money that is not the price goes back', () => {
    for (const money of [eur(2_499), eur(2_501), { amount: 2_500, currency: 'USD' }]) {
      const payment = started();
      payment.receive({ intentId: 'pi_1', money, now });
      expect(payment.state).toMatchObject({
        status: 'succeeded',
        settledAt: null,
        captured: money.amount,
        capturedCurrency: money.currency,
      });
      expect(payment.state.refunds).toEqual([expect.objectContaining({ reason: 'wrong-amount', ...money })]);
      expect(types(payment)).toEqual(['payment-started', 'unexpected-money-received', 'refund-requested']);
    }
  });

  it('money of a second intent goes back', () => {
    const surplus = Payment.surplus(paid().state, { intentId: 'pi_2', money: eur(2_500), now });
    expect(surplus.state).toMatchObject({
      status: 'succeeded',
      settledAt: null,
      intentId: 'pi_2',
      refunds: [{ reason: 'surplus-payment', amount: 2_500 }],
    });
  });
});

describe('A refund of a payment', () => {
  it('what is owed is requested once, however often it is asked for', () => {
    const payment = paid();
    for (const _ of [1, 2]) payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    expect(payment.state.refunds).toEqual([expect.objectContaining({ amount: 1_000, status: 'requested' })]);
    expect(payment.takeJobs()).toEqual([{ kind: 'payments.submit-refund', subject: payment.state.refunds[0]!.id }]);
  });

  it('refunds never exceed what is left', () => {
    const payment = paid();
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(700) }), now);
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    payment.requestRefund({ reason: 'showtime-cancelled', due: eur(2_500), now });
    payment.requestRefund({ reason: 'showtime-moved', due: eur(2_500), now });
    expect(amounts(payment)).toEqual([
      ['external', 700],
      ['reservation-cancelled', 1_000],
      ['showtime-cancelled', 800],
    ]);
  });

  it('only what is not requested yet of a sum that was raised is refunded', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    payment.requestRefund({ reason: 'showtime-moved', due: eur(1_600), now });
    payment.requestRefund({ reason: 'showtime-cancelled', due: eur(1_600), now });
    expect(amounts(payment)).toEqual([
      ['reservation-cancelled', 1_000],
      ['showtime-moved', 600],
    ]);
  });

  it('a failed refund stays owed for its own reason', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    payment.refuseRefund(payment.state.refunds[0]!, 'charge_disputed');
    payment.requestRefund({ reason: 'showtime-cancelled', due: eur(2_500), now });
    payment.retryRefund(payment.state.refunds[0]!.id);
    expect(amounts(payment)).toEqual([
      ['showtime-cancelled', 1_500],
      ['reservation-cancelled', 1_000],
    ]);
  });

  it('a refused refund of which part went back meanwhile is requested anew', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: price, now });
    const [whole] = payment.state.refunds;
    const { id: refundId } = whole!;
    payment.takeJobs();
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(700) }), now);
    expect(payment.refuseRefund(whole!, 'charge_already_refunded')).toBe('requested-again');
    const rest = payment.state.refunds.find(({ id }) => id === refundId)!;
    expect(rest).toMatchObject({ amount: 1_800, status: 'requested' });
    expect(payment.takeJobs()).toEqual([{ kind: 'payments.submit-refund', subject: refundId, nextKey: true }]);
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand_2', amount: eur(1_800) }), now);
    expect(payment.refuseRefund(whole!, 'charge_already_refunded')).toBe('settled');
    expect(payment.refuseRefund(rest, 'charge_already_refunded')).toBe('nothing-left');
    expect(payment.refuseRefund(rest, 'charge_already_refunded')).toBe('settled');
  });

  it('goodwill refunds any part, more than once, and never more than is left', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    const goodwill = (amount: number | null) => payment.refundAsGoodwill({ amount, note: 'the heating was off', now });
    expect(goodwill(400)).toMatchObject({ reason: 'goodwill', amount: 400, note: 'the heating was off', status: 'requested' });
    expect(() => goodwill(1_101)).toThrow(RefundExceedsRest);
    expect(goodwill(null).amount).toBe(1_100);
    expect(() => goodwill(1)).toThrow(NothingLeftToRefund);
    expect(() => started().refundAsGoodwill({ amount: null, note: '', now })).toThrow(NothingLeftToRefund);
    expect(payment.takeJobs().filter(({ kind }) => kind === 'payments.submit-refund')).toHaveLength(3);
  });

  it('goodwill that the currency cannot express is refused', () => {
    const payment = Payment.start({ reservationId: newId(), customerId: newId(), amount: { amount: 200_000, currency: 'ISK' }, now });
    payment.receive({ intentId: 'pi_1', money: { amount: 200_000, currency: 'ISK' }, now });
    expect(() => payment.refundAsGoodwill({ amount: 150, note: '', now })).toThrow(RefundAmountRefused);
    expect(payment.refundAsGoodwill({ amount: 1_500, note: '', now }).amount).toBe(1_500);
  });

  it('a payment without money has nothing to refund', () => {
    const payment = started();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(2_500), now });
    expect(payment.state.refunds).toEqual([]);
  });

  it('a refund in another currency is refused', () => {
    expect(() => paid().requestRefund({ reason: 'reservation-cancelled', due: { amount: 1, currency: 'USD' }, now })).toThrow(RangeError);
  });

  it('a refund counts while Stripe says that it succeeded', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: price, now });
    const refundId = payment.state.refunds[0]!.id;
    expect(payment.applyRefund(aRefund({ refundId, status: 'submitted' }), now)).toBe('own');
    expect(payment.state.refunded).toBe(0);
    payment.applyRefund(aRefund({ refundId }), now);
    expect(payment.state.refunded).toBe(2_500);
    expect(payment.applyRefund(aRefund({ refundId, status: 'failed', failure: 'expired_or_canceled_card' }), now)).toBe('failed');
    expect(payment.state).toMatchObject({ refunded: 0, refunds: [{ status: 'failed', failure: 'expired_or_canceled_card' }] });
    expect(types(payment)).toEqual(['refund-requested', 'refund-submitted', 'payment-refunded', 'refund-failed']);
  });

  it('a failed refund can be retried, and facts about its failed attempt are ignored', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: price, now });
    const refundId = payment.state.refunds[0]!.id;
    expect(payment.retryRefund(refundId)).toBe(false);
    expect(() => payment.retryRefund(newId())).toThrow(RefundNotFound);
    payment.applyRefund(aRefund({ refundId, status: 'failed' }), now);
    payment.takeJobs();
    payment.retryRefund(refundId);
    expect(payment.takeJobs()).toEqual([{ kind: 'payments.submit-refund', subject: refundId, nextKey: true }]);
    expect(payment.applyRefund(aRefund({ refundId, status: 'succeeded' }), now)).toBe('nothing');
    payment.applyRefund(aRefund({ refundId, stripeRefundId: 're_2' }), now);
    expect(payment.state).toMatchObject({
      refunded: 2_500,
      refunds: [{ status: 'succeeded', stripeRefundId: 're_2', failedStripeRefundIds: ['re_1'] }],
    });
    expect(() => payment.retryRefund(refundId)).toThrow(RefundNotFailed);
  });

  it('a retry refunds what is left, and is refused when nothing is left', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: price, now });
    const refundId = payment.state.refunds[0]!.id;
    payment.refuseRefund(payment.state.refunds[0]!, 'charge_disputed');
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(2_000) }), now);
    payment.retryRefund(refundId);
    expect(payment.state.refunds.find(({ id }) => id === refundId)).toMatchObject({ amount: 500, status: 'requested' });
    payment.refuseRefund({ id: refundId, timesRequested: 2 }, 'again');
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand_2', amount: eur(500) }), now);
    expect(() => payment.retryRefund(refundId)).toThrow(NothingLeftToRefund);
  });

  it('a refund that was not requested here is recorded as external', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    const refundId = payment.state.refunds[0]!.id;
    payment.applyRefund(aRefund({ refundId, amount: eur(1_000) }), now);
    expect(payment.applyRefund(aRefund({ refundId, stripeRefundId: 're_2', amount: eur(1_000) }), now)).toBe('external');
    expect(payment.state.refunded).toBe(2_000);
  });

  it('a refund above the captured amount is refused', () => {
    expect(() => paid().applyRefund(aRefund({ amount: eur(2_501) }), now)).toThrow(RangeError);
  });
});
