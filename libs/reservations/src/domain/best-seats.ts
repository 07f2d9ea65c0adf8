/** Chooses seats for a group: one group side by side, or two near each other. */
import {
  distanceInHalfSeats,
  areNeighbours,
  compareByPlace,
  groupsOf,
  ordinary,
  type RoomAvailability,
  rowsOf,
  type SeatGroup,
  type SeatsWanted,
  sharesSeat,
  singlesBeside,
  unsortedGroupsOf,
} from './seat-groups.js';

/** Where a group must be divided, each part has two seats or more. */
const SMALLEST_GROUP = 2;

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

/** Sizes as equal as possible, none of one seat, without seats that are kept for others. */
function inTwoGroups(room: RoomAvailability, wanted: SeatsWanted): SeatGroup[] | null {
  for (const size of sizesOfFirst(wanted.count)) {
    // Anybody may ask, and in a large room most sizes of most requests end here.
    const unsorted = unsortedGroupsOf(room, { ...wanted, count: size });
    const firsts = wanted.accessible ? unsorted : ordinary(unsorted);
    if (firsts.length === 0) continue;
    const others = { count: wanted.count - size, category: wanted.category, accessible: false };
    const pair = bestPair(room, firsts, ordinary(unsortedGroupsOf(room, others)));
    if (pair !== null) return pair;
  }
  return null;
}

/**
 * Of all pairs the one with the least single seats. Of those the first group is the nearest to the middle, and the second the nearest to it.
 * Not each pair is looked at: groups of two rows leave as many single seats as each by itself.
 */
function bestPair(room: RoomAvailability, firsts: readonly SeatGroup[], seconds: readonly SeatGroup[]): SeatGroup[] | null {
  const free = new Map(rowsOf(room).map((row) => [row.row, row.free]));
  const secondsOf = Map.groupBy(seconds, ({ row }) => row);
  const singlesOf = (first: SeatGroup, second: SeatGroup): number => {
    if (!areNeighbours(first, second)) return first.singlesLeft + second.singlesLeft;
    return sharesSeat(first, second) ? Infinity : singlesBeside(free.get(first.row)!, [first, second]);
  };
  // The row with the least single seats, and the least of the other rows.
  const leastOfRows = Array.from(secondsOf, ([row, groups]) => ({ row, least: Math.min(...groups.map(({ singlesLeft }) => singlesLeft)) }));
  leastOfRows.sort((a, b) => a.least - b.least);
  const leastWith = (first: SeatGroup): number => {
    const elsewhere = leastOfRows.find(({ row }) => row !== first.row)?.least ?? Infinity;
    return Math.min(first.singlesLeft + elsewhere, ...(secondsOf.get(first.row) ?? []).map((second) => singlesOf(first, second)));
  };
  let best: { first: SeatGroup; singles: number } | null = null;
  for (const first of firsts) {
    const singles = leastWith(first);
    if (singles === Infinity) continue;
    const order =
      best === null
        ? -1
        : first.keptSeatsUsed - best.first.keptSeatsUsed || singles - best.singles || compareByPlace(first, best.first, room.grid);
    if (order < 0) best = { first, singles };
  }
  if (best === null) return null;
  const { first, singles } = best;
  const [second] = seconds
    .filter((each) => singlesOf(first, each) === singles)
    .sort((a, b) => distanceInHalfSeats(first, a, room.grid) - distanceInHalfSeats(first, b, room.grid) || compareByPlace(a, b, room.grid));
  return [first, { ...second!, singlesLeft: singles - first.singlesLeft }];
}

function sizesOfFirst(count: number): number[] {
  const sizes = Array.from({ length: count }, (_, size) => size).filter((size) => size >= SMALLEST_GROUP && count - size >= SMALLEST_GROUP);
  return sizes.sort((a, b) => Math.abs(2 * a - count) - Math.abs(2 * b - count) || b - a);
}
