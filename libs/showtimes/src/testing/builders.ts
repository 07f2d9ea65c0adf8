/** Movies, rooms and showtimes for specs. */
import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Showtime } from '../domain/showtime.js';
import type { Moment } from '../domain/theatre-time.js';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const minutesAfter = (minutes: number, from: Date = NOW): Date => addMs(from, minutes * MINUTE_MS);

/** A hundred minutes long. */
export function aMovie(own: Partial<MovieSummary> = {}): MovieSummary {
  return { id: newId(), title: 'Metropolis', runtimeMinutes: 100, retired: false, ...own };
}

/** Eight standard and four premium seats in Berlin, with 15 minutes of cleaning. */
export function aRoom(own: Partial<RoomSummary> = {}): RoomSummary {
  return {
    id: newId(),
    name: 'Room 1',
    closed: false,
    cleaningMinutes: 15,
    seatPlanVersion: 1,
    seatsByCategory: { standard: 8, premium: 4 },
    theatre: { id: newId(), name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' },
    ...own,
  };
}

interface ShowtimeOptions {
  movie?: MovieSummary;
  room?: RoomSummary;
  startsAt?: Date;
  prices?: Prices;
  salesOpenAt?: Date | null;
  now?: Date;
}

/** Six hours after NOW; standard 12.00, premium 15.00. */
export function aShowtime(own: ShowtimeOptions = {}): Showtime {
  const { movie = aMovie(), room = aRoom(), startsAt = minutesAfter(360), now = NOW, salesOpenAt = null } = own;
  return Showtime.schedule(
    { movie, room, start: momentOf(startsAt) },
    { prices: own.prices ?? { standard: 1_200, premium: 1_500 }, salesOpenAt },
    now,
  );
}

/** In the local time of Berlin in winter. */
export function momentOf(at: Date): Moment {
  return { at, local: minutesAfter(60, at).toISOString().slice(0, 19) };
}

/** The types of the recorded events, in order. */
export function eventTypes(showtime: Showtime): string[] {
  return showtime.takeEvents().map(({ event }) => event.type);
}
