import { newId } from '@app/kernel/id.js';
import { aPayment } from '../../testing/payments.contract.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CancelOpenPayments } from './cancel-open-payments.js';
import { CancelPayment } from './cancel-payment.js';

const abandon = (desk: PaymentDesk) => desk.execute(new CancelOpenPayments(desk.reservation!.id));

describe('Abandoning the payments of a reservation that is over', () => {
  it('has cancelled what is still open for it, and nothing else', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = desk.payment;
    const other = aPayment();
    await desk.payments.add(other);
    for (const _ of [1, 2]) await abandon(desk);
    expect(desk.dueRows.waiting.sort()).toEqual([`cancel-payment ${id}`, `open-payment ${other.id}`]);
  });

  it('has cancelled also what only began', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-before', 'lost-before');
    await desk.start().catch(() => undefined);
    await abandon(desk);
    expect(desk.dueRows.waiting).toContain(`cancel-payment ${desk.payment.id}`);
  });

  it('lets what has ended rest', async () => {
    const paid = await PaymentDesk.paid();
    const cancelled = await PaymentDesk.opened();
    await cancelled.execute(new CancelPayment(cancelled.payment.id));
    for (const desk of [paid, cancelled]) {
      await abandon(desk);
      expect(desk.dueRows.waiting).toEqual([]);
    }
  });

  it('has nothing to do where nobody began to pay', async () => {
    const desk = new PaymentDesk();
    await desk.execute(new CancelOpenPayments(newId()));
    expect(desk.dueRows.waiting).toEqual([]);
  });
});
