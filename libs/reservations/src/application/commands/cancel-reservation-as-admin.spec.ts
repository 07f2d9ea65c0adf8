import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { AlreadyCompleted, HoldExpired, MoreWouldBeKept, ReservationNotFound } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancelReservationAsAdmin } from './cancel-reservation-as-admin.js';
import { CompleteReservations } from './complete-reservations.js';
import { ExpireHolds } from './expire-holds.js';

const ADMIN = newId();

describe('An admin who cancels a reservation', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const cancel = (id: string, refund: 'full' | 'policy' | 'none' = 'full') =>
    harness.executeAsAdmin(new CancelReservationAsAdmin(ADMIN, id, { refund, reason: 'The projector broke.' }));
  const lastEvent = (): unknown => harness.reservations.events.at(-1)!.event.data;

  it.each([
    ['full', 0, 2_500],
    ['full', 5, 2_500],
    ['policy', 0, 2_500],
    ['policy', 5, 0],
    ['none', 0, 0],
  ] as const)('a cancellation by an admin with refund %s after %i hours owes %i', async (refund, hours, amount) => {
    const { id } = await harness.createConfirmed();
    harness.clock.advance(hours * HOUR_MS);
    await cancel(id, refund);
    expect(lastEvent()).toMatchObject({ refundDue: { amount }, by: 'admin', reason: 'The projector broke.' });
    expect(harness.audit.entries).toEqual([
      {
        actor: ADMIN,
        action: 'reservations.cancel-as-admin',
        subject: id,
        details: { was: 'confirmed', refundDue: { amount, currency: 'EUR' }, refund, reason: 'The projector broke.' },
      },
    ]);
  });

  it('an admin gives everything back once the showtime was cancelled, known or not', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.changeInShowtimes(state.showtimeId, 'cancelled');
    await cancel(id, 'none');
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 2_500 }, by: 'admin' });
    expect(harness.audit.entries).toMatchObject([{ details: { refund: 'none', refundDue: { amount: 2_500 } } }]);
  });

  it('an admin who cancels what was a hold keeps no payment that came meanwhile', async () => {
    const hold = await harness.createHold();
    await harness.confirm(hold);
    const options = { refund: 'none', reason: 'Nothing was paid.', keptAtMost: 0 } as const;
    await expect(harness.executeAsAdmin(new CancelReservationAsAdmin(ADMIN, hold.id, options))).rejects.toThrow(MoreWouldBeKept);
    expect([harness.statusOf(hold), harness.audit.entries]).toEqual(['confirmed', []]);
  });

  it('a second cancellation by an admin leaves no second audit entry', async () => {
    const { id } = await harness.createHold();
    await cancel(id);
    await cancel(id, 'none');
    expect(harness.eventsOf({ id })).toEqual(['seats-held', 'reservation-cancelled']);
    expect(harness.audit.entries).toHaveLength(1);
  });

  it('a refused cancellation by an admin leaves no audit entry', async () => {
    const completed = await harness.createConfirmed();
    const expired = await harness.createHold();
    harness.clock.advance(10 * HOUR_MS);
    await harness.execute(new ExpireHolds());
    await harness.execute(new CompleteReservations());
    await expect(cancel(expired.id)).rejects.toThrow(HoldExpired);
    await expect(cancel(completed.id)).rejects.toThrow(AlreadyCompleted);
    await expect(cancel(newId())).rejects.toThrow(ReservationNotFound);
    expect(harness.audit.entries).toEqual([]);
  });
});
