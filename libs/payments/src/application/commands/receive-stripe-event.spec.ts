import { anEvent, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ReceiveStripeEvent } from './receive-stripe-event.js';

describe('ReceiveStripeEvent', () => {
  const event = anEvent(anIntent({ status: 'succeeded' }));
  const receive = (harness: PaymentsHarness) => harness.execute(new ReceiveStripeEvent(event));

  it('a new event is stored and applied', async () => {
    const harness = await PaymentsHarness.opened();
    await receive(harness);
    expect(harness.stripeEvents.all.get(event.id)).toMatchObject({ ...event, status: 'applied' });
    expect(harness.payment.status).toBe('succeeded');
  });

  it('an event that was delivered before keeps its outcome', async () => {
    const harness = await PaymentsHarness.opened();
    harness.break();
    await receive(harness);
    await receive(harness);
    expect(harness.stripeEvents.all.get(event.id)).toMatchObject({ status: 'failed', attempts: 1 });
    harness.repair();
    await receive(harness);
    expect(harness.stripeEvents.all.get(event.id)).toMatchObject({ status: 'failed', attempts: 1 });
  });
});
