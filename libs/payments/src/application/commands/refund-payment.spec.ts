import type { RefundReason } from '@app/contracts/payments.js';
import { newId } from '@app/kernel/id.js';
import { PaymentNotFound } from '../../domain/errors.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPayment } from './refund-payment.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const refund = (desk: PaymentDesk, reason: RefundReason, amount: number) =>
  desk.execute(new RefundPayment(desk.payment.id, reason, eur(amount)));

describe('Money that is due back', () => {
  it('is written down with the order to send it, and nothing happens at Stripe yet', async () => {
    const desk = await PaymentDesk.paid();
    desk.clock.advance(60_000);
    await refund(desk, 'reservation-cancelled', 1_000);
    const [written] = desk.payment.refunds;
    expect(written).toMatchObject({ reason: 'reservation-cancelled', amount: 1_000, status: 'requested', createdAt: desk.clock.now() });
    expect(desk.dueRows.waiting).toEqual([`submit-refund ${written!.id}`]);
    expect(desk.cards.refunds.size).toBe(0);
  });

  it('is due once for each reason, and for all of them no more than came', async () => {
    const desk = await PaymentDesk.paid();
    await refund(desk, 'reservation-cancelled', 1_000);
    await refund(desk, 'reservation-cancelled', 2_500);
    await refund(desk, 'payment-came-too-late', 2_500);
    expect(desk.payment.refunds).toMatchObject([
      { reason: 'reservation-cancelled', amount: 1_000 },
      { reason: 'payment-came-too-late', amount: 1_500 },
    ]);
    expect(desk.eventTypes.slice(2)).toEqual(['refund-requested', 'refund-requested']);
  });

  it('needs a payment it came with', async () => {
    await expect(new PaymentDesk().execute(new RefundPayment(newId(), 'surplus-payment', eur(1)))).rejects.toThrow(PaymentNotFound);
  });
});
