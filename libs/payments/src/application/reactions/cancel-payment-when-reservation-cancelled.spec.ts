import { PaymentDesk } from '../../testing/payment-desk.js';
import { CancelPaymentWhenReservationCancelled } from './cancel-payment-when-reservation-cancelled.js';

describe('When a reservation is cancelled before it was paid', () => {
  async function cancelled(desk: PaymentDesk): Promise<void> {
    for (const _ of ['once', 'again']) await new CancelPaymentWhenReservationCancelled(desk.commands).handle(desk.cancelled());
  }

  it('its open payment is to be cancelled, however often the message comes', async () => {
    const desk = await PaymentDesk.opened();
    await cancelled(desk);
    expect(desk.dueRows.waiting).toEqual([`cancel-payment ${desk.payment.id}`]);
    expect(desk.cards.intents.get('pi_1')?.status).toBe('open');
  });

  it('nothing happens where nobody began to pay, or the money is there', async () => {
    for (const desk of [new PaymentDesk(), await PaymentDesk.paid()]) {
      await cancelled(desk);
      expect(desk.dueRows.waiting).toEqual([]);
    }
  });
});
