import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { aRefund, declined } from '../testing/fake-card-payments.js';
import { Payment } from './payment.js';
import type { PaymentState } from './payment-state.js';
import type { StripeRefundStatus } from './stripe-facts.js';

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

describe('The order of facts', () => {
  const facts: Record<string, (payment: Payment) => void> = {
    open: (payment) => payment.open('pi_1'),
    fail: (payment) => payment.fail('pi_1', declined('generic_decline')),
    failAgain: (payment) => payment.fail('pi_1', declined('lost_card')),
    cancel: (payment) => payment.cancel('pi_1'),
    receive: (payment) => payment.receive({ intentId: 'pi_1', money: price, now }),
    receiveWrong: (payment) => payment.receive({ intentId: 'pi_1', money: eur(900), now }),
  };

  /** Without the last error: which card was declined last is a matter of order. */
  function after(history: readonly string[]): Omit<PaymentState, 'version' | 'id' | 'reservationId' | 'customerId' | 'lastError' | 'lost'> {
    const payment = started();
    for (const name of history) facts[name]!(payment);
    expect(payment.takeEvents().map(({ sequence }) => sequence)).toEqual(Array.from({ length: payment.state.version }, (_, i) => i + 1));
    const { status, intentId, captured, capturedCurrency, refunded, settledAt, createdAt, amount, currency, refunds } = payment.state;
    const withoutIds = refunds.map((refund) => ({ ...refund, id: '', paymentId: '' }));
    return { status, intentId, captured, capturedCurrency, refunded, settledAt, createdAt, amount, currency, refunds: withoutIds };
  }

  it('the facts of a payment in any order, repeated, end in the same state', () => {
    // An intent has one captured amount, right or wrong.
    const oneAmount = fc.constantFrom(['receive'], ['receiveWrong'], []);
    const rest = fc.subarray(['open', 'fail', 'failAgain', 'cancel']);
    const histories = fc.tuple(rest, oneAmount).map(([some, amount]) => [...some, ...amount]);
    const twice = histories
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

  it('the facts of refunds in any order, repeated, end in the same state', () => {
    const ends = fc.record({
      own: fc.subarray<StripeRefundStatus>(['submitted', 'succeeded', 'failed'], { minLength: 1 }),
      external: fc.subarray<StripeRefundStatus>(['submitted', 'succeeded', 'failed']),
    });
    const histories = ends.chain(({ own, external }) => {
      const all = [...own.map((status) => ['own', status] as const), ...external.map((status) => ['external', status] as const)];
      return fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: 0 }),
        fc.shuffledSubarray(all, { minLength: all.length }),
      );
    });
    fc.assert(
      fc.property(histories, ([all, repeats, shuffled]) => {
        const payment = paid();
        payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
        const [one, other] = [new Payment(payment.state), new Payment(payment.state)];
        const refundId = payment.state.refunds[0]!.id;
        const applied = (to: Payment, history: typeof all) => {
          for (const [whose, status] of history) {
            const fact = { status, amount: eur(1_000), stripeRefundId: `re_${whose}`, refundId: whose === 'own' ? refundId : null };
            to.applyRefund(aRefund(fact), now);
            expect(to.state.refunded).toBeLessThanOrEqual(to.state.captured);
          }
          return to.state.refunds.map(({ reason, status, amount }) => `${reason} ${status} ${amount}`).sort();
        };
        expect(applied(one, [...repeats, ...shuffled])).toEqual(applied(other, all));
        expect(one.state.refunded).toBe(other.state.refunded);
      }),
      { numRuns: 2_000 },
    );
  });
});
