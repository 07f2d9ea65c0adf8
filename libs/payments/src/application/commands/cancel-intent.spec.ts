import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CancelIntent } from './cancel-intent.js';

/** With a second intent of the payment. */
async function twofold(): Promise<PaymentDesk> {
  const desk = await PaymentDesk.opened();
  desk.cards.intents.set('pi_2', { ...anIntent({ intentId: 'pi_2', paymentId: desk.payment.id }), clientSecret: 'pi_2_secret' });
  return desk;
}

describe('Cancelling an intent nobody should pay', () => {
  it('leaves the payment with its own', async () => {
    const desk = await twofold();
    for (const _ of [1, 2]) await desk.execute(new CancelIntent('pi_2'));
    expect(desk.cards.intents.get('pi_2')?.status).toBe('cancelled');
    expect(desk.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
  });

  it('sends back what was paid faster', async () => {
    const desk = await twofold();
    desk.cards.turns('pi_2', { status: 'succeeded', received: 2_500 });
    await desk.execute(new CancelIntent('pi_2'));
    const [first, surplus] = desk.payments.all.values();
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(surplus).toMatchObject({ intentId: 'pi_2', refunds: [{ reason: 'surplus-payment', amount: 2_500 }] });
  });
});
