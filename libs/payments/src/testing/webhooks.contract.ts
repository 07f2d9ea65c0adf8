/** What every keeper of Stripe's events promises, in memory or in PostgreSQL. It is given empty, with a first pause of one second. */
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import type { Webhooks } from '../domain/webhooks.js';
import { anEvent, anIntent } from './fake-card-payments.js';

export function webhooksContract(given: () => Promise<{ webhooks: Webhooks; clock: FixedClock }>): void {
  const event = anEvent(anIntent());
  const { id } = event;
  let webhooks: Webhooks;
  let clock: FixedClock;
  beforeEach(async () => {
    ({ webhooks, clock } = await given());
    await webhooks.store(event);
  });

  it('keeps an event as it first came, and says when it came before', async () => {
    expect(await webhooks.store({ ...event, type: 'something.else' })).toBe(false);
    expect(await webhooks.store(anEvent(null))).toBe(true);
    for (const found of [await webhooks.find(id), await webhooks.lock(id)]) {
      expect(found).toEqual({ ...event, status: 'received', tries: 0 });
    }
  });

  it('does not know what is not there', async () => {
    expect(await webhooks.find('evt_nowhere')).toBeNull();
    expect(await webhooks.lock('evt_nowhere')).toBeNull();
    expect(await webhooks.nextFailed()).toBeNull();
  });

  it('gives what failed again, after a longer pause each time', async () => {
    await webhooks.failed(id, 'no');
    expect(await webhooks.nextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await webhooks.nextFailed()).toBe(id);
    await webhooks.failed(id, 'no');
    clock.advance(1_250);
    expect(await webhooks.nextFailed()).toBeNull();
    clock.advance(1_250);
    expect(await webhooks.nextFailed()).toBe(id);
    expect(await webhooks.find(id)).toMatchObject({ status: 'failed', tries: 2 });
  });

  it('gives first what has waited longest', async () => {
    const later = anEvent(anIntent());
    await webhooks.store(later);
    for (const each of [id, later.id]) {
      await webhooks.failed(each, 'no');
      clock.advance(1_000);
    }
    clock.advance(1_000);
    expect(await webhooks.nextFailed()).toBe(id);
    await webhooks.failed(id, 'no');
    expect(await webhooks.nextFailed()).toBe(later.id);
  });

  it('gives no more what something became of', async () => {
    await webhooks.failed(id, 'no');
    await webhooks.mark(id, 'applied', null);
    clock.advance(86_400_000);
    expect(await webhooks.nextFailed()).toBeNull();
    expect(await webhooks.find(id)).toMatchObject({ status: 'applied', tries: 1 });
  });

  it('parks after the tenth failure, and at once after any further one', async () => {
    for (let failure = 1; failure < 10; failure++) expect(await webhooks.failed(id, 'no')).toEqual({ parked: false });
    expect(await webhooks.failed(id, 'no')).toEqual({ parked: true });
    clock.advance(86_400_000);
    expect(await webhooks.nextFailed()).toBeNull();
    expect(await webhooks.find(id)).toMatchObject({ status: 'parked', tries: 10 });
    await webhooks.mark(id, 'applied', null);
    expect(await webhooks.failed(id, 'no')).toEqual({ parked: true });
  });
}
