import { HoldExpired } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CancelPaymentWhenHoldExpired } from './cancel-payment-when-hold-expired.js';

describe('When a hold expires', () => {
  async function expires(desk: PaymentDesk): Promise<void> {
    const { id: reservationId, customerId } = desk.reservation!;
    const event = new HoldExpired({ reservationId, customerId, showtimeId: newId(), seats: ['A1'] });
    for (const _ of ['once', 'again']) await new CancelPaymentWhenHoldExpired(desk.commands).handle(event);
  }

  it('its open payment is to be cancelled, however often the message comes', async () => {
    const desk = await PaymentDesk.opened();
    await expires(desk);
    expect(desk.dueRows.waiting).toEqual([`cancel-payment ${desk.payment.id}`]);
    expect(desk.cards.intents.get('pi_1')?.status).toBe('open');
  });

  it('nothing happens where nobody began to pay, or the money is there', async () => {
    for (const desk of [new PaymentDesk(), await PaymentDesk.paid()]) {
      await expires(desk);
      expect(desk.dueRows.waiting).toEqual([]);
    }
  });
});
