import { ShowtimeChanged } from '@app/contracts/showtimes.js';
import { aSeating, minutesAfter, NOW } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CloseSalesWhenShowtimeMoved } from './close-sales-when-showtime-moved.js';

describe('A changed showtime', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  /** Returns the id of the showtime. */
  async function change({ moved, movedAt }: { moved: boolean; movedAt?: string }): Promise<string> {
    const { id, version, movie, room, theatre, seatPlanVersion, startsAt, endsAt, currency, prices } = aSeating({ version: 3 }).showtime;
    const ids = { showtimeId: id, showtimeVersion: version, movieId: movie.id, roomId: room.id, theatreId: theatre.id };
    const terms = { seatPlanVersion, seats: 12, startsAt, endsAt, currency, prices, salesOpenAt: null };
    await harness.bus
      .get(CloseSalesWhenShowtimeMoved)
      .handle(new ShowtimeChanged({ ...ids, ...terms, moved, ...(movedAt === undefined ? {} : { movedAt }) }), { time: NOW });
    return id;
  }

  it('a moved showtime is sold on its new terms only, and its run begins', async () => {
    const showtimeId = await change({ moved: true, movedAt: minutesAfter(-5).toISOString() });
    const run = { showtimeId, showtimeVersion: 3, kind: 'moved', movedAt: minutesAfter(-5) };
    expect(await harness.runs.unfinished()).toMatchObject([run]);
    expect(harness.reservations.salesStatuses.get(showtimeId)).toEqual({ closed: false, version: 3 });
  });

  it('an event that does not tell when it was moved counts from its own time', async () => {
    await change({ moved: true });
    expect(await harness.runs.unfinished()).toMatchObject([{ movedAt: NOW }]);
  });

  it('a showtime with new prices leaves existing holds as they are', async () => {
    await change({ moved: false });
    expect(await harness.runs.unfinished()).toEqual([]);
    expect(harness.reservations.salesStatuses.size).toBe(0);
  });
});
