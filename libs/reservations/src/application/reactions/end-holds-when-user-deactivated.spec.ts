import { vi } from 'vitest';
import { UserDeactivated } from '@app/contracts/auth.js';
import { newId } from '@app/kernel/id.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { EndHoldsWhenUserDeactivated } from './end-holds-when-user-deactivated.js';

describe('EndHoldsWhenUserDeactivated', () => {
  const customerId = newId();
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const react = () => harness.bus.get(EndHoldsWhenUserDeactivated).handle(new UserDeactivated({ userId: customerId }));

  it('holds of a user who is deactivated end, once, and what is paid stays', async () => {
    const [held, paid] = [await harness.createHold({ customerId }), await harness.createConfirmed({ customerId })];
    const other = await harness.createHold();
    await react();
    await react();
    expect([held, paid, other].map((each) => harness.statusOf(each))).toEqual(['cancelled', 'confirmed', 'held']);
    expect(harness.eventsOf(held)).toEqual(['seats-held', 'reservation-cancelled']);
    const last = harness.reservations.events.filter(({ id }) => id === held.id).at(-1);
    expect(last?.event.data).toMatchObject({ refundDue: { amount: 0 }, by: 'admin', reason: 'The account was deactivated.' });
  });

  it('a hold that cannot be ended keeps no other', async () => {
    const [broken, held] = [await harness.createHold({ customerId }), await harness.createHold({ customerId })];
    const change = harness.reservations.change.bind(harness.reservations);
    vi.spyOn(harness.reservations, 'change').mockImplementation((key, decide) =>
      key.id === broken.id ? Promise.reject(new Error('broken')) : change(key, decide),
    );
    await expect(react()).rejects.toThrow('broken');
    expect([broken, held].map((each) => harness.statusOf(each))).toEqual(['held', 'cancelled']);
  });
});
