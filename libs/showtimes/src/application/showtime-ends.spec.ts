import { ShowtimesOverlap } from '../domain/errors.js';
import { aMovie, aRoom, aShowtime, minutesAfter, NOW } from '../testing/builders.js';
import { ShowtimesHarness } from '../testing/showtimes-harness.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { MovieChanged } from '@app/contracts/movies.js';
import { RoomChanged } from '@app/contracts/rooms.js';
import { ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import { ScheduleShowtime } from './commands/schedule-showtime.js';
import { CorrectShowtimeEnds } from './jobs/correct-showtime-ends.js';
import { CorrectEndsWhenMovieChanged } from './reactions/correct-ends-when-movie-changed.js';
import { CorrectEndsWhenRoomChanged } from './reactions/correct-ends-when-room-changed.js';
import { END_NOT_CORRECTED } from '../domain/alert-codes.js';

const EVENING = minutesAfter(360);

/** A movie of 100 minutes at six in a room with 15 minutes of cleaning, and another movie `gapMinutes` after the start. */
function setUp({ nowMinutes = 100, cleaningMinutes = 15, gapMinutes = 200, now = NOW } = {}) {
  const movie = aMovie({ runtimeMinutes: 100 });
  const room = aRoom();
  const showtime = aShowtime({ movie, room, startsAt: EVENING });
  const other = aMovie();
  const next = aShowtime({ movie: other, room, startsAt: minutesAfter(gapMinutes, EVENING) });
  const harness = new ShowtimesHarness({
    movies: [{ ...movie, runtimeMinutes: nowMinutes }, other],
    rooms: [{ ...room, cleaningMinutes }],
    showtimes: [showtime, next],
    now,
  });
  const endsAt = () => harness.stateOf(showtime).endsAt;
  const freeAt = () => harness.stateOf(showtime).roomFreeAt;
  return { harness, movie, other, room, showtime, next, endsAt, freeAt };
}

const movieChanged = (movieId: string, runtimeMinutes = 1) =>
  new MovieChanged({ movieId, title: 'A', runtimeMinutes, releaseDate: null, ageRating: null, genres: [] });
const roomChanged = (roomId: string, cleaningMinutes = 1) =>
  new RoomChanged({ roomId, theatreId: 'a', name: 'A', cleaningMinutes, seats: 1, seatPlanVersion: 1 });
/** Of a change so many minutes after the start. */
const at = (minutes: number): EventContext => ({
  id: newId(),
  subject: newId(),
  sequence: 2,
  time: minutesAfter(minutes, EVENING),
  correlationId: null,
});

describe('ShowtimesThatWouldOverlap', () => {
  it('a runtime that reaches into the next showtime of the room names both', async () => {
    const { harness, movie, room, showtime, next } = setUp();
    const asked = (runtimeMinutes: number) => harness.bus.execute(new ShowtimesThatWouldOverlap({ movieId: movie.id, runtimeMinutes }));
    expect(await asked(185)).toEqual([]);
    expect(await asked(186)).toEqual([
      {
        id: showtime.id,
        startsAt: EVENING.toISOString(),
        endsAt: minutesAfter(186, EVENING).toISOString(),
        roomFreeAt: minutesAfter(201, EVENING).toISOString(),
        room: { id: room.id, name: 'Room 1' },
        next: { id: next.id, startsAt: next.state.startsAt.toISOString() },
      },
    ]);
    expect(harness.locks.blocked.slice(0, 2)).toEqual([{ movieId: movie.id }, { roomIds: [room.id] }]);
  });

  it('a cleaning time that reaches into the next showtime names both', async () => {
    const { harness, room, showtime } = setUp();
    const asked = (cleaningMinutes: number) => harness.bus.execute(new ShowtimesThatWouldOverlap({ roomId: room.id, cleaningMinutes }));
    expect(await asked(100)).toEqual([]);
    expect(await asked(101)).toMatchObject([{ id: showtime.id }]);
  });
});

describe('The end of a showtime', () => {
  it('an end follows the runtime of the movie as a new version that is no move', async () => {
    const { harness, movie, showtime, endsAt, freeAt } = setUp({ nowMinutes: 180 });
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id), at(-360));
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(180, EVENING), minutesAfter(195, EVENING)]);
    expect(harness.stateOf(showtime)).toMatchObject({ version: 2, movedVersion: null, startsAt: EVENING });
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id), at(-360));
    expect(harness.showtimes.recorded).toEqual(['showtimes.showtime-changed.v1']);
  });

  it('an end follows the cleaning time of the room', async () => {
    const { harness, room, endsAt, freeAt } = setUp({ cleaningMinutes: 30 });
    await harness.bus.get(CorrectEndsWhenRoomChanged).handle(roomChanged(room.id), at(-360));
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(100, EVENING), minutesAfter(130, EVENING)]);
  });

  it('an end that would overlap stays, and an alert names the showtime', async () => {
    const { harness, movie, endsAt } = setUp({ nowMinutes: 190 });
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id), at(-360));
    expect(endsAt()).toEqual(minutesAfter(100, EVENING));
    expect(harness.alerts.codes).toEqual([END_NOT_CORRECTED]);
  });

  it('an end is corrected by the search when the event never came', async () => {
    const { harness, endsAt, freeAt } = setUp({ nowMinutes: 150, cleaningMinutes: 20 });
    await harness.bus.get(CorrectShowtimeEnds).run();
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(150, EVENING), minutesAfter(170, EVENING)]);
    const recorded = [...harness.showtimes.recorded];
    await harness.bus.get(CorrectShowtimeEnds).run();
    expect(harness.showtimes.recorded).toEqual(recorded);
  });

  it('an end follows a change before the start also where its message comes after it', async () => {
    const { harness, movie, room, showtime, endsAt, freeAt } = setUp({
      nowMinutes: 130,
      cleaningMinutes: 20,
      now: minutesAfter(30, EVENING),
    });
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id, 130), at(-1));
    // The cleaning is of another change.
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(130, EVENING), minutesAfter(145, EVENING)]);
    await harness.bus.get(CorrectEndsWhenRoomChanged).handle(roomChanged(room.id, 20), at(-1));
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(130, EVENING), minutesAfter(150, EVENING)]);
    expect(harness.stateOf(showtime).version).toBe(3);
  });

  it('an end stays where the change came after the start', async () => {
    const { harness, movie, room, freeAt } = setUp({ nowMinutes: 130, cleaningMinutes: 20, now: minutesAfter(30, EVENING) });
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id, 130), at(0));
    await harness.bus.get(CorrectEndsWhenRoomChanged).handle(roomChanged(room.id, 20), at(1));
    // Of a change before the start, after which came another one.
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id, 120), at(-60));
    await harness.bus.get(CorrectEndsWhenRoomChanged).handle(roomChanged(room.id, 25), at(-60));
    await harness.bus.get(CorrectShowtimeEnds).run();
    expect(freeAt()).toEqual(minutesAfter(115, EVENING));
  });

  it('an end stays where the showtime is over by both runtimes', async () => {
    const [over, running] = [145, 144].map((minutes) => setUp({ nowMinutes: 130, now: minutesAfter(minutes, EVENING) }));
    for (const { harness, movie } of [over!, running!])
      await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id, 130), at(-1));
    expect([over!.endsAt(), running!.endsAt()]).toEqual([minutesAfter(100, EVENING), minutesAfter(130, EVENING)]);
  });

  it('a cleaning time that was corrected while a change of the movie waited stays', async () => {
    const { harness, movie, room, showtime, endsAt, freeAt } = setUp({
      nowMinutes: 120,
      cleaningMinutes: 40,
      now: minutesAfter(10, EVENING),
    });
    const block = harness.locks.blockScheduling.bind(harness.locks);
    harness.locks.blockScheduling = async (of) => {
      // The message about the room has the room's lock, and is done when the one about the movie gets it.
      if ('roomIds' in of) {
        harness.locks.blockScheduling = block;
        await harness.bus.get(CorrectEndsWhenRoomChanged).handle(roomChanged(room.id, 40), at(-10));
      }
      return block(of);
    };
    await harness.bus.get(CorrectEndsWhenMovieChanged).handle(movieChanged(movie.id, 120), at(-10));
    expect(harness.stateOf(showtime).status).toBe('scheduled');
    expect([endsAt(), freeAt()]).toEqual([minutesAfter(120, EVENING), minutesAfter(160, EVENING)]);
  });

  it('an end stays once the showtime has started or was cancelled', () => {
    const runtimeAndCleaning = { runtimeMinutes: 180, cleaningMinutes: 15 };
    const started = aShowtime({ startsAt: EVENING });
    const cancelled = aShowtime({ startsAt: EVENING });
    cancelled.cancel({ reason: null, now: NOW });
    for (const showtime of [started, cancelled]) showtime.takeEvents();
    started.correctEnd(runtimeAndCleaning, EVENING);
    cancelled.correctEnd(runtimeAndCleaning, NOW);
    expect([started.hasChanged, cancelled.hasChanged]).toEqual([false, false]);
  });
});

describe('Scheduling after a showtime whose end is not corrected yet', () => {
  it('a start within the new runtime is refused with the showtime', async () => {
    const { harness, other, room, showtime } = setUp({ nowMinutes: 180, gapMinutes: 500 });
    const schedule = (minutes: number) =>
      harness.execute(
        new ScheduleShowtime(harness.adminId, {
          movieId: other.id,
          roomId: room.id,
          startsAt: minutesAfter(minutes, EVENING).toISOString(),
          prices: { standard: 1_000, premium: 1_000 },
          salesOpenAt: null,
        }),
      );
    await expect(schedule(194)).rejects.toThrow(ShowtimesOverlap);
    await expect(schedule(194)).rejects.toMatchObject({ details: { conflictingShowtime: { id: showtime.id } } });
    await schedule(195);
  });
});
