import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { anEvent, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { FetchUndeliveredEvents } from './fetch-undelivered-events.js';

const paid = anIntent({ status: 'succeeded' });
const fetch = (harness: PaymentsHarness) => harness.run(FetchUndeliveredEvents, 'all');

describe('FetchUndeliveredEvents', () => {
  it('each event is received like a delivered one, past those that cannot be used', async () => {
    const harness = await PaymentsHarness.opened();
    const [unreadable, foreign, ours] = [anEvent(null, { body: { named: { intentId: 'pi_1' } } }), anEvent(null), anEvent(paid)];
    harness.cards.undelivered.push(unreadable, foreign, ours);
    await fetch(harness);
    expect([unreadable, foreign, ours].map(({ id }) => harness.stripeEvents.view(id).status)).toEqual(['parked', 'ignored', 'applied']);
    expect(harness.payment.status).toBe('succeeded');
  });

  it('an event that cannot be stored stops no other, and fails the job', async () => {
    const harness = await PaymentsHarness.opened();
    const [broken, ours] = [anEvent(paid), anEvent(paid)];
    harness.cards.undelivered.push(broken, ours);
    const store = harness.stripeEvents.store.bind(harness.stripeEvents);
    harness.stripeEvents.store = (event) => (event.id === broken.id ? Promise.reject(new Error('broken')) : store(event));
    await expect(fetch(harness)).rejects.toThrow('broken');
    expect(harness.payment.status).toBe('succeeded');
  });

  it('an event that was delivered meanwhile keeps its outcome', async () => {
    const harness = await PaymentsHarness.opened();
    const event = anEvent(paid);
    await harness.deliver(null, { id: event.id });
    harness.cards.undelivered.push(event);
    await fetch(harness);
    expect(harness.stripeEvents.view(event.id).status).toBe('ignored');
    expect(harness.payment.status).toBe('open');
  });

  it('events of the last three days are fetched', async () => {
    const harness = await PaymentsHarness.opened();
    const before = (milliseconds: number) => anEvent(paid, { occurredAt: addMs(harness.clock.now(), -milliseconds) });
    const [within, older] = [before(3 * DAY_MS), before(3 * DAY_MS + 1)];
    harness.cards.undelivered.push(within, older);
    await fetch(harness);
    expect([...harness.stripeEvents.all.keys()]).toEqual([within.id]);
  });
});
