import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { HOUR_MS } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancelReservation } from './cancel-reservation.js';

describe('A customer who cancels a reservation', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const lastEvent = (): unknown => harness.reservations.events.at(-1)!.event.data;

  it('a customer who cancels in time is owed everything', async () => {
    const { id, state } = await harness.createConfirmed();
    await harness.execute(new CancelReservation(state.customerId, id));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer', reason: null });
  });

  it('a customer who cancels in the last two hours is owed nothing', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    await harness.execute(new CancelReservation(state.customerId, id));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 0 } });
  });

  it.each(['cancelled', 'moved'] as const)('a customer is owed everything once the showtime was %s, known or not', async (what) => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    harness.changeInShowtimes(state.showtimeId, what);
    await harness.execute(new CancelReservation(state.customerId, id));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer' });
  });

  it('a second cancellation changes nothing', async () => {
    const { id, state } = await harness.createConfirmed();
    await harness.execute(new CancelReservation(state.customerId, id));
    await harness.execute(new CancelReservation(state.customerId, id));
    expect(harness.eventsOf({ id })).toEqual(['seats-held', 'reservation-confirmed', 'reservation-cancelled']);
  });

  it('the reservation of another customer is not found', async () => {
    const { id } = await harness.createConfirmed();
    await expect(harness.execute(new CancelReservation(newId(), id))).rejects.toThrow(ReservationNotFound);
  });
});
