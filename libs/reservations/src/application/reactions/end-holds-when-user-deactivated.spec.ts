import { vi } from 'vitest';
import { UserDeactivated } from '@app/contracts/auth.js';
import { newId } from '@app/kernel/id.js';
import { subscriptionOf } from '@app/platform/messaging/subscribe.js';
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

  it('only holds are changed, and no other message waits for their locks', async () => {
    const held = await harness.createHold({ customerId });
    await harness.createConfirmed({ customerId });
    const change = vi.spyOn(harness.reservations, 'change');
    await react();
    expect(change.mock.calls.map(([{ id }]) => id)).toEqual([held.id]);
    expect(subscriptionOf(EndHoldsWhenUserDeactivated)).toMatchObject({ alone: true });
  });
});
