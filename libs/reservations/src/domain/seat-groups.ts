/** The groups of free seats side by side that a room has. The order is written at `compare`; the answer to customers explains it. */
import type { Seat, SeatCategory, SeatGrid } from '@app/contracts/rooms.js';

/** Rows are further apart than seats: a row counts like two seats. In halves of a seat, so that every distance is a whole number. */
const HALF_SEATS_A_ROW = 4;

export interface RoomAvailability {
  readonly seats: readonly Seat[];
  readonly grid: SeatGrid;
  /** Labels of seats that are held or sold. */
  readonly taken: ReadonlySet<string>;
}

export interface SeatsWanted {
  readonly count: number;
  /** Null: any. */
  readonly category: SeatCategory | null;
  /** At least one accessible seat is needed. */
  readonly accessible: boolean;
}

/** Seats side by side in one row, from left to right. */
export interface SeatGroup {
  readonly row: string;
  readonly seats: readonly Seat[];
  /** Accessible and companion seats that the group has without need. */
  readonly keptSeatsUsed: number;
  /** Free seats beside the group that would have no free neighbour. Seats that are kept for those who ask do not count. */
  readonly singlesLeft: number;
  /** From the middle of the best row, in halves of a seat. */
  readonly distance: number;
}

/** The label of the best row: two thirds of the way from the screen to the back, and of two that are as near the one further back. */
export function bestRow({ grid }: Pick<RoomAvailability, 'grid'>): string {
  const bestLine = Math.ceil((grid.rows * 2) / 3);
  const fromBest = ([, line]: [string, number]): number => Math.abs(line - bestLine);
  const [best] = Object.entries(grid.lines).sort((a, b) => fromBest(a) - fromBest(b) || b[1] - a[1]);
  return best![0];
}

/** Every group of free seats side by side, the best first. */
export function groupsOf(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] {
  return sorted(unsortedGroupsOf(room, wanted), room);
}

export function unsortedGroupsOf(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] {
  const bestLine = room.grid.lines[bestRow(room)]!;
  return rowsOf(room).flatMap((row) => groupsInRow(row, { grid: room.grid, bestLine, wanted }));
}

function sorted(groups: readonly SeatGroup[], { grid }: RoomAvailability): SeatGroup[] {
  return groups.toSorted((a, b) => compare(a, b, grid));
}

/** Least seats that are kept for others, then least single seats left, then by place. */
function compare(a: SeatGroup, b: SeatGroup, grid: SeatGrid): number {
  return a.keptSeatsUsed - b.keptSeatsUsed || a.singlesLeft - b.singlesLeft || compareByPlace(a, b, grid);
}

/** Nearest to the middle, then the row further back, then from the left. */
export function compareByPlace(a: SeatGroup, b: SeatGroup, { lines }: SeatGrid): number {
  return a.distance - b.distance || lines[b.row]! - lines[a.row]! || a.seats[0]!.column - b.seats[0]!.column;
}

/** Those without seats that are kept for others. */
export function ordinary(groups: readonly SeatGroup[]): SeatGroup[] {
  return groups.filter(({ keptSeatsUsed }) => keptSeatsUsed === 0);
}

export function sharesSeat(a: SeatGroup, b: SeatGroup): boolean {
  return a.row === b.row && a.seats[0]!.column <= b.seats.at(-1)!.column && b.seats[0]!.column <= a.seats.at(-1)!.column;
}

/** Whether one group can change which seats beside the other are left single: with two seats or more between them it cannot. */
export function areNeighbours(a: SeatGroup, b: SeatGroup): boolean {
  return a.row === b.row && a.seats[0]!.column <= b.seats.at(-1)!.column + 2 && b.seats[0]!.column <= a.seats.at(-1)!.column + 2;
}

/** Between the middles of two groups, in halves of a seat. */
export function distanceInHalfSeats(a: SeatGroup, b: SeatGroup, { lines }: SeatGrid): number {
  return Math.abs(doubledMiddle(a.seats) - doubledMiddle(b.seats)) + HALF_SEATS_A_ROW * Math.abs(lines[a.row]! - lines[b.row]!);
}

/** Free seats beside groups of one row that would have no free neighbour once all of these groups are taken. */
export function singlesBeside(free: FreeInRow['free'], taken: readonly SeatGroup[]): number {
  const edges = taken.map(({ seats }): [number, number] => [seats[0]!.column, seats.at(-1)!.column]);
  const isLeft = (column: number): boolean => isOrdinary(free[column]) && !edges.some(([first, last]) => column >= first && column <= last);
  const beside = new Set(edges.flatMap(([first, last]) => [first - 1, last + 1]));
  return [...beside].filter((column) => isLeft(column) && !isLeft(column - 1) && !isLeft(column + 1)).length;
}

/** Free seats of a row by their column. */
interface FreeInRow {
  readonly row: string;
  readonly free: readonly (Seat | undefined)[];
}

export function rowsOf({ seats, taken }: RoomAvailability): FreeInRow[] {
  const rows = new Map<string, (Seat | undefined)[]>();
  for (const seat of seats) {
    if (taken.has(seat.label)) continue;
    const free = rows.get(seat.row) ?? [];
    free[seat.column] = seat;
    rows.set(seat.row, free);
  }
  return Array.from(rows, ([row, free]) => ({ row, free }));
}

function groupsInRow(
  { row, free }: FreeInRow,
  { grid, bestLine, wanted }: { grid: SeatGrid; bestLine: number; wanted: SeatsWanted },
): SeatGroup[] {
  const groups: SeatGroup[] = [];
  let sideBySide = 0;
  for (let last = 1; last < free.length; last++) {
    sideBySide = isWanted(free[last], wanted) ? sideBySide + 1 : 0;
    if (sideBySide < wanted.count) continue;
    const first = last + 1 - wanted.count;
    const seats = free.slice(first, last + 1).filter((seat) => seat !== undefined);
    if (wanted.accessible && !seats.some(({ accessible }) => accessible)) continue;
    groups.push({
      row,
      seats,
      keptSeatsUsed: keptSeatsUsed(seats, wanted),
      singlesLeft: singleAt(free, first - 1, -1) + singleAt(free, first + wanted.count, 1),
      distance: Math.abs(doubledMiddle(seats) - (grid.columns + 1)) + HALF_SEATS_A_ROW * Math.abs(grid.lines[row]! - bestLine),
    });
  }
  return groups;
}

function isWanted(seat: Seat | undefined, { category }: SeatsWanted): boolean {
  return seat !== undefined && (category === null || seat.category === category);
}

/** Those who ask need one accessible seat, and a companion seat where they are not alone. */
function keptSeatsUsed(seats: readonly Seat[], { accessible }: SeatsWanted): number {
  if (!accessible) return seats.filter(isKept).length;
  const withoutCompanion = seats.length > 1 && !seats.some(({ companion }) => companion);
  return seats.filter((seat) => seat.accessible).length - 1 + (withoutCompanion ? 1 : 0);
}

/** 1 where the seat at this column is free and the next one in this direction is not: it would be left single. */
function singleAt(free: readonly (Seat | undefined)[], column: number, step: number): number {
  return isOrdinary(free[column]) && !isOrdinary(free[column + step]) ? 1 : 0;
}

function isOrdinary(seat: Seat | undefined): boolean {
  return seat !== undefined && !isKept(seat);
}

function isKept({ accessible, companion }: Seat): boolean {
  return accessible || companion;
}

/** Twice the column in the middle of seats side by side, so that it is a whole number. */
function doubledMiddle(seats: readonly Seat[]): number {
  return seats[0]!.column + seats.at(-1)!.column;
}
