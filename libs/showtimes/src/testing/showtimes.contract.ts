/** What every implementation of `Showtimes` does, in memory and on PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { ShowtimeNotFound, ShowtimesOverlap } from '../domain/errors.js';
import type { Showtimes } from '../domain/showtimes.js';
import { aMovie, aRoom, aShowtime, minutesAfter, momentOf, NOW } from './builders.js';

export function showtimesContract(given: () => Promise<Showtimes>): void {
  let showtimes: Showtimes;
  const room = () => aRoom({ id: newId() });
  beforeEach(async () => {
    showtimes = await given();
  });

  it('an added showtime is stored with all its fields', async () => {
    const showtime = aShowtime({ salesOpenAt: minutesAfter(10) });
    await showtimes.add(showtime);
    expect((await showtimes.read(showtime.id)).state).toEqual(showtime.state);
    expect(await showtimes.change(showtime.id, ({ state }) => state)).toEqual(showtime.state);
  });

  it('a change is stored and returns what was decided', async () => {
    const showtime = aShowtime();
    await showtimes.add(showtime);
    const version = await showtimes.change(showtime.id, (loaded) => {
      loaded.change({ prices: { standard: 1_300 } }, NOW);
      return loaded.state.version;
    });
    expect(version).toBe(2);
    expect((await showtimes.read(showtime.id)).state.prices).toEqual({ standard: 1_300, premium: 1_500 });
  });

  it('an unknown showtime is not found', async () => {
    await expect(showtimes.change(newId(), () => undefined)).rejects.toThrow(ShowtimeNotFound);
    await expect(showtimes.read(newId())).rejects.toThrow(ShowtimeNotFound);
  });

  it('a showtime that overlaps with the cleaning is refused with the other one', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    await showtimes.add(first);
    const refusal = await showtimes
      .add(aShowtime({ room: here, startsAt: minutesAfter(-1, first.state.roomFreeAt) }))
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ShowtimesOverlap);
    const { id, startsAt, endsAt } = first.state;
    expect((refusal as ShowtimesOverlap).details).toEqual({
      conflictingShowtime: { id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
    });
  });

  it('a showtime may start when the cleaning after another ends', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    await showtimes.add(first);
    await showtimes.add(aShowtime({ room: here, startsAt: first.state.roomFreeAt }));
  });

  it('showtimes in two rooms may start at the same time', async () => {
    await showtimes.add(aShowtime({ room: room() }));
    await showtimes.add(aShowtime({ room: room() }));
  });

  it('a showtime may take the time of a cancelled one', async () => {
    const here = room();
    const cancelled = aShowtime({ room: here });
    await showtimes.add(cancelled);
    await showtimes.change(cancelled.id, (showtime) => showtime.cancel({ reason: null, now: NOW }));
    await showtimes.add(aShowtime({ room: here }));
  });

  it('a move that overlaps with another showtime is refused and not stored', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    const second = aShowtime({ room: here, startsAt: first.state.roomFreeAt });
    await showtimes.add(first);
    await showtimes.add(second);
    const earlier = { movie: aMovie(), room: here, start: momentOf(minutesAfter(-5, second.state.startsAt)) };
    const moving = showtimes.change(second.id, (showtime) =>
      showtime.move(earlier, {}, { lockedRoomId: here.id, seatsTaken: 0, now: NOW }),
    );
    await expect(moving).rejects.toThrow(ShowtimesOverlap);
    expect((await showtimes.read(second.id)).state).toEqual(second.state);
  });

  it('a showtime may be moved so that it overlaps with its old time', async () => {
    const here = room();
    const showtime = aShowtime({ room: here });
    await showtimes.add(showtime);
    const later = { movie: aMovie(), room: here, start: momentOf(minutesAfter(5, showtime.state.startsAt)) };
    await showtimes.change(showtime.id, (loaded) => loaded.move(later, {}, { lockedRoomId: here.id, seatsTaken: 0, now: NOW }));
    expect((await showtimes.read(showtime.id)).state.startsAt).toEqual(later.start.at);
  });

  it('upcoming showtimes of a movie are neither cancelled nor started', async () => {
    const movie = aMovie();
    const [upcoming, started, cancelled, other] = [
      aShowtime({ movie, room: room() }),
      aShowtime({ movie, room: room(), startsAt: minutesAfter(10) }),
      aShowtime({ movie, room: room() }),
      aShowtime({ room: room() }),
    ];
    for (const showtime of [upcoming, started, cancelled, other]) await showtimes.add(showtime);
    await showtimes.change(cancelled.id, (showtime) => showtime.cancel({ reason: null, now: NOW }));
    expect(await showtimes.idsOfUpcoming(movie.id, minutesAfter(10))).toEqual([upcoming.id]);
  });

  it('upcoming showtimes of a movie or a room carry the times of their room', async () => {
    const [movie, here] = [aMovie(), room()];
    const first = aShowtime({ movie, room: here });
    const second = aShowtime({ room: here, startsAt: first.state.roomFreeAt });
    for (const showtime of [first, second]) await showtimes.add(showtime);
    const { id, movieId, roomId, startsAt, endsAt, roomFreeAt } = first.state;
    expect(await showtimes.upcoming({ movieId: movie.id }, NOW)).toEqual([{ id, movieId, roomId, startsAt, endsAt, roomFreeAt }]);
    expect((await showtimes.upcoming({ roomId: here.id }, NOW)).map((each) => each.id)).toEqual([first.id, second.id].sort());
    expect(await showtimes.upcoming({ roomId: here.id }, second.state.startsAt)).toEqual([]);
    expect(await showtimes.runtimeAndCleaningOfUpcoming(NOW)).toContainEqual({ movieId, roomId, runtimeMinutes: 100, cleaningMinutes: 15 });
  });

  it('a showtime overlaps with the next one that starts while its room is occupied', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    const next = aShowtime({ room: here, startsAt: first.state.roomFreeAt });
    for (const showtime of [first, next]) await showtimes.add(showtime);
    const occupied = (minutes: number) => [{ ...first.state, roomFreeAt: minutesAfter(minutes, first.state.roomFreeAt) }];
    expect(await showtimes.overlapping(occupied(0), 10)).toEqual([]);
    expect(await showtimes.overlapping(occupied(1), 10)).toEqual([{ id: first.id, nextId: next.id, nextStartsAt: next.state.startsAt }]);
  });

  it('the last showtime that starts before a time is found, except one', async () => {
    const here = room();
    const first = aShowtime({ room: here });
    const second = aShowtime({ room: here, startsAt: first.state.roomFreeAt });
    for (const showtime of [first, second]) await showtimes.add(showtime);
    const last = async (at: Date, exceptId: string | null = null) => (await showtimes.lastStarting(at, { roomId: here.id, exceptId }))?.id;
    expect(await last(second.state.startsAt)).toBe(second.id);
    expect(await last(second.state.startsAt, second.id)).toBe(first.id);
    expect(await last(minutesAfter(-1, first.state.startsAt))).toBeUndefined();
  });

  it('many are added at once and found by room and start', async () => {
    const here = room();
    const [first, second] = [aShowtime({ room: here }), aShowtime({ room: here, startsAt: minutesAfter(600) })];
    await showtimes.addAll([first, second, aShowtime({ room: room() })]);
    expect((await showtimes.read(second.id)).state).toEqual(second.state);
    expect(await showtimes.startingAt([first.state, first.state])).toEqual([first.state]);
    await showtimes.change(first.id, (showtime) => showtime.cancel({ reason: null, now: NOW }));
    const again = aShowtime({ room: here });
    await showtimes.add(again);
    expect((await showtimes.startingAt([first.state])).map(({ id, status }) => [id, status])).toEqual([
      [again.id, 'scheduled'],
      [first.id, 'cancelled'],
    ]);
  });

  it('the neighbours of a period are the last start before it and the first inside it', async () => {
    const here = room();
    const [first, second] = [aShowtime({ room: here }), aShowtime({ room: here, startsAt: minutesAfter(600) })];
    await showtimes.addAll([first, second]);
    const period = (from: number, until: number) => ({ roomId: here.id, startsAt: minutesAfter(from), roomFreeAt: minutesAfter(until) });
    const found = await showtimes.neighbours([period(0, 100), period(360, 601), period(500, 600), { ...period(0, 900), roomId: newId() }]);
    expect(found.map(({ index, showtime: { id } }) => [index, id])).toEqual([
      [1, first.id],
      [1, second.id],
      [2, first.id],
    ]);
  });
}
