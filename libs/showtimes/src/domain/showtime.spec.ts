import { aMovie, aRoom, aShowtime, eventTypes, minutesAfter, momentOf, NOW } from '../testing/builders.js';
import {
  ChangedMeanwhile,
  MovieRetired,
  PriceMissing,
  RoomClosed,
  SalesOpenTooLate,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeStarted,
  StartsInThePast,
  StartsTooFarAhead,
} from './errors.js';
import type { Placement } from './placement.js';
import type { Showtime, TermsChange } from './showtime.js';

const DAY_MINUTES = 24 * 60;

describe('Showtime.schedule', () => {
  it('a new showtime records an event with all its terms', () => {
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

  it('the room is free after the runtime and the cleaning', () => {
    const showtime = aShowtime({ movie: aMovie({ runtimeMinutes: 90 }), room: aRoom({ cleaningMinutes: 20 }) });
    expect(showtime.state.endsAt).toEqual(minutesAfter(360 + 90));
    expect(showtime.state.roomFreeAt).toEqual(minutesAfter(360 + 90 + 20));
  });

  it('time zone, local time and currency of the theatre are stored', () => {
    expect(aShowtime().state).toMatchObject({ timeZone: 'Europe/Berlin', startsAtLocal: '2026-03-01T19:00:00', currency: 'EUR' });
  });

  it('a retired movie and a closed room cannot be scheduled', () => {
    expect(() => aShowtime({ movie: aMovie({ retired: true }) })).toThrow(MovieRetired);
    expect(() => aShowtime({ room: aRoom({ closed: true }) })).toThrow(RoomClosed);
  });

  it('a start in the past or more than 730 days ahead is refused', () => {
    expect(() => aShowtime({ startsAt: NOW })).toThrow(StartsInThePast);
    expect(() => aShowtime({ startsAt: minutesAfter(730 * DAY_MINUTES + 1) })).toThrow(StartsTooFarAhead);
    expect(aShowtime({ startsAt: minutesAfter(730 * DAY_MINUTES) }).state.status).toBe('scheduled');
  });

  it('a category without a price is refused', () => {
    expect(() => aShowtime({ prices: { premium: 1_500 } })).toThrow(PriceMissing);
  });

  it('sales that open at the start or later are refused', () => {
    expect(() => aShowtime({ salesOpenAt: minutesAfter(360) })).toThrow(SalesOpenTooLate);
  });
});

describe('Showtime.change', () => {
  it('a change of prices records an event with the new version', () => {
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

  it('the start of sales can be moved, or be at once', () => {
    const showtime = aShowtime();
    showtime.change({ salesOpenAt: minutesAfter(60) }, NOW);
    expect(showtime.state).toMatchObject({ salesOpenAt: minutesAfter(60), prices: { standard: 1_200, premium: 1_500 } });
    showtime.change({ prices: { premium: 1_600 } }, NOW);
    expect(showtime.state.salesOpenAt).toEqual(minutesAfter(60));
    showtime.change({ salesOpenAt: null }, NOW);
    expect(showtime.state.salesOpenAt).toBeNull();
    expect(() => showtime.change({ salesOpenAt: minutesAfter(400) }, NOW)).toThrow(SalesOpenTooLate);
  });

  it('a change to the same terms records nothing', () => {
    const showtime = aShowtime({ salesOpenAt: minutesAfter(60) });
    showtime.takeEvents();
    showtime.change({}, NOW);
    showtime.change({ prices: { standard: 1_200 }, salesOpenAt: minutesAfter(60) }, NOW);
    expect(showtime.hasChanged).toBe(false);
  });

  it('a started or cancelled showtime cannot be changed', () => {
    expect(() => aShowtime().change({}, minutesAfter(360))).toThrow(ShowtimeStarted);
    const cancelled = aShowtime();
    cancelled.cancel({ reason: null, now: NOW });
    expect(() => cancelled.change({}, NOW)).toThrow(ShowtimeCancelled);
  });
});

describe('Showtime.move', () => {
  const room = aRoom();
  const movie = aMovie();
  const move = (
    showtime: Showtime,
    own: Partial<Placement>,
    { terms = {}, seatsTaken = 0, now = NOW }: { terms?: TermsChange; seatsTaken?: number; now?: Date } = {},
  ): void => showtime.move({ movie, room, start: momentOf(minutesAfter(360)), ...own }, terms, { lockedRoomId: room.id, seatsTaken, now });

  it('a move to another time keeps the prices and records that it moved', () => {
    const showtime = aShowtime({ room, movie });
    showtime.takeEvents();
    move(showtime, { start: momentOf(minutesAfter(420)) });
    expect(showtime.takeEvents()[0]?.event).toMatchObject({
      data: {
        moved: true,
        movedAt: NOW.toISOString(),
        showtimeVersion: 2,
        startsAt: '2026-03-01T19:00:00.000Z',
        endsAt: '2026-03-01T20:40:00.000Z',
      },
    });
    expect(showtime.state).toMatchObject({ startsAtLocal: '2026-03-01T20:00:00', prices: { standard: 1_200, premium: 1_500 } });
  });

  it('a move to another room takes its seats, cleaning time and theatre', () => {
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

  it('a move to another currency needs new prices', () => {
    const london = aRoom({ theatre: { id: 'london', name: 'Phoenix', timeZone: 'Europe/London', currency: 'GBP' } });
    expect(() => move(aShowtime({ room, movie }), { room: london })).toThrow(PriceMissing);
    const showtime = aShowtime({ room, movie });
    move(showtime, { room: london }, { terms: { prices: { standard: 1_000, premium: 1_400 } } });
    expect(showtime.state).toMatchObject({ currency: 'GBP', prices: { standard: 1_000, premium: 1_400 }, timeZone: 'Europe/London' });
  });

  it('a showtime keeps the version and the time of its last move', () => {
    const showtime = aShowtime({ room, movie });
    expect(showtime.state).toMatchObject({ movedVersion: null, movedAt: null });
    move(showtime, { start: momentOf(minutesAfter(420)) }, { now: minutesAfter(1) });
    showtime.change({ prices: { standard: 1_300 } }, minutesAfter(2));
    expect(showtime.state).toMatchObject({ version: 3, movedVersion: 2, movedAt: minutesAfter(1) });
  });

  it('a move with seats taken is refused', () => {
    expect(() => move(aShowtime({ room, movie }), { start: momentOf(minutesAfter(420)) }, { seatsTaken: 2 })).toThrow(SeatsTaken);
  });

  it('a move to the same time and room is a change of terms', () => {
    const showtime = aShowtime({ room, movie });
    showtime.takeEvents();
    move(showtime, {}, { seatsTaken: 2 });
    expect(showtime.hasChanged).toBe(false);
    move(showtime, {}, { terms: { prices: { standard: 1_300 } }, seatsTaken: 2 });
    expect(showtime.takeEvents()[0]?.event).toMatchObject({ data: { moved: false } });
  });

  it('a move is refused when the room was changed before the locks', () => {
    const showtime = aShowtime({ room: aRoom(), movie });
    expect(() => move(showtime, { start: momentOf(minutesAfter(420)) })).toThrow(ChangedMeanwhile);
  });

  it('a move into the past, a closed room or before the sales is refused', () => {
    expect(() => move(aShowtime({ room, movie }), { start: momentOf(NOW) })).toThrow(StartsInThePast);
    expect(() => move(aShowtime({ room, movie }), { room: aRoom({ closed: true }) })).toThrow(RoomClosed);
    const showtime = aShowtime({ room, movie, salesOpenAt: minutesAfter(120) });
    expect(() => move(showtime, { start: momentOf(minutesAfter(60)) })).toThrow(SalesOpenTooLate);
  });

  it('a started or cancelled showtime cannot be moved', () => {
    expect(() => move(aShowtime({ room, movie }), {}, { now: minutesAfter(361) })).toThrow(ShowtimeStarted);
    const cancelled = aShowtime({ room, movie });
    cancelled.cancel({ reason: null, now: NOW });
    expect(() => move(cancelled, { start: momentOf(minutesAfter(420)) })).toThrow(ShowtimeCancelled);
  });
});

describe('Showtime.cancel', () => {
  it('a second cancellation records nothing and keeps the first reason', () => {
    const showtime = aShowtime();
    showtime.cancel({ reason: 'The projector is broken.', now: NOW });
    showtime.cancel({ reason: 'Again.', now: minutesAfter(1_000) });
    expect(showtime.state).toMatchObject({ status: 'cancelled', cancelReason: 'The projector is broken.' });
    expect(eventTypes(showtime)).toEqual(['showtimes.showtime-scheduled.v1', 'showtimes.showtime-cancelled.v1']);
  });

  it('a cancellation records an event with the next version', () => {
    const showtime = aShowtime();
    showtime.takeEvents();
    showtime.cancel({ reason: null, now: NOW });
    expect(showtime.takeEvents()[0]?.event.data).toEqual({ showtimeId: showtime.id, showtimeVersion: 2, reason: null });
  });

  it('a showtime that has started cannot be cancelled', () => {
    expect(() => aShowtime().cancel({ reason: null, now: minutesAfter(360) })).toThrow(ShowtimeStarted);
  });
});
