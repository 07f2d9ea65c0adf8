import { anEvent, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnIntent } from './learn-intent.js';
import { ReceiveStripeEvent } from './receive-stripe-event.js';

describe('Receiving an event of Stripe', () => {
  const event = anEvent(anIntent({ status: 'succeeded' }));
  const receive = (desk: PaymentDesk) => desk.execute(new ReceiveStripeEvent(event));

  it('stores and applies it', async () => {
    const desk = await PaymentDesk.opened();
    await receive(desk);
    expect(desk.stripeEvents.all.get(event.id)).toMatchObject({ ...event, status: 'applied' });
    expect(desk.payment.status).toBe('succeeded');
  });

  it('leaves one that came before to its own way', async () => {
    const desk = await PaymentDesk.opened();
    desk.meanwhile.set(LearnIntent, () => Promise.reject(new Error('deadlock detected')));
    await receive(desk);
    await receive(desk);
    expect(desk.stripeEvents.view(event.id)).toMatchObject({ status: 'failed', tries: 1 });
    desk.meanwhile.clear();
    await receive(desk);
    expect(desk.stripeEvents.view(event.id)).toMatchObject({ status: 'failed', tries: 1 });
  });
});
