/** What every implementation of `StripeEvents` promises, in memory and in PostgreSQL. It is given empty, with a first pause of one second. */
import { DAY_MS } from '@app/kernel/durations.js';
import type { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { addMs } from '@app/kernel/instants.js';
import type { StripeEvents } from '../domain/stripe-events.js';
import { anEvent, anIntent } from './fake-card-payments.js';

export function stripeEventsContract(given: () => Promise<{ stripeEvents: StripeEvents; clock: FixedClock }>): void {
  const event = anEvent(anIntent());
  const { id } = event;
  let stripeEvents: StripeEvents;
  let clock: FixedClock;
  beforeEach(async () => {
    ({ stripeEvents, clock } = await given());
    await stripeEvents.store(event);
  });

  const fail = (eventId: string, attempts: number) => stripeEvents.update(eventId, { status: 'failed', attempts, note: 'no' });

  it('an event is stored once, as it came first', async () => {
    expect(await stripeEvents.store({ ...event, type: 'something.else' })).toBe(false);
    expect(await stripeEvents.store(anEvent(null))).toBe(true);
    for (const found of [await stripeEvents.find(id), await stripeEvents.lock(id)]) {
      expect(found).toEqual({ ...event, status: 'received', attempts: 0, note: null });
    }
  });

  it('an event that does not exist is null', async () => {
    expect(await stripeEvents.find('evt_nowhere')).toBeNull();
    expect(await stripeEvents.lock('evt_nowhere')).toBeNull();
    expect(await stripeEvents.lockNextFailed()).toBeNull();
  });

  it('a failed event is due again, after a longer pause each time', async () => {
    await fail(id, 1);
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    await fail(id, 2);
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    expect(await stripeEvents.find(id)).toMatchObject({ status: 'failed', attempts: 2, note: 'no' });
  });

  it('the event that is due for the longest time comes first', async () => {
    const later = anEvent(anIntent());
    await stripeEvents.store(later);
    for (const each of [id, later.id]) {
      await fail(each, 1);
      clock.advance(1_000);
    }
    clock.advance(1_000);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    await fail(id, 2);
    expect(await stripeEvents.lockNextFailed()).toBe(later.id);
  });

  it('an event is due no more once it has not failed', async () => {
    for (const status of ['applied', 'ignored', 'checking', 'parked', 'dismissed'] as const) {
      await fail(id, 1);
      const progress = { status, attempts: 1, note: `${status} for a reason` };
      await stripeEvents.update(id, progress);
      clock.advance(DAY_MS);
      expect(await stripeEvents.lockNextFailed()).toBeNull();
      expect(await stripeEvents.find(id)).toEqual({ ...event, ...progress });
    }
  });

  it('a note that PostgreSQL cannot store is stored without what it cannot', async () => {
    await stripeEvents.update(id, { status: 'parked', attempts: 10, note: 'no\0' });
    expect(await stripeEvents.find(id)).toMatchObject({ status: 'parked', attempts: 10 });
  });

  it('an event that waits for a job or a person is not deleted', async () => {
    const later = () => ({ receivedBefore: addMs(clock.now(), 1), limit: 10 });
    for (const status of ['received', 'checking', 'parked'] as const) {
      await stripeEvents.update(id, { attempts: 0, status, note: null });
      expect(await stripeEvents.delete(later())).toBe(0);
    }
    await fail(id, 1);
    expect(await stripeEvents.delete(later())).toBe(0);
    await stripeEvents.update(id, { status: 'dismissed', attempts: 1, note: 'no' });
    expect([await stripeEvents.deleteBodies(later()), await stripeEvents.delete(later())]).toEqual([1, 1]);
  });

  it('bodies and events are deleted after a time, oldest first', async () => {
    clock.advance(DAY_MS);
    const younger = anEvent(anIntent());
    await stripeEvents.store(younger);
    const deleteBodies = (limit: number) => stripeEvents.deleteBodies({ receivedBefore: clock.now(), limit });
    // Until an event is done, its body is needed.
    expect(await deleteBodies(10)).toBe(0);
    await stripeEvents.update(id, { attempts: 0, status: 'applied', note: null });
    expect(await deleteBodies(10)).toBe(1);
    expect(await deleteBodies(10)).toBe(0);
    expect(await stripeEvents.find(id)).toEqual({ ...event, body: null, status: 'applied', attempts: 0, note: null });
    expect((await stripeEvents.find(younger.id))?.body).toEqual(younger.body);
    clock.advance(1);
    expect(await stripeEvents.delete({ receivedBefore: clock.now(), limit: 1 })).toBe(1);
    expect([await stripeEvents.find(id), (await stripeEvents.find(younger.id))?.id]).toEqual([null, younger.id]);
  });
}
