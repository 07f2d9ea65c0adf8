/** Which film runs when: weeks of showings for a room, the same for the same input, so that a later start goes on where an earlier one stopped. */
import type { SeatPrices } from './houses.js';

export interface Film {
  readonly title: string;
  readonly runtimeMinutes: number;
  readonly ageRating: string | null;
}

export interface Screen {
  readonly theatre: string;
  readonly room: string;
  readonly cleaningMinutes: number;
  readonly prices: SeatPrices;
  readonly matineeOff: number;
}

export interface Showing<F extends Film> {
  readonly film: F;
  /** The theatre's wall clock, without an offset: `2026-11-21T20:00`. */
  readonly startsAt: string;
  readonly prices: SeatPrices;
}

const HOUR = 60;
const WEEKDAY_OPENING = 13 * HOUR;
const WEEKEND_OPENING = 10 * HOUR + 30;
const LAST_START = 22 * HOUR + 30;
/** Before the clocks of any zone change, so that a wall clock never names two moments. */
const CLOSING = 25 * HOUR;
const MATINEE_UNTIL = 17 * HOUR;
const FOR_CHILDREN_UNTIL = 16 * HOUR;
const FOR_ADULTS_FROM = 21 * HOUR;
/** Starts are on the five minutes. */
const STEP = 5;
const FILMS_A_WEEK = 6;
const DAY = 86_400_000;

/** What the room shows on these days (`YYYY-MM-DD`, theatre-local), in order; nothing overlaps, cleaning included. */
export function programmeOf<F extends Film>(screen: Screen, films: readonly F[], days: readonly string[]): Showing<F>[] {
  return days.flatMap((day) => showingsOn(screen, films, day));
}

function showingsOn<F extends Film>(screen: Screen, films: readonly F[], day: string): Showing<F>[] {
  const number = dayNumber(day);
  const queue = rotated(weeklyBill(screen, films, number), number);
  const showings: Showing<F>[] = [];
  let minute = isWeekend(number) ? WEEKEND_OPENING : WEEKDAY_OPENING;
  while (minute <= LAST_START) {
    const fitting = queue.filter(({ runtimeMinutes }) => minute + runtimeMinutes <= CLOSING);
    const film = fitting.find((candidate) => suits(candidate, minute)) ?? fitting[0];
    if (film === undefined) break;
    queue.push(...queue.splice(queue.indexOf(film), 1));
    showings.push({ film, startsAt: `${day}T${clock(minute)}`, prices: pricesAt(screen, minute) });
    minute = Math.ceil((minute + film.runtimeMinutes + screen.cleaningMinutes) / STEP) * STEP;
  }
  return showings;
}

/** Programmes change on Thursdays; each room draws its own films, with something for every hour. */
function weeklyBill<F extends Film>(screen: Screen, films: readonly F[], day: number): F[] {
  const week = Math.floor(day / 7);
  const drawn = films
    .map((film) => ({ film, lot: lot(`${screen.theatre}\n${screen.room}\n${week}\n${film.title}`) }))
    .sort((a, b) => a.lot - b.lot || (a.film.title < b.film.title ? -1 : 1))
    .map(({ film }) => film);
  const forChildren = drawn.filter(({ ageRating }) => ageRating === 'G').slice(0, 2);
  return [...forChildren, ...drawn.filter((film) => !forChildren.includes(film))].slice(0, FILMS_A_WEEK);
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const cut = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(cut), ...items.slice(0, cut)];
}

function suits({ ageRating }: Film, minute: number): boolean {
  if (minute < FOR_CHILDREN_UNTIL) return ageRating !== 'R';
  return minute < FOR_ADULTS_FROM || ageRating !== 'G';
}

function pricesAt({ prices, matineeOff }: Screen, minute: number): SeatPrices {
  const off = minute < MATINEE_UNTIL ? matineeOff : 0;
  return { standard: prices.standard - off, premium: prices.premium - off };
}

/** Days since 1970-01-01, which was a Thursday. */
function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

function isWeekend(number: number): boolean {
  return number % 7 === 2 || number % 7 === 3;
}

function clock(minute: number): string {
  return [Math.floor(minute / HOUR), minute % HOUR].map((part) => String(part).padStart(2, '0')).join(':');
}

/** FNV-1a, 32 bits: spreads the films evenly and never changes. */
function lot(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}
