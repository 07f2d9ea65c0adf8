/** Rooms for specs of best seats, and what can be said of them without the code under test. */
import type { Seat } from '@app/contracts/rooms.js';
import fc from 'fast-check';
import type { RoomAvailability, SeatsWanted } from '../domain/seat-groups.js';

/** `s`, `p`, `w`, `c` as in a seat plan, upper case where taken, `.` for a gap. */
export function roomOf(...layout: string[]): RoomAvailability {
  const seats: Seat[] = [];
  const taken = new Set<string>();
  const lines: Record<string, number> = {};
  layout.forEach((cells, index) => {
    const row = String.fromCharCode(65 + Object.keys(lines).length);
    if (/[^.]/.test(cells)) lines[row] = index + 1;
    let number = 0;
    [...cells].forEach((cell, at) => {
      if (cell === '.') return;
      const kind = cell.toLowerCase();
      const label = `${row}${++number}`;
      if (kind !== cell) taken.add(label);
      const category = kind === 'p' ? 'premium' : 'standard';
      seats.push({ label, row, number, column: at + 1, category, accessible: kind === 'w', companion: kind === 'c' });
    });
  });
  return { seats, taken, grid: { rows: layout.length, columns: Math.max(...layout.map((row) => row.length)), lines } };
}

export const anyRoom = fc
  .array(
    fc
      .array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom('s', 'p') },
          { weight: 5, arbitrary: fc.constantFrom('S', 'P', '.', 'w', 'c', 'W', 'C') },
        ),
        {
          minLength: 12,
          maxLength: 12,
        },
      )
      .map((cells) => cells.join('')),
    { minLength: 1, maxLength: 6 },
  )
  .map((layout) => layout.map((row, i) => (i % 3 === 1 && row.startsWith('.') ? '.'.repeat(12) : row)))
  .filter((layout) => layout.some((row) => /[^.]/.test(row)))
  .map((layout) => roomOf(...layout));
/** Few free seats, as where a group has to be divided. */
export const smallRoom = fc
  .array(
    fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant('s') }, { weight: 2, arbitrary: fc.constantFrom('S', '.', 'w', 'c') }), {
      minLength: 7,
      maxLength: 7,
    }),
    { minLength: 2, maxLength: 4 },
  )
  .filter((rows) => rows.some((cells) => cells.some((cell) => cell !== '.')))
  .map((rows) => roomOf(...rows.map((cells) => cells.join(''))));

export const anyWish = fc.record({
  count: fc.integer({ min: 1, max: 10 }),
  category: fc.constantFrom(null, 'standard' as const, 'premium' as const),
  accessible: fc.boolean(),
});

/** Every window of a row, written without the code under test. */
export function possible({ seats, taken }: RoomAvailability, { count, category, accessible }: SeatsWanted): Seat[][] {
  const free = new Map(seats.filter(({ label }) => !taken.has(label)).map((seat) => [`${seat.row} ${seat.column}`, seat]));
  return seats
    .map(({ row, column }) => Array.from({ length: count }, (_, i) => free.get(`${row} ${column + i}`)))
    .filter((group): group is Seat[] => group.every((seat) => seat !== undefined))
    .filter((group) => group.every((seat) => category === null || seat.category === category))
    .filter((group) => !accessible || group.some((seat) => seat.accessible));
}

/** Seats beside these groups that nobody could share with a neighbour afterwards. */
export function singlesBeside({ seats, taken }: RoomAvailability, ...groups: readonly (readonly Seat[])[]): number {
  const chosen = new Set(groups.flat().map(({ label }) => label));
  const isLeft = (row: string, column: number): boolean =>
    seats.some((seat) => {
      const isHere = seat.row === row && seat.column === column;
      return isHere && !taken.has(seat.label) && !chosen.has(seat.label) && !seat.accessible && !seat.companion;
    });
  const beside = groups.flatMap((group) => [group[0]!.column - 1, group.at(-1)!.column + 1].map((column) => `${group[0]!.row} ${column}`));
  return [...new Set(beside)].filter((place) => {
    const [row, column] = [place.split(' ')[0]!, Number(place.split(' ')[1])];
    return isLeft(row, column) && !isLeft(row, column - 1) && !isLeft(row, column + 1);
  }).length;
}

/** Every way to divide a group in these sizes, the first with the accessible seat where one is asked for, the second of others. */
export function pairs(room: RoomAvailability, { count, category, accessible }: SeatsWanted, sizeOfFirst: number): [Seat[], Seat[]][] {
  const firsts = possible(room, { count: sizeOfFirst, category, accessible }).filter((group) => accessible || kept(group) === 0);
  const seconds = possible(room, { count: count - sizeOfFirst, category, accessible: false }).filter((group) => kept(group) === 0);
  return firsts.flatMap((first) =>
    seconds.filter((second) => second.every((seat) => !first.includes(seat))).map((second): [Seat[], Seat[]] => [first, second]),
  );
}

/** The row nearest to two thirds of the way back, and its distance from a group: in seats, a row like two. */
export function fromBest({ grid }: RoomAvailability, group: readonly Seat[]): number {
  const wanted = Math.ceil((grid.rows * 2) / 3);
  const best = Math.max(
    ...Object.values(grid.lines).filter((line, _, all) => all.every((other) => Math.abs(other - wanted) >= Math.abs(line - wanted))),
  );
  return Math.abs(group[0]!.column + group.at(-1)!.column - grid.columns - 1) / 2 + 2 * Math.abs(grid.lines[group[0]!.row]! - best);
}

export const kept = (group: readonly Seat[]): number => group.filter(({ accessible, companion }) => accessible || companion).length;
