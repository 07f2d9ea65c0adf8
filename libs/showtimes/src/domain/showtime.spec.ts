import { aMovie, aRoom, aShowtime, facts, minutesAfter, momentOf, NOW } from '../testing/builders.js';
import {
  ChangedMeanwhile,
  MovieIsRetired,
  PriceMissing,
  RoomIsClosed,
  SalesOpenTooLate,
  SeatsAreTaken,
  ShowtimeIsCancelled,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from './errors.js';
import type { Place, Showtime, WantedTerms } from './showtime.js';

const DAY = 24 * 60;

describe('Scheduling a showtime', () => {
  it('tells everything a customer books under', () => {
    const [movie, room] = [aMovie(), aRoom()];
    const showtime = aShowtime({ movie, room, salesOpenAt: minutesAfter(60) });
    expect(showtime.takeEvents()).toMatchObject([
      {
        sequence: 1,
        event: {
          type: 'showtimes.showtime-scheduled.v1',
          data: {
            showtimeId: showtime.id,
            showtimeVersion: 1,
            movieId: movie.id,
            roomId: room.id,
            theatreId: room.theatre.id,
            seatPlanVersion: 1,
            seats: 12,
            startsAt: '2026-03-01T18:00:00.000Z',
            endsAt: '2026-03-01T19:40:00.000Z',
            currency: 'EUR',
            prices: { standard: 1_200, premium: 1_500 },
            salesOpenAt: '2026-03-01T13:00:00.000Z',
          },
        },
      },
    ]);
  });

  it('keeps the room for the film and the cleaning', () => {
    const showtime = aShowtime({ movie: aMovie({ runtimeMinutes: 90 }), room: aRoom({ cleaningMinutes: 20 }) });
    expect(showtime.state.endsAt).toEqual(minutesAfter(360 + 90));
    expect(showtime.state.roomFreeAt).toEqual(minutesAfter(360 + 90 + 20));
  });

  it('keeps the theatre’s zone, wall clock and currency as they are now', () => {
    expect(aShowtime().state).toMatchObject({ timeZone: 'Europe/Berlin', startsAtLocal: '2026-03-01T19:00:00', currency: 'EUR' });
  });

  it('refuses a retired movie and a closed room', () => {
    expect(() => aShowtime({ movie: aMovie({ retired: true }) })).toThrow(MovieIsRetired);
    expect(() => aShowtime({ room: aRoom({ closed: true }) })).toThrow(RoomIsClosed);
  });

  it('refuses a start that is not in the future, or years away', () => {
    expect(() => aShowtime({ startsAt: NOW })).toThrow(StartsInThePast);
    expect(() => aShowtime({ startsAt: minutesAfter(730 * DAY + 1) })).toThrow(StartsTooFarAhead);
    expect(aShowtime({ startsAt: minutesAfter(730 * DAY) }).state.status).toBe('scheduled');
  });

  it('refuses a category without a price', () => {
    expect(() => aShowtime({ prices: { premium: 1_500 } })).toThrow(PriceMissing);
  });

  it('refuses sales that open when the show has begun', () => {
    expect(() => aShowtime({ salesOpenAt: minutesAfter(360) })).toThrow(SalesOpenTooLate);
  });
});

describe('Changing the terms of a showtime', () => {
  it('tells the new ones, and is a new version', () => {
    const showtime = aShowtime();
    showtime.takeEvents();
    showtime.change({ prices: { standard: 1_300 } }, NOW);
    expect(showtime.takeEvents()).toMatchObject([
      {
        sequence: 2,
        event: {
          type: 'showtimes.showtime-changed.v1',
          data: { showtimeVersion: 2, moved: false, prices: { standard: 1_300, premium: 1_500 }, salesOpenAt: null },
        },
      },
    ]);
  });

  it('opens sales later, or at once', () => {
    const showtime = aShowtime();
    showtime.change({ salesOpenAt: minutesAfter(60) }, NOW);
    expect(showtime.state).toMatchObject({ salesOpenAt: minutesAfter(60), prices: { standard: 1_200, premium: 1_500 } });
    showtime.change({ prices: { premium: 1_600 } }, NOW);
    expect(showtime.state.salesOpenAt).toEqual(minutesAfter(60));
    showtime.change({ salesOpenAt: null }, NOW);
    expect(showtime.state.salesOpenAt).toBeNull();
    expect(() => showtime.change({ salesOpenAt: minutesAfter(400) }, NOW)).toThrow(SalesOpenTooLate);
  });

  it('says nothing when nothing changes', () => {
    const showtime = aShowtime({ salesOpenAt: minutesAfter(60) });
    showtime.takeEvents();
    showtime.change({}, NOW);
    showtime.change({ prices: { standard: 1_200 }, salesOpenAt: minutesAfter(60) }, NOW);
    expect(showtime.hasChanged).toBe(false);
  });

  it('is over once the show has begun or is cancelled', () => {
    expect(() => aShowtime().change({}, minutesAfter(360))).toThrow(ShowtimeStarted);
    const cancelled = aShowtime();
    cancelled.cancel(null, NOW);
    expect(() => cancelled.change({}, NOW)).toThrow(ShowtimeIsCancelled);
  });
});

describe('Moving a showtime', () => {
  const room = aRoom();
  const movie = aMovie();
  const move = (showtime: Showtime, place: Partial<Place>, wanted: WantedTerms = {}, seatsTaken = 0, now = NOW): void =>
    showtime.move({ movie, room, start: momentOf(minutesAfter(360)), ...place }, wanted, { from: room.id, seatsTaken, now });

  it('to another time keeps its prices and tells that it moved', () => {
    const showtime = aShowtime({ room, movie });
    showtime.takeEvents();
    move(showtime, { start: momentOf(minutesAfter(420)) });
    expect(showtime.takeEvents()[0]?.event).toMatchObject({
      data: { moved: true, showtimeVersion: 2, startsAt: '2026-03-01T19:00:00.000Z', endsAt: '2026-03-01T20:40:00.000Z' },
    });
    expect(showtime.state).toMatchObject({ startsAtLocal: '2026-03-01T20:00:00', prices: { standard: 1_200, premium: 1_500 } });
  });

  it('to another room takes its seats, its cleaning and its theatre', () => {
    const showtime = aShowtime({ room, movie });
    const other = aRoom({ seatPlanVersion: 4, seatsByCategory: { standard: 30 }, cleaningMinutes: 0 });
    move(showtime, { room: other });
    expect(showtime.state).toMatchObject({
      roomId: other.id,
      theatreId: other.theatre.id,
      seatPlanVersion: 4,
      seats: 30,
      prices: { standard: 1_200 },
      roomFreeAt: showtime.state.endsAt,
    });
  });

  it('needs new prices where the theatre counts in another currency', () => {
    const london = aRoom({ theatre: { id: 'london', name: 'Phoenix', timeZone: 'Europe/London', currency: 'GBP' } });
    expect(() => move(aShowtime({ room, movie }), { room: london })).toThrow(PriceMissing);
    const showtime = aShowtime({ room, movie });
    move(showtime, { room: london }, { prices: { standard: 1_000, premium: 1_400 } });
    expect(showtime.state).toMatchObject({ currency: 'GBP', prices: { standard: 1_000, premium: 1_400 }, timeZone: 'Europe/London' });
  });

  it('is refused while customers hold seats', () => {
    expect(() => move(aShowtime({ room, movie }), { start: momentOf(minutesAfter(420)) }, {}, 2)).toThrow(SeatsAreTaken);
  });

  it('to where it is already is no move, seats or not', () => {
    const showtime = aShowtime({ room, movie });
    showtime.takeEvents();
    move(showtime, {}, {}, 2);
    expect(showtime.hasChanged).toBe(false);
    move(showtime, {}, { prices: { standard: 1_300 } }, 2);
    expect(showtime.takeEvents()[0]?.event).toMatchObject({ data: { moved: false } });
  });

  it('is refused when another move was faster than the lock', () => {
    const showtime = aShowtime({ room: aRoom(), movie });
    expect(() => move(showtime, { start: momentOf(minutesAfter(420)) })).toThrow(ChangedMeanwhile);
  });

  it('is refused into the past, into a closed room, and to before its sales open', () => {
    expect(() => move(aShowtime({ room, movie }), { start: momentOf(NOW) })).toThrow(StartsInThePast);
    expect(() => move(aShowtime({ room, movie }), { room: aRoom({ closed: true }) })).toThrow(RoomIsClosed);
    const showtime = aShowtime({ room, movie, salesOpenAt: minutesAfter(120) });
    expect(() => move(showtime, { start: momentOf(minutesAfter(60)) })).toThrow(SalesOpenTooLate);
  });

  it('is over once the show has begun or is cancelled', () => {
    expect(() => move(aShowtime({ room, movie }), {}, {}, 0, minutesAfter(361))).toThrow(ShowtimeStarted);
    const cancelled = aShowtime({ room, movie });
    cancelled.cancel(null, NOW);
    expect(() => move(cancelled, { start: momentOf(minutesAfter(420)) })).toThrow(ShowtimeIsCancelled);
  });
});

describe('Cancelling a showtime', () => {
  it('happens once, and again is harmless', () => {
    const showtime = aShowtime();
    showtime.cancel('The projector is broken.', NOW);
    showtime.cancel('Again.', minutesAfter(1_000));
    expect(showtime.state).toMatchObject({ status: 'cancelled', cancelReason: 'The projector is broken.' });
    expect(facts(showtime)).toEqual(['showtimes.showtime-scheduled.v1', 'showtimes.showtime-cancelled.v1']);
  });

  it('is a new version of the terms', () => {
    const showtime = aShowtime();
    showtime.takeEvents();
    showtime.cancel(null, NOW);
    expect(showtime.takeEvents()[0]?.event.data).toEqual({ showtimeId: showtime.id, showtimeVersion: 2, reason: null });
  });

  it('is too late once the show has begun', () => {
    expect(() => aShowtime().cancel(null, minutesAfter(360))).toThrow(ShowtimeStarted);
  });
});
