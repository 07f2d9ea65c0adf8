import type { RefundFact } from '../../domain/stripe-facts.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnRefunds } from './learn-refunds.js';
import { RefundPayment } from './refund-payment.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** With a refund of everything on its way. */
async function owing(): Promise<{ desk: PaymentDesk; own: RefundFact; learn: (...facts: RefundFact[]) => Promise<void> }> {
  const desk = await PaymentDesk.paid();
  await desk.execute(new RefundPayment(desk.payment.id, 'reservation-cancelled', eur(2_500)));
  const own = aRefund({ refundId: desk.payment.refunds[0]!.id });
  return { desk, own, learn: (...facts) => desk.execute(new LearnRefunds(desk.payment.id, facts)) };
}

describe("Taking in Stripe's list of refunds", () => {
  it('counts what went back as ordered, and troubles nobody with it', async () => {
    const { desk, own, learn } = await owing();
    await learn({ ...own, status: 'submitted' });
    expect(desk.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'submitted' }] });
    await learn(own);
    await learn(own);
    expect(desk.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
    expect(desk.alerts.codes).toEqual([]);
  });

  it('frees what failed before it counts what went back instead, whichever is listed first', async () => {
    const byHand = aRefund({ stripeRefundId: 're_hand' });
    for (const reversed of [false, true]) {
      const { desk, own, learn } = await owing();
      await learn(own);
      const list = [byHand, { ...own, status: 'failed', failure: 'lost_card' } as const];
      await learn(...(reversed ? list.reverse() : list));
      expect(desk.payment.refunded).toBe(2_500);
      expect(desk.payment.refunds).toMatchObject([
        { reason: 'reservation-cancelled', status: 'failed', failure: 'lost_card' },
        { reason: 'external', status: 'succeeded' },
      ]);
    }
  });

  it('tells a person once of money nobody here ordered to go back', async () => {
    const desk = await PaymentDesk.paid();
    const byHand = aRefund({ status: 'submitted', amount: eur(700) });
    for (const fact of [byHand, byHand, { ...byHand, status: 'succeeded' } as const]) {
      await desk.execute(new LearnRefunds(desk.payment.id, [fact]));
    }
    expect(desk.alerts.codes).toEqual(['external-refund']);
    expect(desk.payment).toMatchObject({ refunded: 700, refunds: [{ reason: 'external', amount: 700 }] });
  });

  it('tells a person once of money that could not go back', async () => {
    const { desk, own, learn } = await owing();
    for (const _ of [1, 2]) await learn({ ...own, status: 'failed', failure: 'expired_or_canceled_card' });
    expect(desk.alerts.codes).toEqual(['refund-failed']);
    expect(desk.payment.refunds).toMatchObject([{ status: 'failed', failure: 'expired_or_canceled_card' }]);
  });

  it('takes in a list as a whole or not at all', async () => {
    const { desk, own, learn } = await owing();
    const before = desk.payment;
    await expect(learn(own, aRefund({ stripeRefundId: 're_hand', amount: eur(1) }))).rejects.toThrow(RangeError);
    expect(desk.payment).toEqual(before);
  });
});
