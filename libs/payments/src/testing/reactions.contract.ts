/** What several reactions have in common. `react` takes in the message once. */
import type { RefundReason } from '@app/contracts/payments.js';
import { PaymentDesk } from './payment-desk.js';

type React = (desk: PaymentDesk) => Promise<void>;

export function cancelsWhatIsOpen(react: React): void {
  it('its open payment is to be cancelled, however often the message comes', async () => {
    const desk = await PaymentDesk.opened();
    for (const _ of ['once', 'again']) await react(desk);
    expect(desk.dueRows.waiting).toEqual([`cancel-payment ${desk.payment.id}`]);
    expect(desk.cards.intents.get('pi_1')?.status).toBe('open');
  });

  it('nothing happens where nobody began to pay, or the money is there', async () => {
    for (const desk of [new PaymentDesk(), await PaymentDesk.paid()]) {
      await react(desk);
      expect(desk.dueRows.waiting).toEqual([]);
    }
  });
}

export function sendsAllMoneyBack(reason: RefundReason, react: React): void {
  it('all of it goes back, once, however often the message comes', async () => {
    const desk = await PaymentDesk.paid();
    for (const _ of ['once', 'again']) await react(desk);
    expect(desk.payment.refunds).toMatchObject([{ reason, amount: 2_500, status: 'requested' }]);
    expect(desk.dueRows.waiting).toEqual([`submit-refund ${desk.payment.refunds[0]!.id}`]);
  });
}
