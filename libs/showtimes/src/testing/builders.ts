/** Scenes for specs: a movie, a room, and a showing of the one in the other. */
import type { MovieSummary } from '@app/contracts/movies.js';
import type { RoomSummary } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { Showtime } from '../domain/showtime.js';

export const MINUTE = 60_000;
export const NOW = new Date('2026-03-01T12:00:00Z');
export const minutesAfter = (minutes: number, from: Date = NOW): Date => new Date(from.getTime() + minutes * MINUTE);

/** A hundred minutes long. */
export function aMovie(own: Partial<MovieSummary> = {}): MovieSummary {
  return { id: newId(), title: 'Metropolis', runtimeMinutes: 100, retired: false, ...own };
}

/** Eight standard and four premium seats in Berlin, cleaned in a quarter of an hour. */
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

export interface ShowtimeScene {
  movie?: MovieSummary;
  room?: RoomSummary;
  startsAt?: Date;
  prices?: Prices;
  salesOpenAt?: Date | null;
  now?: Date;
}

/** Six hours from NOW; standard 12.00, premium 15.00. */
export function aShowtime(own: ShowtimeScene = {}): Showtime {
  const { movie = aMovie(), room = aRoom(), startsAt = minutesAfter(360), now = NOW, salesOpenAt = null } = own;
  return Showtime.schedule(
    { movie, room, start: momentOf(startsAt) },
    { prices: own.prices ?? { standard: 1_200, premium: 1_500 }, salesOpenAt },
    now,
  );
}

/** On the wall clock of Berlin in winter. */
export function momentOf(at: Date): { at: Date; local: string } {
  return { at, local: minutesAfter(60, at).toISOString().slice(0, 19) };
}

/** Types of what was recorded, in order. */
export function facts(showtime: Showtime): string[] {
  return showtime.takeEvents().map(({ event }) => event.type);
}
