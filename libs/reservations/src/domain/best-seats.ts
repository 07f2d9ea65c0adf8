/** Chooses seats for a group. The order of candidates is written at `compare`; the answer to customers explains it. */
import type { Seat, SeatCategory, SeatGrid } from '@app/contracts/rooms.js';

/** Rows are further apart than seats: a row counts like two seats. In halves of a seat, so that every distance is a whole number. */
const HALF_SEATS_A_ROW = 4;
/** Where a group must be divided, each part has two seats or more. */
const SMALLEST_GROUP = 2;

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

/** Returns one group, or two where no row has room for all, or null. Accessible and companion seats of others are given only where nothing else is left. */
export function bestSeats(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] | null {
  const together = groupsOf(room, wanted);
  const [best] = together;
  if (best !== undefined && (wanted.accessible || best.keptSeatsUsed === 0)) return [best];
  return inTwoGroups(room, wanted) ?? (best === undefined ? null : [best]);
}

/** How many of the seats that are wanted can be had side by side, the count left aside. */
export function mostTogether(room: RoomAvailability, wanted: SeatsWanted): number {
  for (let count = wanted.count - 1; count > 0; count--) if (groupsOf(room, { ...wanted, count }).length > 0) return count;
  return 0;
}

/** The label of the best row: two thirds of the way from the screen to the back, and of two that are as near the one further back. */
export function bestRow({ grid }: Pick<RoomAvailability, 'grid'>): string {
  const fromBest = ([, line]: [string, number]): number => Math.abs(line - bestLine(grid));
  const [best] = Object.entries(grid.lines).sort((a, b) => fromBest(a) - fromBest(b) || b[1] - a[1]);
  return best![0];
}

/** Every group of free seats side by side, the best first. */
export function groupsOf(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] {
  return sorted(unsortedGroupsOf(room, wanted), room);
}

function unsortedGroupsOf(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] {
  return rowsOf(room).flatMap((row) => groupsInRow(row, room.grid, wanted));
}

function sorted(groups: readonly SeatGroup[], { grid }: RoomAvailability): SeatGroup[] {
  return groups.toSorted((a, b) => compare(a, b, grid));
}

/** Least seats that are kept for others, then least single seats left, then nearest to the middle, then the row further back, then from the left. */
function compare(a: SeatGroup, b: SeatGroup, { lines }: SeatGrid): number {
  return (
    a.keptSeatsUsed - b.keptSeatsUsed ||
    a.singlesLeft - b.singlesLeft ||
    a.distance - b.distance ||
    lines[b.row]! - lines[a.row]! ||
    a.seats[0]!.column - b.seats[0]!.column
  );
}

/** Sizes as equal as possible, none of one seat, without seats that are kept for others. Of the second group it counts how near it is to the first. */
function inTwoGroups(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] | null {
  for (const size of sizesOfFirst(wanted.count)) {
    // Anybody may ask, and in a large room most sizes of most requests end here.
    const unsorted = unsortedGroupsOf(room, { ...wanted, count: size });
    const firsts = wanted.accessible ? unsorted : ordinary(unsorted);
    if (firsts.length === 0) continue;
    const others = { count: wanted.count - size, category: wanted.category, accessible: false };
    const seconds = ordinary(unsortedGroupsOf(room, others));
    const first = sorted(firsts, room).find((one) => seconds.some((other) => !sharesSeat(one, other)));
    if (first === undefined) continue;
    const taken = new Set([...room.taken, ...first.seats.map(({ label }) => label)]);
    const [second] = ordinary(groupsOf({ ...room, taken }, others)).sort(
      (a, b) => a.singlesLeft - b.singlesLeft || apart(first, a, room.grid) - apart(first, b, room.grid),
    );
    if (second !== undefined) return [first, second];
  }
  return null;
}

function sizesOfFirst(count: number): number[] {
  const sizes = Array.from({ length: count }, (_, size) => size).filter((size) => size >= SMALLEST_GROUP && count - size >= SMALLEST_GROUP);
  return sizes.sort((a, b) => Math.abs(2 * a - count) - Math.abs(2 * b - count) || b - a);
}

function ordinary(groups: readonly SeatGroup[]): SeatGroup[] {
  return groups.filter(({ keptSeatsUsed }) => keptSeatsUsed === 0);
}

function sharesSeat(a: SeatGroup, b: SeatGroup): boolean {
  return a.row === b.row && a.seats[0]!.column <= b.seats.at(-1)!.column && b.seats[0]!.column <= a.seats.at(-1)!.column;
}

function apart(a: SeatGroup, b: SeatGroup, { lines }: SeatGrid): number {
  return Math.abs(doubledMiddle(a.seats) - doubledMiddle(b.seats)) + HALF_SEATS_A_ROW * Math.abs(lines[a.row]! - lines[b.row]!);
}

/** Free seats of a row by their column. */
interface FreeInRow {
  readonly row: string;
  readonly free: readonly (Seat | undefined)[];
}

function rowsOf({ seats, taken }: RoomAvailability): FreeInRow[] {
  const rows = new Map<string, (Seat | undefined)[]>();
  for (const seat of seats) {
    if (taken.has(seat.label)) continue;
    const free = rows.get(seat.row) ?? [];
    free[seat.column] = seat;
    rows.set(seat.row, free);
  }
  return Array.from(rows, ([row, free]) => ({ row, free }));
}

function groupsInRow({ row, free }: FreeInRow, grid: SeatGrid, wanted: SeatsWanted): SeatGroup[] {
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
      distance: Math.abs(doubledMiddle(seats) - (grid.columns + 1)) + HALF_SEATS_A_ROW * Math.abs(grid.lines[row]! - bestLine(grid)),
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

function bestLine({ rows }: SeatGrid): number {
  return Math.ceil((rows * 2) / 3);
}
