import type { SeatCategory, Seat, SeatGrid } from '@app/contracts/rooms.js';
import { type SeatPlanFault, SeatPlanRefused } from './errors.js';

/** Larger than any room in use. The limits keep a plan and the seat map of it small answers. */
export const MAX_ROWS = 50;
export const MAX_COLUMNS = 60;
export const MAX_SEATS = 1_000;
/** A layout of random characters would have three thousand. */
const MAX_FAULTS = 10;

export interface SeatPlan {
  /** One string for each row, from the screen to the back, all of one length: `s`, `p`, `w`, `c`, and `.` for a gap. */
  readonly layout: readonly string[];
  readonly seats: readonly Seat[];
}

/** What an admin requests: the same number of standard seats in every row, or a layout. */
export type PlanRequest = { readonly rows: number; readonly seatsPerRow: number } | { readonly layout: readonly string[] };

export type SeatsByCategory = Readonly<Partial<Record<SeatCategory, number>>>;

/** Throws `SeatPlanRefused`. */
export function requestedPlan(request: PlanRequest): SeatPlan {
  if ('layout' in request) return seatPlanOf(request.layout);
  return seatPlanOf(Array.from({ length: request.rows }, () => 's'.repeat(request.seatsPerRow)));
}

/** Returns the plan of a layout. Short rows end in gaps. Throws `SeatPlanRefused` with each fault and its place. */
export function seatPlanOf(rows: readonly string[]): SeatPlan {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const layout = rows.map((row) => row.padEnd(columns, '.'));
  const faults = faultsOf(layout, columns);
  if (faults.length > 0) throw new SeatPlanRefused(faults.slice(0, MAX_FAULTS));

  const lettered = layout.filter((row) => /[^.]/.test(row));
  const seats = lettered.flatMap((row, index) => seatsOf(row, rowLetters(index)));
  if (seats.length === 0) throw new SeatPlanRefused([planFault('it has no seats')]);
  if (seats.length > MAX_SEATS) throw new SeatPlanRefused([planFault(`it has ${seats.length} seats, and a room may have ${MAX_SEATS}`)]);
  return { layout, seats };
}

export function seatsByCategory(seats: readonly Seat[]): SeatsByCategory {
  const counts: Partial<Record<SeatCategory, number>> = {};
  for (const { category } of seats) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}

export function gridOf({ layout, seats }: SeatPlan): SeatGrid {
  const withSeats = layout.flatMap((row, index) => (/[^.]/.test(row) ? [index + 1] : []));
  const rows = [...new Set(seats.map(({ row }) => row))];
  return { rows: layout.length, columns: layout[0]!.length, lines: Object.fromEntries(rows.map((row, index) => [row, withSeats[index]!])) };
}

/** A … Z, AA … AZ, BA …, as in spreadsheets. */
export function rowLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : rowLetters(Math.floor(index / 26) - 1) + last;
}

function seatsOf(cells: string, row: string): Seat[] {
  const seats: Seat[] = [];
  [...cells].forEach((cell, index) => {
    if (cell === '.') return;
    const number = seats.length + 1;
    seats.push({
      label: `${row}${number}`,
      row,
      number,
      column: index + 1,
      category: cell === 'p' ? 'premium' : 'standard',
      accessible: cell === 'w',
      companion: cell === 'c',
    });
  });
  return seats;
}

function faultsOf(layout: readonly string[], columns: number): SeatPlanFault[] {
  if (layout.length > MAX_ROWS) return [planFault(`it has ${layout.length} rows, and a room may have ${MAX_ROWS}`)];
  if (columns > MAX_COLUMNS) return [planFault(`it has ${columns} columns, and a room may have ${MAX_COLUMNS}`)];
  return layout.flatMap((row, rowIndex) =>
    [...row].flatMap((cell, index): SeatPlanFault[] => {
      const at = { row: rowIndex + 1, column: index + 1 };
      if (!'spwc.'.includes(cell)) return [{ ...at, problem: `"${cell}" is none of s, p, w, c and .` }];
      if (cell === 'c' && row[index - 1] !== 'w' && row[index + 1] !== 'w') {
        return [{ ...at, problem: 'a companion seat must be beside an accessible one' }];
      }
      return [];
    }),
  );
}

function planFault(problem: string): SeatPlanFault {
  return { row: null, column: null, problem };
}
