import { ShowtimeChanged } from '@app/contracts/showtimes.js';
import { aSeating } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { CloseSalesWhenShowtimeMoved } from './close-sales-when-showtime-moved.js';

describe('When a showtime changes', () => {
  async function changed(moved: boolean): Promise<{ desk: TicketDesk; showtimeId: string }> {
    const desk = new TicketDesk();
    const { showtime } = aSeating({ version: 3 });
    const {
      id: showtimeId,
      version: showtimeVersion,
      movie,
      room,
      theatre,
      seatPlanVersion,
      startsAt,
      endsAt,
      currency,
      prices,
    } = showtime;
    const ids = { showtimeId, showtimeVersion, movieId: movie.id, roomId: room.id, theatreId: theatre.id };
    const terms = { seatPlanVersion, seats: 12, startsAt, endsAt, currency, prices, salesOpenAt: null };
    await new CloseSalesWhenShowtimeMoved(desk.runs, desk.clock).handle(new ShowtimeChanged({ ...ids, ...terms, moved }));
    return { desk, showtimeId };
  }

  it('to another time or room, older reservations will end and holds go by the new terms', async () => {
    const { desk, showtimeId } = await changed(true);
    expect(await desk.runs.unfinished()).toMatchObject([{ showtimeId, showtimeVersion: 3, kind: 'moved' }]);
    expect(desk.reservations.salesStatuses.get(showtimeId)).toEqual({ closed: false, version: 3 });
  });

  it('in its prices alone, those who hold keep what they hold', async () => {
    const { desk } = await changed(false);
    expect(await desk.runs.unfinished()).toEqual([]);
    expect(desk.reservations.salesStatuses.size).toBe(0);
  });
});
