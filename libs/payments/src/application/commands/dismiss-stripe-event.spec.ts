import { WebhookNotFound, StripeEventNotParked } from '../../domain/errors.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { DismissStripeEvent } from './dismiss-stripe-event.js';
import { ReplayStripeEvent } from './replay-stripe-event.js';

describe('DismissStripeEvent', () => {
  const dismiss = (harness: PaymentsHarness, id: string) =>
    harness.executeAsAdmin(new DismissStripeEvent('an-admin', id, 'It was a test.'));

  it('a parked event is dismissed once, with an audit entry, and keeps its note', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(anIntent({ status: 'succeeded' }));
    await harness.stripeEvents.update(id, { attempts: 0, status: 'parked', note: 'unreadable' });
    expect(await dismiss(harness, id)).toEqual({ isNew: true });
    expect(await dismiss(harness, id)).toEqual({ isNew: false });
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'dismissed', note: 'unreadable' });
    const entry = { actor: 'an-admin', action: 'payments.dismiss-stripe-event', subject: id, details: { reason: 'It was a test.' } };
    expect(harness.audit.entries).toEqual([entry]);
    expect(await harness.executeAsAdmin(new ReplayStripeEvent('an-admin', id))).toMatchObject({ status: 'applied' });
  });

  it('an event that is not parked or does not exist is refused', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(anIntent({ status: 'succeeded' }));
    for (const status of ['received', 'applied', 'ignored', 'checking'] as const) {
      await harness.stripeEvents.update(id, { attempts: 0, status, note: null });
      await expect(dismiss(harness, id)).rejects.toThrow(StripeEventNotParked);
    }
    await expect(dismiss(harness, 'evt_nowhere')).rejects.toThrow(WebhookNotFound);
    expect(harness.audit.entries).toEqual([]);
  });
});
