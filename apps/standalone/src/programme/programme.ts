/** Plans the showtimes of a room. The same input gives the same plan, so that a later start continues where an earlier one stopped. */
import { DAY_MS } from '@app/kernel/durations.js';
import type { SeatPrices } from './theatres.js';

export interface SeedMovie {
  readonly title: string;
  readonly runtimeMinutes: number;
  readonly ageRating: string | null;
}

export interface ProgrammeRoom {
  readonly theatre: string;
  readonly room: string;
  readonly cleaningMinutes: number;
  readonly prices: SeatPrices;
  readonly matineeDiscount: number;
}

export interface PlannedShowtime<Movie extends SeedMovie> {
  readonly movie: Movie;
  /** The theatre's local time, without an offset: `2026-11-21T20:00`. */
  readonly startsAt: string;
  readonly prices: SeatPrices;
}

// Times of day are minutes since midnight.
const HOUR = 60;
const WEEKDAY_OPENING = 13 * HOUR;
const WEEKEND_OPENING = 10 * HOUR + 30;
const LAST_START = 22 * HOUR + 30;
/** Every zone changes its clocks later at night than this, so that a local time never has two meanings. */
const CLOSING = 25 * HOUR;
const MATINEE_UNTIL = 17 * HOUR;
const CHILDREN_UNTIL = 16 * HOUR;
const ADULTS_FROM = 21 * HOUR;
/** Showtimes start at full five minutes. */
const START_STEP_MINUTES = 5;
const MOVIES_PER_WEEK = 6;
const CHILDRENS_MOVIES_PER_WEEK = 2;

interface ProgrammeRequest<Movie extends SeedMovie> {
  readonly room: ProgrammeRoom;
  readonly movies: readonly Movie[];
  /** As `YYYY-MM-DD`, in the theatre's time zone. */
  readonly days: readonly string[];
}

/** Returns the showtimes in order. They do not overlap, cleaning included. */
export function planProgramme<Movie extends SeedMovie>({ room, movies, days }: ProgrammeRequest<Movie>): PlannedShowtime<Movie>[] {
  return days.flatMap((day) => planDay(room, movies, day));
}

function planDay<Movie extends SeedMovie>(room: ProgrammeRoom, movies: readonly Movie[], day: string): PlannedShowtime<Movie>[] {
  const dayNumber = dayNumberOf(day);
  const queue = rotate(moviesOfWeek(room, movies, dayNumber), dayNumber);
  const showtimes: PlannedShowtime<Movie>[] = [];
  let minute = isWeekend(dayNumber) ? WEEKEND_OPENING : WEEKDAY_OPENING;
  while (minute <= LAST_START) {
    const fitting = queue.filter(({ runtimeMinutes }) => minute + runtimeMinutes <= CLOSING);
    const movie = fitting.find((candidate) => suitsTime(candidate, minute)) ?? fitting[0];
    if (movie === undefined) break;
    queue.push(...queue.splice(queue.indexOf(movie), 1));
    showtimes.push({ movie, startsAt: `${day}T${timeOfDay(minute)}`, prices: pricesAt(room, minute) });
    minute = Math.ceil((minute + movie.runtimeMinutes + room.cleaningMinutes) / START_STEP_MINUTES) * START_STEP_MINUTES;
  }
  return showtimes;
}

/** The week of a programme begins on Thursday. Every room has movies of its own, some of them for children. */
function moviesOfWeek<Movie extends SeedMovie>(room: ProgrammeRoom, movies: readonly Movie[], dayNumber: number): Movie[] {
  const week = Math.floor(dayNumber / 7);
  const shuffled = movies
    .map((movie) => ({ movie, key: hash(`${room.theatre}\n${room.room}\n${week}\n${movie.title}`) }))
    .sort((a, b) => a.key - b.key || (a.movie.title < b.movie.title ? -1 : 1))
    .map(({ movie }) => movie);
  const forChildren = shuffled.filter(({ ageRating }) => ageRating === 'G').slice(0, CHILDRENS_MOVIES_PER_WEEK);
  return [...forChildren, ...shuffled.filter((movie) => !forChildren.includes(movie))].slice(0, MOVIES_PER_WEEK);
}

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const first = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function suitsTime({ ageRating }: SeedMovie, minute: number): boolean {
  if (minute < CHILDREN_UNTIL) return ageRating !== 'R';
  return minute < ADULTS_FROM || ageRating !== 'G';
}

function pricesAt({ prices, matineeDiscount }: ProgrammeRoom, minute: number): SeatPrices {
  const discount = minute < MATINEE_UNTIL ? matineeDiscount : 0;
  return { standard: prices.standard - discount, premium: prices.premium - discount };
}

/** Days since 1970-01-01, which was a Thursday. */
function dayNumberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

function isWeekend(dayNumber: number): boolean {
  return dayNumber % 7 === 2 || dayNumber % 7 === 3;
}

function timeOfDay(minute: number): string {
  return [Math.floor(minute / HOUR), minute % HOUR].map((part) => String(part).padStart(2, '0')).join(':');
}

/** FNV-1a with 32 bits. It must never change: a later start plans the same weeks again. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return value;
}
