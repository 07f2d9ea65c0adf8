import { WebhookNotFound } from '../../domain/errors.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ReplayStripeEvent } from './replay-stripe-event.js';

describe('ReplayStripeEvent', () => {
  const paid = anIntent({ status: 'succeeded' });
  const replay = (harness: PaymentsHarness, id: string) => harness.executeAsAdmin(new ReplayStripeEvent('an-admin', id));
  const entryOf = (id: string, status: string) => ({
    actor: 'an-admin',
    action: 'payments.replay-webhook',
    subject: id,
    details: { status },
  });

  it('a parked event is applied, with an audit entry', async () => {
    const harness = await PaymentsHarness.opened();
    harness.break();
    const { id } = await harness.deliver(paid);
    await harness.stripeEvents.update(id, { attempts: 0, status: 'parked', note: 'deadlock detected' });
    harness.repair();
    expect(await replay(harness, id)).toEqual({ status: 'applied', note: null });
    expect(harness.stripeEvents.view(id)).toMatchObject({ id, status: 'applied', note: null });
    expect(harness.payment.status).toBe('succeeded');
    expect(harness.audit.entries).toEqual([entryOf(id, 'applied')]);
  });

  it('an event that fails again returns why, with an audit entry', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(paid, { body: { named: { intentId: 'pi_1' } } });
    expect(await replay(harness, id)).toMatchObject({ status: 'parked', note: 'UnreadableEvent: fact is missing' });
    expect(harness.audit.entries).toEqual([entryOf(id, 'parked')]);
  });

  it('an event that was applied before changes nothing, however often', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(paid);
    for (const _ of [1, 2]) expect((await replay(harness, id)).status).toBe('applied');
    expect(harness.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
    expect(harness.audit.entries).toEqual([entryOf(id, 'applied'), entryOf(id, 'applied')]);
  });

  it('an event that does not exist is refused without an audit entry', async () => {
    const harness = new PaymentsHarness();
    await expect(replay(harness, 'evt_nowhere')).rejects.toThrow(WebhookNotFound);
    expect(harness.audit.entries).toEqual([]);
  });
});
