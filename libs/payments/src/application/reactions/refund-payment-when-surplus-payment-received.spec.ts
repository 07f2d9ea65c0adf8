import { SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './refund-payment-when-surplus-payment-received.js';

describe('When money came for a reservation that was paid already', () => {
  it('all of it goes back, once, however often the message comes', async () => {
    const desk = await PaymentDesk.paid();
    const { id: paymentId, reservationId } = desk.payment;
    const event = new SurplusPaymentReceived({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    for (const _ of ['once', 'again']) await new RefundPaymentWhenSurplusPaymentReceived(desk.commands).handle(event);
    expect(desk.payment.refunds).toMatchObject([{ reason: 'surplus-payment', amount: 2_500, status: 'requested' }]);
    expect(desk.dueRows.waiting).toEqual([`submit-refund ${desk.payment.refunds[0]!.id}`]);
  });
});
