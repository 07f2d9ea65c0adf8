import { WebhookNotFound } from '../../domain/errors.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnIntent } from './learn-intent.js';
import { ReplayStripeEvent } from './replay-stripe-event.js';

describe('An admin who has an event applied again', () => {
  const paid = anIntent({ status: 'succeeded' });
  const replay = (desk: PaymentDesk, id: string) => desk.execute(new ReplayStripeEvent('an-admin', id));
  const noteOf = (id: string, status: string) => ({
    actor: 'an-admin',
    action: 'payments.replay-webhook',
    subject: id,
    details: { status },
  });

  it('mends one that was parked, and leaves a note', async () => {
    const desk = await PaymentDesk.opened();
    desk.meanwhile.set(LearnIntent, () => Promise.reject(new Error('deadlock detected')));
    const { id } = await desk.hears(paid);
    await desk.stripeEvents.mark(id, 'parked', 'deadlock detected');
    desk.meanwhile.clear();
    expect(await replay(desk, id)).toMatchObject({ id, status: 'applied', note: null });
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.audit.entries).toEqual([noteOf(id, 'applied')]);
  });

  it('sees why it fails again, which is noted, too', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = await desk.hears(paid, { body: {} });
    expect(await replay(desk, id)).toMatchObject({ status: 'parked', note: 'UnreadableEvent: fact is missing' });
    expect(desk.audit.entries).toEqual([noteOf(id, 'parked')]);
  });

  it('changes nothing where it was applied before, however often', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = await desk.hears(paid);
    for (const _ of [1, 2]) expect((await replay(desk, id)).status).toBe('applied');
    expect(desk.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
    expect(desk.audit.entries).toEqual([noteOf(id, 'applied'), noteOf(id, 'applied')]);
  });

  it('leaves no note about an event that never came', async () => {
    const desk = new PaymentDesk();
    await expect(replay(desk, 'evt_nowhere')).rejects.toThrow(WebhookNotFound);
    expect(desk.audit.entries).toEqual([]);
  });
});
