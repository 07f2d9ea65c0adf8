import { ShowtimeChanged, ShowtimesByIds } from '@app/contracts/showtimes.js';
import { aSeating, minutesAfter, storeHold } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CorrectEndWhenShowtimeChanged } from './correct-end-when-showtime-changed.js';

describe('A showtime with another end', () => {
  it('a reservation follows the end as showtimes knows it, not as the event tells it', async () => {
    const harness = new ReservationsHarness();
    const seating = aSeating();
    const { id } = await storeHold(harness.reservations, { seating });
    const { movie, room, theatre, ...showtime } = seating.showtime;
    const now = { ...seating.showtime, endsAt: minutesAfter(600).toISOString() };
    harness.bus.answer(ShowtimesByIds, () => [now]);
    const ids = { showtimeId: showtime.id, showtimeVersion: 2, movieId: movie.id, roomId: room.id, theatreId: theatre.id };
    const event = new ShowtimeChanged({ ...ids, ...showtime, seats: 12, endsAt: minutesAfter(550).toISOString(), moved: false });
    await harness.bus.get(CorrectEndWhenShowtimeChanged).handle(event);
    expect(harness.reservations.all.get(id)!.endsAt).toEqual(minutesAfter(600));
  });
});
