import { HOUR_MS } from '@app/kernel/durations.js';
import { minutesAfter } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CompleteReservations } from './complete-reservations.js';

describe('Completing reservations', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('a confirmed reservation is completed an hour after its showtime ended', async () => {
    const confirmed = await harness.createConfirmed();
    const held = await harness.createHold();
    harness.clock.advance(9 * HOUR_MS - 1);
    expect(await harness.execute(new CompleteReservations())).toBe(0);
    harness.clock.advance(1);
    expect(await harness.execute(new CompleteReservations())).toBe(1);
    expect(harness.reservations.all.get(confirmed.id)).toMatchObject({ status: 'completed', endedAt: minutesAfter(9 * 60) });
    expect(harness.statusOf(held)).toBe('held');
    expect(await harness.execute(new CompleteReservations())).toBe(0);
  });

  it.each(['cancelled', 'moved'] as const)('nothing of a showtime that was %s is completed, and its run begins', async (what) => {
    const gone = await harness.createConfirmed();
    const other = await harness.createConfirmed();
    harness.changeInShowtimes(gone.state.showtimeId, what);
    harness.clock.advance(9 * HOUR_MS);
    expect(await harness.execute(new CompleteReservations())).toBe(1);
    expect([gone, other].map((each) => harness.statusOf(each))).toEqual(['confirmed', 'completed']);
    expect(await harness.runs.unfinished()).toMatchObject([{ showtimeId: gone.state.showtimeId, kind: what, showtimeVersion: 2 }]);
  });

  it('a showtime that ends later than the copy says is completed later', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.changeEndInShowtimes(state.showtimeId, minutesAfter(9.5 * 60));
    harness.clock.advance(9 * HOUR_MS);
    expect(await harness.execute(new CompleteReservations())).toBe(0);
    harness.clock.advance(1.5 * HOUR_MS);
    expect(await harness.execute(new CompleteReservations())).toBe(1);
    expect(harness.statusOf({ id })).toBe('completed');
  });

  it('a locked reservation is completed the next time', async () => {
    const { id } = await harness.createConfirmed();
    harness.clock.advance(9 * HOUR_MS);
    harness.reservations.locked.add(id);
    expect(await harness.execute(new CompleteReservations())).toBe(0);
    harness.reservations.locked.clear();
    expect(await harness.execute(new CompleteReservations())).toBe(1);
  });
});
