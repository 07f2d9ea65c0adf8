import type { ReservationCancelled } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPaymentWhenReservationCancelled } from './refund-payment-when-reservation-cancelled.js';

describe('When a reservation is cancelled that was paid', () => {
  async function cancelled(desk: PaymentDesk, own: Partial<ReservationCancelled['data']>): Promise<void> {
    for (const _ of ['once', 'again']) await new RefundPaymentWhenReservationCancelled(desk.commands).handle(desk.cancelled(own));
  }

  it('what is due goes back, once, however often the message comes', async () => {
    const desk = await PaymentDesk.paid();
    await cancelled(desk, { paymentId: desk.payment.id, refundDue: { amount: 1_000, currency: 'EUR' } });
    expect(desk.payment.refunds).toMatchObject([{ reason: 'reservation-cancelled', amount: 1_000, status: 'requested' }]);
    expect(desk.dueRows.waiting).toEqual([`submit-refund ${desk.payment.refunds[0]!.id}`]);
  });

  it('no payment is even looked at where nothing was paid or nothing is due', async () => {
    const desk = await PaymentDesk.paid();
    await cancelled(desk, { paymentId: null });
    for (const paymentId of [desk.payment.id, newId()]) await cancelled(desk, { paymentId, refundDue: { amount: 0, currency: 'EUR' } });
    expect(desk.payment.refunds).toEqual([]);
    expect(desk.dueRows.waiting).toEqual([]);
  });
});
