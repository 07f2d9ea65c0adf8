import { aDispute, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnIntent } from './learn-intent.js';
import { RetryStripeEvents } from './retry-stripe-events.js';

const retry = (desk: PaymentDesk) => desk.execute(new RetryStripeEvents());

/** With an event that could not be applied. */
async function stuck(): Promise<{ desk: PaymentDesk; id: string }> {
  const desk = await PaymentDesk.opened();
  desk.meanwhile.set(LearnIntent, () => Promise.reject(new Error('deadlock detected')));
  const { id } = await desk.hears(anIntent({ status: 'succeeded' }));
  return { desk, id };
}

describe('Trying events again that could not be applied', () => {
  it('applies what can be applied by now, and then has nothing left to do', async () => {
    const { desk, id } = await stuck();
    desk.meanwhile.clear();
    desk.clock.advance(1_000);
    expect(await retry(desk)).toBe(true);
    expect(desk.stripeEvents.view(id).status).toBe('applied');
    expect(desk.payment.status).toBe('succeeded');
    expect(await retry(desk)).toBe(false);
  });

  it('waits longer each time, and stops after the tenth try', async () => {
    const { desk, id } = await stuck();
    expect(await retry(desk)).toBe(false);
    for (let tries = 2; tries <= 10; tries++) {
      const pause = 1_000 * 2 ** (tries - 2);
      desk.clock.advance(pause - 1);
      expect(await retry(desk)).toBe(false);
      desk.clock.advance(1);
      expect(await retry(desk)).toBe(true);
    }
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'parked', tries: 10 });
    expect(desk.alerts.codes).toEqual(['webhook-parked']);
    desk.clock.advance(86_400_000);
    expect(await retry(desk)).toBe(false);
  });

  it('is held up by none that fails again', async () => {
    const { desk, id } = await stuck();
    const dispute = await desk.hears(aDispute());
    await desk.stripeEvents.fail(dispute.id, 'deadlock detected');
    desk.clock.advance(1_000);
    expect([await retry(desk), await retry(desk), await retry(desk)]).toEqual([true, true, false]);
    expect([id, dispute.id].map((each) => desk.stripeEvents.view(each).status)).toEqual(['failed', 'applied']);
  });
});
