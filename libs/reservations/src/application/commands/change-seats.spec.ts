import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ReservationNotFound, SeatsTaken, ShowtimeCancelled, ShowtimeMoved } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ChangeSeats } from './change-seats.js';

describe('ChangeSeats', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  const change = ({ id, state }: { id: string; state: { customerId: string } }, seats: string[]) =>
    harness.execute(new ChangeSeats(state.customerId, id, seats));
  const ownerOf = (showtimeId: string, seat: string) => harness.reservations.claims.get(`${showtimeId} ${seat}`);

  it('the new seats are claimed and the old ones are free', async () => {
    const seating = harness.createSeating();
    const hold = await harness.createHold({ seating, seats: ['A3', 'A4'] });
    await change(hold, ['A4', 'A5']);
    expect(['A3', 'A4', 'A5'].map((seat) => ownerOf(seating.showtime.id, seat))).toEqual([undefined, hold.id, hold.id]);
    expect(harness.eventsOf(hold)).toEqual(['seats-held', 'seats-changed']);
  });

  it('the reservation of another customer is not found', async () => {
    const { id } = await harness.createHold({ seating: harness.createSeating() });
    await expect(harness.execute(new ChangeSeats(newId(), id, ['A5']))).rejects.toThrow(ReservationNotFound);
  });

  it('a seat of another reservation is refused, and nothing changes', async () => {
    const seating = harness.createSeating();
    const hold = await harness.createHold({ seating, seats: ['A3'] });
    await harness.createHold({ seating, seats: ['A4'] });
    await expect(change(hold, ['A4'])).rejects.toThrow(SeatsTaken);
    expect(ownerOf(seating.showtime.id, 'A3')).toBe(hold.id);
  });

  it('a hold past its time that is in the way is expired first', async () => {
    const seating = harness.createSeating();
    const old = await harness.createHold({ seating, seats: ['A4'] });
    harness.clock.advance(30 * MINUTE_MS);
    const hold = await harness.createHold({ seating, seats: ['A3'] });
    await change(hold, ['A4']);
    expect([harness.statusOf(old), ownerOf(seating.showtime.id, 'A4')]).toEqual(['expired', hold.id]);
  });

  it('a showtime that its owner cancelled or moved refuses, known or not', async () => {
    const seatings = [harness.createSeating(), harness.createSeating()] as const;
    const [cancelled, moved] = [await harness.createHold({ seating: seatings[0] }), await harness.createHold({ seating: seatings[1] })];
    harness.changeInShowtimes(cancelled.state.showtimeId, 'cancelled');
    harness.changeInShowtimes(moved.state.showtimeId, 'moved');
    await expect(change(cancelled, ['A5', 'A6'])).rejects.toThrow(ShowtimeCancelled);
    await expect(change(moved, ['A5', 'A6'])).rejects.toThrow(ShowtimeMoved);
  });
});
