import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../../domain/card-payments.js';
import { DUE_TASKS } from '../../domain/due-rows.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound } from '../../domain/errors.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnRefunds } from './learn-refunds.js';
import { RefundPayment } from './refund-payment.js';
import { RetryRefund } from './retry-refund.js';
import { WorkDueRows } from './work-due-rows.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** With a refund Stripe would not make. */
async function failed(): Promise<{ desk: PaymentDesk; refundId: string }> {
  const desk = await PaymentDesk.paid();
  await desk.execute(new RefundPayment(desk.payment.id, 'reservation-cancelled', eur(2_500)));
  desk.cards.fails(new CardRefused('insufficient_funds', 'The balance is too low.'));
  await work(desk);
  return { desk, refundId: desk.payment.refunds[0]!.id };
}

const work = (desk: PaymentDesk) => desk.execute(new WorkDueRows(DUE_TASKS, 10));
const retry = (desk: PaymentDesk, refundId: string) => desk.execute(new RetryRefund('an-admin', refundId));

describe('An admin who lets Stripe try a failed refund again', () => {
  it('has it ordered under the next key, and leaves a note', async () => {
    const { desk, refundId } = await failed();
    const { id: paymentId, reservationId } = desk.payment;
    const view = await retry(desk, refundId);
    expect(view).toEqual({
      id: refundId,
      paymentId,
      reservationId,
      amount: eur(2_500),
      status: 'requested',
      reason: 'reservation-cancelled',
      failure: null,
    });
    expect(desk.audit.entries).toEqual([{ actor: 'an-admin', action: 'payments.retry-refund', subject: refundId, details: { paymentId } }]);
    await work(desk);
    expect(desk.cards.keys.at(-1)).toBe(`refund:${refundId}:2`);
    expect(desk.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
  });

  it('twice has it tried once, and leaves one note', async () => {
    const { desk, refundId } = await failed();
    expect(await retry(desk, refundId)).toEqual(await retry(desk, refundId));
    expect(desk.audit.entries).toHaveLength(1);
    await work(desk);
    expect(desk.cards.refunds.size).toBe(1);
  });

  it('lets what is left go back where a part went by hand', async () => {
    const { desk, refundId } = await failed();
    await desk.execute(new LearnRefunds(desk.payment.id, [aRefund({ stripeRefundId: 're_hand', amount: eur(700) })]));
    expect(await retry(desk, refundId)).toMatchObject({ status: 'requested', amount: eur(1_800) });
  });

  it('is refused where it went back, where nothing is left, or where there is none, and leaves no note', async () => {
    const { desk, refundId } = await failed();
    await desk.execute(new LearnRefunds(desk.payment.id, [aRefund({ stripeRefundId: 're_hand' })]));
    await expect(retry(desk, refundId)).rejects.toThrow(NothingLeftToRefund);
    const byHand = desk.payment.refunds.find(({ reason }) => reason === 'external')!;
    await expect(retry(desk, byHand.id)).rejects.toThrow(RefundNotFailed);
    await expect(retry(desk, newId())).rejects.toThrow(RefundNotFound);
    expect(desk.audit.entries).toEqual([]);
    expect(desk.dueRows.waiting).toEqual([]);
  });
});
