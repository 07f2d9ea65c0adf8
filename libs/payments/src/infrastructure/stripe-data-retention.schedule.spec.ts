import { DAY_MS } from '@app/kernel/durations.js';
import { ReplayStripeEvent } from '../application/commands/replay-stripe-event.js';
import { WebhookBodyDeleted } from '../domain/errors.js';
import { PaymentsSettings } from '../payments.settings.js';
import { anEvent, anIntent } from '../testing/fake-card-payments.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { StripeDataRetention } from './stripe-data-retention.schedule.js';

async function clean({ bus, stripeEvents, payments, jobs, clock }: PaymentsHarness): Promise<void> {
  const { rules } = new StripeDataRetention(stripeEvents, payments, jobs, clock, bus.get(PaymentsSettings));
  for (const { deleteBatch } of rules) await deleteBatch();
}

describe('StripeDataRetention', () => {
  it('the body of an event is kept for 90 days, and the event for 540', async () => {
    const harness = await PaymentsHarness.opened();
    const event = anEvent(anIntent({ status: 'succeeded' }));
    await harness.deliver(null, event);
    const stored = () => harness.stripeEvents.find(event.id);
    harness.clock.advance(90 * DAY_MS);
    await clean(harness);
    expect((await stored())?.body).toEqual(event.body);
    harness.clock.advance(1);
    await clean(harness);
    expect(await stored()).toMatchObject({ id: event.id, body: null, status: 'applied' });
    await expect(harness.executeAsAdmin(new ReplayStripeEvent('an-admin', event.id))).rejects.toThrow(WebhookBodyDeleted);
    harness.clock.advance(450 * DAY_MS);
    await clean(harness);
    expect(await stored()).toBeNull();
  });

  it('an idempotency key is kept for 30 days after its job is done', async () => {
    const harness = await PaymentsHarness.opened();
    const job = `payments.open-payment ${harness.payment.id}`;
    harness.clock.advance(30 * DAY_MS);
    await clean(harness);
    expect(harness.jobs.all.has(job)).toBe(true);
    harness.clock.advance(1);
    await clean(harness);
    expect(harness.jobs.all.has(job)).toBe(false);
  });
});
