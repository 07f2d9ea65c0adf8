import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { MoreWouldBeKept, ReservationNotFound } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancellationQuote } from '../queries/cancellation-quote.js';
import { CancelReservation } from './cancel-reservation.js';

describe('A customer who cancels a reservation', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const lastEvent = (): unknown => harness.reservations.events.at(-1)!.event.data;

  it('a customer who cancels in time is owed everything', async () => {
    const { id, state } = await harness.createConfirmed();
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: 0 }));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer', reason: null });
  });

  it('a customer who cancels in the last two hours and agrees to it is owed nothing', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    const { kept } = await harness.execute(new CancellationQuote(state.customerId, id));
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: kept.amount }));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 0 } });
  });

  it('a hold that is paid between the quote and the cancellation stays', async () => {
    const hold = await harness.createHold();
    const { id, state } = hold;
    harness.clock.advance(4 * HOUR_MS);
    const { kept } = await harness.execute(new CancellationQuote(state.customerId, id));
    await harness.confirm(hold);
    const cancellation = harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: kept.amount }));
    await expect(cancellation).rejects.toThrow(MoreWouldBeKept);
    expect(harness.statusOf(hold)).toBe('confirmed');
  });

  it('a hold that is paid while its cancellation waits for the lock stays', async () => {
    const hold = await harness.createHold();
    harness.clock.advance(4 * HOUR_MS);
    vi.spyOn(harness.reservations, 'change').mockImplementationOnce(async (...request) => {
      await harness.confirm(hold);
      return harness.reservations.change(...request);
    });
    const cancellation = harness.execute(new CancelReservation(hold.state.customerId, hold.id, { keptAtMost: 0 }));
    await expect(cancellation).rejects.toThrow(MoreWouldBeKept);
    expect(harness.statusOf(hold)).toBe('confirmed');
  });

  it('the quote passes also where a part went back already', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    harness.capturedMoney[0] = { ...harness.capturedMoney[0]!, refunded: { amount: 400, currency: 'EUR' } };
    const cancelKeeping = (keptAtMost: number) => harness.execute(new CancelReservation(state.customerId, id, { keptAtMost }));
    await expect(cancelKeeping(2_099)).rejects.toThrow(MoreWouldBeKept);
    const { kept } = await harness.execute(new CancellationQuote(state.customerId, id));
    await cancelKeeping(kept.amount);
    expect(harness.reservations.all.get(id)!.status).toBe('cancelled');
  });

  it.each(['cancelled', 'moved'] as const)('a customer is owed everything once the showtime was %s, known or not', async (what) => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    harness.changeInShowtimes(state.showtimeId, what);
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: 0 }));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer' });
  });

  it('a second cancellation changes nothing', async () => {
    const { id, state } = await harness.createConfirmed();
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: 0 }));
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: 0 }));
    expect(harness.eventsOf({ id })).toEqual(['seats-held', 'reservation-confirmed', 'reservation-cancelled']);
  });

  it('without a limit the policy alone decides', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(4 * HOUR_MS);
    await harness.execute(new CancelReservation(state.customerId, id, {}));
    expect(lastEvent()).toMatchObject({ refundDue: { amount: 0 } });
  });

  it('the reservation of another customer is not found', async () => {
    const { id } = await harness.createConfirmed();
    await expect(harness.execute(new CancelReservation(newId(), id, { keptAtMost: 0 }))).rejects.toThrow(ReservationNotFound);
  });
});
