import { newId } from '@app/kernel/id.js';
import { aRefund } from '../testing/fake-card-payments.js';
import { keptOf, missingOf, returnableSumOf } from './owed-refunds.js';
import { Payment } from './payment.js';

const now = new Date('2026-03-01T12:00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const price = eur(2_500);

function started(): Payment {
  return Payment.start({ reservationId: newId(), customerId: newId(), amount: price, now });
}

function paid(): Payment {
  const payment = started();
  payment.receive({ intentId: 'pi_1', money: price, now });
  payment.takeJobs();
  return payment;
}

function amounts({ state }: Payment): [string, number][] {
  return state.refunds.map(({ reason, amount }) => [reason, amount]);
}

describe('What is owed of a payment', () => {
  it('the rest is requested once a refund that had left less than was owed fails', () => {
    for (const makeRefund of [
      (payment: Payment) => payment.refundAsGoodwill({ amount: 700, note: 'cold', now }),
      (payment: Payment) => payment.applyRefund(aRefund({ status: 'submitted', amount: eur(700) }), now),
    ]) {
      const payment = paid();
      const owed = [{ reason: 'reservation-cancelled', due: price } as const];
      makeRefund(payment);
      payment.requestOwedRefunds({ owed, now });
      payment.takeJobs();
      const [apart, own] = payment.state.refunds;
      payment.applyRefund(aRefund({ refundId: apart!.id, status: 'failed', amount: eur(700) }), now);
      expect(payment.takeJobs()).toEqual([{ kind: 'payments.request-refunds-of-payment', subject: payment.id }]);
      for (const _ of [1, 2]) payment.requestOwedRefunds({ owed, now });
      expect(amounts(payment).slice(0, 2)).toEqual([
        ['reservation-cancelled', 1_800],
        [apart!.reason, 700],
      ]);
      expect(amounts(payment).slice(2)).toEqual([['reservation-cancelled', 700]]);
      expect(payment.takeJobs()).toMatchObject([{ kind: 'payments.submit-refund' }]);
      expect(payment.state.refunds[0]).toMatchObject({ id: own!.id, status: 'requested' });
    }
  });

  it('a refund that failed leaves its money for its retry, not for another refund', () => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
    payment.applyRefund(aRefund({ stripeRefundId: 're_hand', amount: eur(700) }), now);
    payment.requestRefund({ reason: 'showtime-cancelled', due: price, now });
    payment.refuseRefund(payment.state.refunds[0]!, 'insufficient_funds: too low');
    payment.requestOwedRefunds({ owed: [{ reason: 'showtime-cancelled', due: price }], now });
    expect(amounts(payment).sort()).toEqual([
      ['external', 700],
      ['reservation-cancelled', 1_000],
      ['showtime-cancelled', 800],
    ]);
  });

  it.each([
    'charge_already_refunded: all of it',
    'invalid_request_error: Refund amount (€25.00) is greater than unrefunded amount on charge (€10.00)',
  ])('others had left nothing for a refund (%s), and fail: it is requested again', (failure) => {
    const payment = paid();
    payment.requestRefund({ reason: 'reservation-cancelled', due: price, now });
    const refundId = payment.state.refunds[0]!.id;
    const byHand = aRefund({ stripeRefundId: 're_hand' });
    payment.applyRefund(byHand, now);
    expect(payment.refuseRefund({ id: refundId, timesRequested: 1 }, failure)).toBe('nothing-left');
    payment.takeJobs();
    payment.applyRefund({ ...byHand, status: 'failed' }, now);
    for (const _ of [1, 2]) payment.requestOwedRefunds({ owed: [{ reason: 'reservation-cancelled', due: price }], now });
    expect(payment.state.refunds.find(({ id }) => id === refundId)).toMatchObject({ status: 'requested', amount: 2_500 });
    expect(payment.state.refunds).toHaveLength(2);
    expect(payment.takeJobs().at(-1)).toEqual({ kind: 'payments.submit-refund', subject: refundId, nextKey: true });
  });

  it('a lost refund of changed seats counts as requested until it fails', () => {
    const payment = paid();
    const owed = { reason: 'seats-changed', due: eur(500) } as const;
    const sums = () => [missingOf(payment.state, owed), returnableSumOf(payment.state, owed), keptOf(payment.state, owed)];
    const lost = aRefund({ refundId: newId(), isForChangedSeats: true, amount: eur(500) });
    payment.applyRefund(lost, now);
    expect(sums()).toEqual([0, 0, 2_000]);
    payment.applyRefund({ ...lost, status: 'failed' }, now);
    expect(sums()).toEqual([500, 500, 2_000]);
  });

  it('unexpected money whose external refund failed goes back in full', () => {
    const payment = started();
    payment.receive({ intentId: 'pi_1', money: eur(2_400), now });
    const byHand = aRefund({ stripeRefundId: 're_hand', amount: eur(700) });
    payment.applyRefund(byHand, now);
    payment.refuseRefund(payment.state.refunds[0]!, 'invalid_request_error: greater than the rest');
    payment.applyRefund({ ...byHand, status: 'failed' }, now);
    for (const _ of [1, 2]) payment.requestOwedRefunds({ owed: [], now });
    expect(amounts(payment)).toEqual([
      ['wrong-amount', 1_700],
      ['external', 700],
      ['wrong-amount', 700],
    ]);
  });
});
