import { vi } from 'vitest';
import { UserErased, UsersErasedAfter } from '@app/contracts/auth.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { EndReservationsWhenUserErased } from '../reactions/end-reservations-when-user-erased.js';
import { EndReservationsOfErasedUsers } from './end-reservations-of-erased-users.js';

describe('A customer who was erased', () => {
  const customerId = newId();
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  const react = () =>
    harness.bus
      .get(EndReservationsWhenUserErased)
      .handle(new UserErased({ userId: customerId, erasedAt: harness.clock.now().toISOString() }));
  const compare = () => {
    const erased = { userId: customerId, erasedAt: harness.clock.now().toISOString() };
    harness.bus.answer(UsersErasedAfter, ({ after }) => (after.userId === customerId ? [] : [erased]));
    return harness.bus.get(EndReservationsOfErasedUsers).run();
  };

  it.each([
    ['the event', react],
    ['the comparison', compare],
  ])('a hold is cancelled and what is paid is owed in full, by %s', async (_, end) => {
    const [held, paid] = [await harness.createHold({ customerId }), await harness.createConfirmed({ customerId })];
    // Later than the policy gives anything back.
    harness.clock.advance(5 * HOUR_MS);
    await end();
    expect([harness.statusOf(held), harness.statusOf(paid)]).toEqual(['cancelled', 'cancelled']);
    const last = harness.reservations.events.filter(({ id }) => id === paid.id).at(-1);
    expect(last?.event.data).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer', reason: 'The account was erased.' });
  });

  it('a reservation that cannot be ended keeps no other, and fails the comparison', async () => {
    const [broken, held] = [await harness.createHold({ customerId }), await harness.createHold({ customerId })];
    const change = harness.reservations.change.bind(harness.reservations);
    vi.spyOn(harness.reservations, 'change').mockImplementation((key, decide) =>
      key.id === broken.id ? Promise.reject(new Error('broken')) : change(key, decide),
    );
    await expect(compare()).rejects.toThrow('broken');
    expect([harness.statusOf(broken), harness.statusOf(held)]).toEqual(['held', 'cancelled']);
  });

  it('a second event, and one after the comparison, change nothing', async () => {
    const held = await harness.createHold({ customerId });
    await react();
    await react();
    await compare();
    expect(harness.eventsOf(held)).toEqual(['seats-held', 'reservation-cancelled']);
  });

  it('a hold that is made after the event is found by the comparison', async () => {
    await react();
    const held = await harness.createHold({ customerId });
    await compare();
    expect(harness.statusOf(held)).toBe('cancelled');
  });

  it('a showtime that has started, and reservations of others, stay', async () => {
    const [paid, other] = [await harness.createConfirmed({ customerId }), await harness.createHold()];
    harness.clock.advance(7 * HOUR_MS);
    await react();
    expect([harness.statusOf(paid), harness.statusOf(other)]).toEqual(['confirmed', 'held']);
  });
});
