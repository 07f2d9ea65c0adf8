import { WebhookBodyDeleted } from '../../domain/errors.js';
import { anEvent, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ReplayStripeEvent } from '../commands/replay-stripe-event.js';
import { DeleteOldStripeData } from './delete-old-stripe-data.js';

const DAY_MS = 86_400_000;
const clean = (harness: PaymentsHarness) => harness.run(DeleteOldStripeData, 'all');

describe('DeleteOldStripeData', () => {
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

  it('what cannot be deleted stops no other, and fails the job', async () => {
    const harness = new PaymentsHarness();
    const event = anEvent(null);
    await harness.stripeEvents.store(event);
    await harness.stripeEvents.mark(event.id, { status: 'ignored', note: null });
    harness.stripeEvents.deleteBodies = () => Promise.reject(new Error('statement timeout'));
    harness.clock.advance(541 * DAY_MS);
    await expect(clean(harness)).rejects.toThrow('statement timeout');
    expect(harness.stripeEvents.all.size).toBe(0);
  });

  it('more than a batch is deleted in one run', async () => {
    const harness = new PaymentsHarness();
    for (let i = 0; i < 2_500; i++) {
      const event = anEvent(null);
      await harness.stripeEvents.store(event);
      await harness.stripeEvents.mark(event.id, { status: 'ignored', note: null });
    }
    harness.clock.advance(541 * DAY_MS);
    await clean(harness);
    expect(harness.stripeEvents.all.size).toBe(0);
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
