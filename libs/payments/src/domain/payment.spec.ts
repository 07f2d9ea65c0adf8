import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { aRefund } from '../testing/fake-card-payments.js';
import type { StripeRefundStatus } from './stripe-facts.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound } from './errors.js';
import { Payment, type PaymentState } from './payment.js';

const now = new Date('2026-03-01T12:00:00Z');
const price = { amount: 2_500, currency: 'EUR' };
const eur = (amount: number) => ({ amount, currency: 'EUR' });

function started(): Payment {
  return Payment.start({ reservationId: newId(), customerId: newId(), amount: price, now });
}

function paid(): Payment {
  const payment = started();
  payment.receive('pi_1', price, now);
  payment.takeEvents();
  payment.releaseDue();
  return payment;
}

function types(payment: Payment): string[] {
  return payment.takeEvents().map(({ event }) => event.type.replace(/^payments\.|\.v1$/g, ''));
}

describe('A payment', () => {
  it('begins without an intent, and has one made', () => {
    const payment = started();
    expect(payment.state).toMatchObject({ status: 'created', intentId: null, version: 0 });
    expect(payment.hasChanged).toBe(false);
    expect(payment.releaseDue()).toEqual([{ kind: 'open-payment', subject: payment.id }]);
  });

  it('goes from card to card until the money is there', () => {
    const payment = started();
    payment.open('pi_1');
    payment.fail('pi_1', 'insufficient_funds');
    payment.fail('pi_1', 'lost_card');
    payment.receive('pi_1', price, now);
    expect(payment.state).toMatchObject({ status: 'succeeded', captured: 2_500, settledAt: now });
    expect(types(payment)).toEqual(['payment-started', 'payment-failed', 'payment-succeeded']);
  });

  it('lets money beat everything, a cancellation too', () => {
    const payment = started();
    payment.cancel('pi_1');
    expect(payment.state.status).toBe('cancelled');
    payment.receive('pi_1', price, now);
    payment.cancel('pi_1');
    expect(payment.state.status).toBe('succeeded');
  });

  it('costs nothing for a free reservation, and says so like any other', () => {
    const payment = Payment.start({ reservationId: newId(), customerId: newId(), amount: eur(0), now });
    expect(payment.state).toMatchObject({ status: 'succeeded', captured: 0, settledAt: now });
    expect(payment.releaseDue()).toEqual([]);
    expect(types(payment)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('has an intent cancelled that turns up after Stripe had refused it', () => {
    const payment = started();
    payment.cancel(null);
    payment.releaseDue();
    payment.open('pi_late');
    expect(payment.state).toMatchObject({ status: 'cancelled', intentId: null });
    expect(payment.releaseDue()).toEqual([{ kind: 'cancel-intent', subject: 'pi_late' }]);
  });

  it('sends back whatever is not the price', () => {
    for (const money of [eur(2_499), eur(2_501), { amount: 2_500, currency: 'USD' }]) {
      const payment = started();
      payment.receive('pi_1', money, now);
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

  it('sends back what came through a second intent', () => {
    const surplus = Payment.surplus(paid().state, 'pi_2', eur(2_500), now);
    expect(surplus.state).toMatchObject({
      status: 'succeeded',
      settledAt: null,
      intentId: 'pi_2',
      refunds: [{ reason: 'surplus-payment', amount: 2_500 }],
    });
  });
});

describe('Giving money back', () => {
  it('is asked for once a reason', () => {
    const payment = paid();
    payment.requestRefund('reservation-cancelled', eur(1_000), now);
    payment.requestRefund('reservation-cancelled', eur(2_000), now);
    expect(payment.state.refunds).toEqual([expect.objectContaining({ amount: 1_000, status: 'requested' })]);
    expect(payment.releaseDue()).toEqual([{ kind: 'submit-refund', subject: payment.state.refunds[0]!.id }]);
  });

  it('never takes more than is left', () => {
    const payment = paid();
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(700) }), now);
    payment.requestRefund('reservation-cancelled', eur(1_000), now);
    payment.requestRefund('payment-came-too-late', eur(2_500), now);
    payment.requestRefund('surplus-payment', eur(2_500), now);
    expect(payment.state.refunds.map(({ reason, amount }) => [reason, amount])).toEqual([
      ['external', 700],
      ['reservation-cancelled', 1_000],
      ['payment-came-too-late', 800],
    ]);
  });

  it('takes nothing from a payment that brought nothing', () => {
    const payment = started();
    payment.requestRefund('reservation-cancelled', eur(2_500), now);
    expect(payment.state.refunds).toEqual([]);
  });

  it('cannot be asked for in another currency', () => {
    expect(() => paid().requestRefund('reservation-cancelled', { amount: 1, currency: 'USD' }, now)).toThrow(RangeError);
  });

  it('counts only when Stripe says so, and no more when the bank sends it back', () => {
    const payment = paid();
    payment.requestRefund('reservation-cancelled', price, now);
    const refundId = payment.state.refunds[0]!.id;
    expect(payment.applyRefund(aRefund({ refundId, status: 'submitted' }), now)).toBe('own');
    expect(payment.state.refunded).toBe(0);
    payment.applyRefund(aRefund({ refundId }), now);
    expect(payment.state.refunded).toBe(2_500);
    expect(payment.applyRefund(aRefund({ refundId, status: 'failed', failure: 'expired_or_canceled_card' }), now)).toBe('failed');
    expect(payment.state).toMatchObject({ refunded: 0, refunds: [{ status: 'failed', failure: 'expired_or_canceled_card' }] });
    expect(types(payment)).toEqual(['refund-requested', 'refund-submitted', 'payment-refunded', 'refund-failed']);
  });

  it('can be retried once it failed; what is still said of the failed try is history', () => {
    const payment = paid();
    payment.requestRefund('reservation-cancelled', price, now);
    const refundId = payment.state.refunds[0]!.id;
    expect(payment.retryRefund(refundId)).toBe(false);
    expect(() => payment.retryRefund(newId())).toThrow(RefundNotFound);
    payment.applyRefund(aRefund({ refundId, status: 'failed' }), now);
    payment.releaseDue();
    payment.retryRefund(refundId);
    expect(payment.releaseDue()).toEqual([{ kind: 'submit-refund', subject: refundId, nextKey: true }]);
    expect(payment.applyRefund(aRefund({ refundId, status: 'succeeded' }), now)).toBe('nothing');
    payment.applyRefund(aRefund({ refundId, stripeRefundId: 're_2' }), now);
    expect(payment.state).toMatchObject({
      refunded: 2_500,
      refunds: [{ status: 'succeeded', stripeRefundId: 're_2', failedStripeRefundIds: ['re_1'] }],
    });
    expect(() => payment.retryRefund(refundId)).toThrow(RefundNotFailed);
  });

  it('is retried with what is left, and not at all when nothing is', () => {
    const payment = paid();
    payment.requestRefund('reservation-cancelled', price, now);
    const refundId = payment.state.refunds[0]!.id;
    payment.failRefund(refundId, 'charge_already_refunded');
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(2_000) }), now);
    payment.retryRefund(refundId);
    expect(payment.state.refunds.find(({ id }) => id === refundId)).toMatchObject({ amount: 500, status: 'requested' });
    payment.failRefund(refundId, 'again');
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand_2', amount: eur(500) }), now);
    expect(() => payment.retryRefund(refundId)).toThrow(NothingLeftToRefund);
  });

  it('is recorded as external when nobody here ordered it, or ordered it twice', () => {
    const payment = paid();
    payment.requestRefund('reservation-cancelled', eur(1_000), now);
    const refundId = payment.state.refunds[0]!.id;
    payment.applyRefund(aRefund({ refundId, amount: eur(1_000) }), now);
    expect(payment.applyRefund(aRefund({ refundId, stripeRefundId: 're_2', amount: eur(1_000) }), now)).toBe('external');
    expect(payment.state.refunded).toBe(2_000);
  });

  it('refuses to believe that more went back than came', () => {
    expect(() => paid().applyRefund(aRefund({ amount: eur(2_501) }), now)).toThrow(RangeError);
  });
});

