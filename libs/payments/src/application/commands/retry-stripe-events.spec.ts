import { DAY_MS } from '@app/kernel/durations.js';
import { aDispute, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RetryStripeEvents } from './retry-stripe-events.js';

const retry = (harness: PaymentsHarness) => harness.execute(new RetryStripeEvents());

/** With an event that could not be applied. */
async function failed(): Promise<{ harness: PaymentsHarness; id: string }> {
  const harness = await PaymentsHarness.opened();
  harness.break();
  const { id } = await harness.deliver(anIntent({ status: 'succeeded' }));
  return { harness, id };
}

describe('RetryStripeEvents', () => {
  it('a failed event is applied once it can be, and then nothing is due', async () => {
    const { harness, id } = await failed();
    harness.repair();
    harness.clock.advance(1_000);
    expect(await retry(harness)).toBe(true);
    expect(harness.stripeEvents.view(id).status).toBe('applied');
    expect(harness.payment.status).toBe('succeeded');
    expect(await retry(harness)).toBe(false);
  });

  it('an event pauses longer each time and is parked after the tenth attempt', async () => {
    const { harness, id } = await failed();
    expect(await retry(harness)).toBe(false);
    for (let attempts = 2; attempts <= 10; attempts++) {
      const pauseMs = 1_000 * 2 ** (attempts - 2);
      harness.clock.advance(pauseMs - 1);
      expect(await retry(harness)).toBe(false);
      harness.clock.advance(1);
      expect(await retry(harness)).toBe(true);
    }
    expect(harness.stripeEvents.all.get(id)).toMatchObject({ status: 'parked', attempts: 10 });
    expect(harness.alerts.codes).toEqual(['webhook-parked']);
    harness.clock.advance(DAY_MS);
    expect(await retry(harness)).toBe(false);
  });

  it('an event that fails again delays no other one', async () => {
    const { harness, id } = await failed();
    const dispute = await harness.deliver(aDispute());
    await harness.stripeEvents.update(dispute.id, { status: 'failed', attempts: 1, note: 'deadlock detected' });
    harness.clock.advance(1_000);
    expect([await retry(harness), await retry(harness), await retry(harness)]).toEqual([true, true, false]);
    expect([id, dispute.id].map((each) => harness.stripeEvents.view(each).status)).toEqual(['failed', 'applied']);
  });
});
