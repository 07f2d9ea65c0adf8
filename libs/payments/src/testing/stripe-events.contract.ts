/** What every keeper of Stripe's events promises, in memory or in PostgreSQL. It is given empty, with a first pause of one second. */
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
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

  it('keeps an event as it first came, and says when it came before', async () => {
    expect(await stripeEvents.store({ ...event, type: 'something.else' })).toBe(false);
    expect(await stripeEvents.store(anEvent(null))).toBe(true);
    for (const found of [await stripeEvents.find(id), await stripeEvents.lock(id)]) {
      expect(found).toEqual({ ...event, status: 'received', attempts: 0 });
    }
  });

  it('does not know what is not there', async () => {
    expect(await stripeEvents.find('evt_nowhere')).toBeNull();
    expect(await stripeEvents.lock('evt_nowhere')).toBeNull();
    expect(await stripeEvents.lockNextFailed()).toBeNull();
  });

  it('gives what failed again, after a longer pause each time', async () => {
    await stripeEvents.fail(id, 'no');
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    await stripeEvents.fail(id, 'no');
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    expect(await stripeEvents.find(id)).toMatchObject({ status: 'failed', attempts: 2 });
  });

  it('gives first what has waited longest', async () => {
    const later = anEvent(anIntent());
    await stripeEvents.store(later);
    for (const each of [id, later.id]) {
      await stripeEvents.fail(each, 'no');
      clock.advance(1_000);
    }
    clock.advance(1_000);
    expect(await stripeEvents.lockNextFailed()).toBe(id);
    await stripeEvents.fail(id, 'no');
    expect(await stripeEvents.lockNextFailed()).toBe(later.id);
  });

  it('gives no more what something became of', async () => {
    await stripeEvents.fail(id, 'no');
    await stripeEvents.mark(id, 'applied', null);
    clock.advance(86_400_000);
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    expect(await stripeEvents.find(id)).toMatchObject({ status: 'applied', attempts: 1 });
  });

  it('parks after the tenth failure, and at once after any further one', async () => {
    for (let failure = 1; failure < 10; failure++) expect(await stripeEvents.fail(id, 'no')).toEqual({ parked: false });
    expect(await stripeEvents.fail(id, 'no')).toEqual({ parked: true });
    clock.advance(86_400_000);
    expect(await stripeEvents.lockNextFailed()).toBeNull();
    expect(await stripeEvents.find(id)).toMatchObject({ status: 'parked', attempts: 10 });
    await stripeEvents.mark(id, 'applied', null);
    expect(await stripeEvents.fail(id, 'no')).toEqual({ parked: true });
  });
}
