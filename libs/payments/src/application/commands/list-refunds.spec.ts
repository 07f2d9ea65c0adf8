import { OutcomeUnknown } from '../../domain/card-payments.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { ListRefunds } from './list-refunds.js';

const list = (desk: PaymentDesk) => desk.execute(new ListRefunds(desk.payment.id));

describe('Asking Stripe for the refunds of a payment', () => {
  it('finds all that were made by hand, and no others, once', async () => {
    const desk = await PaymentDesk.paid();
    const amounts = { re_1: 700, re_2: 300 };
    for (const [stripeRefundId, amount] of Object.entries(amounts)) {
      desk.cards.refunds.set(stripeRefundId, aRefund({ stripeRefundId, amount: { amount, currency: 'EUR' } }));
    }
    desk.cards.refunds.set('re_else', aRefund({ stripeRefundId: 're_else', intentId: 'pi_else' }));
    for (const _ of [1, 2]) await list(desk);
    expect(desk.payment).toMatchObject({ refunded: 1_000, refunds: [{ stripeRefundId: 're_1' }, { stripeRefundId: 're_2' }] });
    expect(desk.alerts.codes).toEqual(['external-refund', 'external-refund']);
  });

  it('need not be done for one without an intent', async () => {
    const desk = new PaymentDesk({ total: { amount: 0, currency: 'EUR' } });
    await desk.start();
    desk.cards.refundsOf = () => Promise.reject(new OutcomeUnknown('timed out'));
    await expect(list(desk)).resolves.toBeUndefined();
  });
});
