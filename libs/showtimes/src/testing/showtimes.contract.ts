/** What every keeper of showtimes promises, whether it keeps them in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { RoomOccupied, ShowtimeNotFound } from '../domain/errors.js';
import type { Showtimes } from '../domain/showtimes.js';
import { aMovie, aRoom, aShowtime, minutesAfter, momentOf, NOW } from './builders.js';

export function showtimesContract(given: () => Promise<Showtimes>): void {
  let showtimes: Showtimes;
  const room = () => aRoom({ id: newId() });
  beforeEach(async () => {
    showtimes = await given();
  });

  it('gives back what was added', async () => {
    const showtime = aShowtime({ salesOpenAt: minutesAfter(10) });
    await showtimes.add(showtime);
    expect((await showtimes.glance(showtime.id)).state).toEqual(showtime.state);
    expect(await showtimes.change(showtime.id, ({ state }) => state)).toEqual(showtime.state);
  });

  it('keeps a change and answers what was decided', async () => {
    const showtime = aShowtime();
    await showtimes.add(showtime);
    const version = await showtimes.change(showtime.id, (loaded) => {
      loaded.change({ prices: { standard: 1_300 } }, NOW);
      return loaded.state.version;
    });
    expect(version).toBe(2);
    expect((await showtimes.glance(showtime.id)).state.prices).toEqual({ standard: 1_300, premium: 1_500 });
  });

  it('does not find what is not there', async () => {
    await expect(showtimes.change(newId(), () => undefined)).rejects.toThrow(ShowtimeNotFound);
    await expect(showtimes.glance(newId())).rejects.toThrow(ShowtimeNotFound);
  });

  it('names the showtime that has the room, until its cleaning is done', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    await showtimes.add(first);
    const refusal = await showtimes
      .add(aShowtime({ room: here, startsAt: minutesAfter(-1, first.state.roomFreeAt) }))
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RoomOccupied);
    const { id, startsAt, endsAt } = first.state;
    expect((refusal as RoomOccupied).details).toEqual({
      conflictingShowtime: { id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
    });
  });

  it('lets one showtime begin as the cleaning after the other ends', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    await showtimes.add(first);
    await showtimes.add(aShowtime({ room: here, startsAt: first.state.roomFreeAt }));
  });

  it('has no quarrel with the same time in another room', async () => {
    await showtimes.add(aShowtime({ room: room() }));
    await showtimes.add(aShowtime({ room: room() }));
  });

  it('gives the time of a cancelled showtime to another', async () => {
    const here = room();
    const cancelled = aShowtime({ room: here });
    await showtimes.add(cancelled);
    await showtimes.change(cancelled.id, (showtime) => showtime.cancel(null, NOW));
    await showtimes.add(aShowtime({ room: here }));
  });

  it('refuses to move one onto another, and leaves it where it was', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    const second = aShowtime({ room: here, startsAt: first.state.roomFreeAt });
    await showtimes.add(first);
    await showtimes.add(second);
    const earlier = { movie: aMovie(), room: here, start: momentOf(minutesAfter(-5, second.state.startsAt)) };
    const moving = showtimes.change(second.id, (showtime) => showtime.move(earlier, {}, { from: here.id, seatsTaken: 0, now: NOW }));
    await expect(moving).rejects.toThrow(RoomOccupied);
    expect((await showtimes.glance(second.id)).state).toEqual(second.state);
  });

  it('lets one move within its own time', async () => {
    const here = room();
    const showtime = aShowtime({ room: here });
    await showtimes.add(showtime);
    const later = { movie: aMovie(), room: here, start: momentOf(minutesAfter(5, showtime.state.startsAt)) };
    await showtimes.change(showtime.id, (loaded) => loaded.move(later, {}, { from: here.id, seatsTaken: 0, now: NOW }));
    expect((await showtimes.glance(showtime.id)).state.startsAt).toEqual(later.start.at);
  });

  it('finds what is ahead of a movie: neither cancelled, nor begun, nor another movie’s', async () => {
    const movie = aMovie();
    const [ahead, begun, cancelled, other] = [
      aShowtime({ movie, room: room() }),
      aShowtime({ movie, room: room(), startsAt: minutesAfter(10) }),
      aShowtime({ movie, room: room() }),
      aShowtime({ room: room() }),
    ];
    for (const showtime of [ahead, begun, cancelled, other]) await showtimes.add(showtime);
    await showtimes.change(cancelled.id, (showtime) => showtime.cancel(null, NOW));
    expect(await showtimes.aheadOf(movie.id, minutesAfter(10))).toEqual([ahead.id]);
  });
}