describe('Whatever the order, and however often', () => {
  const facts: Record<string, (payment: Payment) => void> = {
    open: (payment) => payment.open('pi_1'),
    fail: (payment) => payment.fail('pi_1', 'declined'),
    failAgain: (payment) => payment.fail('pi_1', 'lost_card'),
    cancel: (payment) => payment.cancel('pi_1'),
    receive: (payment) => payment.receive('pi_1', price, now),
    receiveWrong: (payment) => payment.receive('pi_1', eur(900), now),
  };

  function after(history: readonly string[]): Omit<PaymentState, 'version' | 'id' | 'reservationId' | 'customerId'> {
    const payment = started();
    for (const name of history) facts[name]!(payment);
    expect(payment.takeEvents().map(({ sequence }) => sequence)).toEqual(Array.from({ length: payment.state.version }, (_, i) => i + 1));
    const { status, intentId, captured, capturedCurrency, refunded, settledAt, createdAt, amount, currency, refunds } = payment.state;
    const comparable = refunds.map((refund) => ({ ...refund, id: '', paymentId: '' }));
    return { status, intentId, captured, capturedCurrency, refunded, settledAt, createdAt, amount, currency, refunds: comparable };
  }

  it('the facts of a payment end in the same state', () => {
    // Stripe tells of one sum for an intent, right or wrong.
    const oneSum = fc.constantFrom(['receive'], ['receiveWrong'], []);
    const rest = fc.subarray(['open', 'fail', 'failAgain', 'cancel']);
    const told = fc.tuple(rest, oneSum).map(([some, sum]) => [...some, ...sum]);
    const twice = told
      .filter((names) => names.length > 0)
      .chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.shuffledSubarray([...names, ...names, ...names], { minLength: 0 }),
          fc.shuffledSubarray(names, { minLength: names.length }),
        ),
      );
    fc.assert(
      fc.property(twice, ([names, repeats, shuffled]) => {
        expect(after([...repeats, ...shuffled])).toEqual(after(names));
      }),
      { numRuns: 2_000 },
    );
  });

  it('the facts of its refunds end in the same state, and no more goes back than came', () => {
    const ends = fc.record({
      own: fc.subarray<StripeRefundStatus>(['submitted', 'succeeded', 'failed'], { minLength: 1 }),
      external: fc.subarray<StripeRefundStatus>(['submitted', 'succeeded', 'failed']),
    });
    const told = ends.chain(({ own, external }) => {
      const all = [...own.map((status) => ['own', status] as const), ...external.map((status) => ['external', status] as const)];
      return fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: 0 }),
        fc.shuffledSubarray(all, { minLength: all.length }),
      );
    });
    fc.assert(
      fc.property(told, ([all, repeats, shuffled]) => {
        const payment = paid();
        payment.requestRefund('reservation-cancelled', eur(1_000), now);
        const [one, other] = [new Payment(payment.state), new Payment(payment.state)];
        const refundId = payment.state.refunds[0]!.id;
        const tell = (to: Payment, history: typeof all) => {
          for (const [whose, status] of history) {
            const fact = { status, amount: eur(1_000), stripeRefundId: `re_${whose}`, refundId: whose === 'own' ? refundId : null };
            to.applyRefund(aRefund(fact), now);
            expect(to.state.refunded).toBeLessThanOrEqual(to.state.captured);
          }
          return to.state.refunds.map(({ reason, status, amount }) => `${reason} ${status} ${amount}`).sort();
        };
        expect(tell(one, [...repeats, ...shuffled])).toEqual(tell(other, all));
        expect(one.state.refunded).toBe(other.state.refunded);
      }),
      { numRuns: 2_000 },
    );
  });
});
