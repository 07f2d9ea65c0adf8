import { PaymentCameTooLate } from '@app/contracts/reservations.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPaymentWhenPaymentCameTooLate } from './refund-payment-when-payment-came-too-late.js';

describe('When money came too late', () => {
  it('all of it goes back, once, however often the message comes', async () => {
    const desk = await PaymentDesk.paid();
    const { id: paymentId, reservationId } = desk.payment;
    const event = new PaymentCameTooLate({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    for (const _ of ['once', 'again']) await new RefundPaymentWhenPaymentCameTooLate(desk.commands).handle(event);
    expect(desk.payment.refunds).toMatchObject([{ reason: 'payment-came-too-late', amount: 2_500, status: 'requested' }]);
    expect(desk.dueRows.waiting).toEqual([`submit-refund ${desk.payment.refunds[0]!.id}`]);
  });
});
