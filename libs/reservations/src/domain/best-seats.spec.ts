import type { Seat } from '@app/contracts/rooms.js';
import fc from 'fast-check';
import { anyRoom, anyWish, fromBest, kept, pairs, possible, roomOf, singlesBeside, smallRoom } from '../testing/rooms-with-seats.js';
import { bestSeats, mostTogether } from './best-seats.js';
import { bestRow, groupsOf, type RoomAvailability, type SeatsWanted } from './seat-groups.js';

const wanting = (count: number, own: Partial<SeatsWanted> = {}): SeatsWanted => ({ count, category: null, accessible: false, ...own });
const labels = (room: RoomAvailability, wanted: SeatsWanted) =>
  bestSeats(room, wanted)?.map(({ seats }) => seats.map(({ label }) => label)) ?? null;

describe('Best seats', () => {
  it('the best row is two thirds of the way back, and its middle is taken first', () => {
    const room = roomOf(...Array.from({ length: 6 }, () => 'ssssssss'));
    expect(bestRow(room)).toBe('D');
    expect(labels(room, wanting(2))).toEqual([['D4', 'D5']]);
  });

  it('a group does not leave a single seat where it can be avoided', () => {
    expect(labels(roomOf('sssss'), wanting(2))).toEqual([['A1', 'A2']]);
    expect(labels(roomOf('ssss'), wanting(2))).toEqual([['A1', 'A2']]);
    expect(labels(roomOf('sss'), wanting(2))).toEqual([['A1', 'A2']]);
  });

  it('a gap separates seats', () => {
    expect(labels(roomOf('ss.ss'), wanting(3))).toBeNull();
    expect(labels(roomOf('ss.sss'), wanting(3))).toEqual([['A3', 'A4', 'A5']]);
  });

  it('only seats of the category that is asked for are chosen', () => {
    expect(labels(roomOf('ssss', 'ssss', 'pppp'), wanting(2, { category: 'premium' }))).toEqual([['C1', 'C2']]);
    expect(labels(roomOf('ssss'), wanting(1, { category: 'premium' }))).toBeNull();
  });

  it('accessible and companion seats are kept for those who ask', () => {
    const room = roomOf('ssss', 'sscwss', 'SSSSSS');
    expect(labels(room, wanting(3))).toEqual([['A2', 'A3', 'A4']]);
    expect(labels(room, wanting(1, { accessible: true }))).toEqual([['B4']]);
    expect(labels(room, wanting(2, { accessible: true }))).toEqual([['B3', 'B4']]);
  });

  it('a group that asks takes one accessible seat and leaves the others', () => {
    expect(labels(roomOf('wcsswc'), wanting(3, { accessible: true }))).toEqual([['A1', 'A2', 'A3']]);
  });

  it('accessible seats are given to others where nothing else is left', () => {
    expect(labels(roomOf('SSwcSS'), wanting(2))).toEqual([['A3', 'A4']]);
  });

  it('a group that no row can seat is divided in two near each other', () => {
    expect(labels(roomOf('sssS', 'sssS', 'SSSS'), wanting(6))).toEqual([
      ['B1', 'B2', 'B3'],
      ['A1', 'A2', 'A3'],
    ]);
  });

  it('each part of a divided group has two seats or more', () => {
    const room = roomOf('ssSsS');
    expect(labels(room, wanting(3))).toBeNull();
    expect(mostTogether(room, wanting(3))).toBe(2);
  });

  it('a divided group leaves no single seat where another pair leaves none', () => {
    expect(labels(roomOf('......', 'ssssss', 'ssss..'), wanting(7))).toEqual([
      ['B1', 'B2', 'B3', 'B4'],
      ['A1', 'A2', 'A3'],
    ]);
    const between = bestSeats(roomOf('sssspssss'), wanting(8, { category: 'standard' }));
    expect(between?.map(({ singlesLeft }) => singlesLeft)).toEqual([0, 1]);
  });

  it('the distance is from the best row, also where its place is an aisle', () => {
    expect(labels(roomOf('SSSSSS', 'SSSSSS', 'SSsssS', '......', 'SSSsss', 'SSSSSS'), wanting(3))).toEqual([['D4', 'D5', 'D6']]);
  });

  it('the first group that asks for an accessible seat has it', () => {
    expect(labels(roomOf('wcSS', 'ssSS'), wanting(4, { accessible: true }))).toEqual([
      ['A1', 'A2'],
      ['B1', 'B2'],
    ]);
  });
});

describe('Best seats of any room', () => {
  it('no group has a taken seat, a gap, two rows or another number of seats', () => {
    fc.assert(
      fc.property(anyRoom, anyWish, (room, wanted) => {
        const groups = bestSeats(room, wanted) ?? [];
        const all = groups.flatMap(({ seats }) => seats);
        if (groups.length > 0) expect(all).toHaveLength(wanted.count);
        expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
        for (const { label, category } of all) {
          expect(room.taken.has(label)).toBe(false);
          if (wanted.category !== null) expect(category).toBe(wanted.category);
        }
        for (const { row, seats } of groups)
          seats.forEach((seat, i) => expect([seat.row, seat.column]).toEqual([row, seats[0]!.column + i]));
        if (wanted.accessible && groups.length > 0) expect(all.some(({ accessible }) => accessible)).toBe(true);
      }),
    );
  });

  it('a group is found where a row has one, and the order ranks none better', () => {
    fc.assert(
      fc.property(anyRoom, anyWish, (room, wanted) => {
        const found = bestSeats(room, wanted);
        const others = possible(room, wanted);
        expect(groupsOf(room, wanted)).toHaveLength(others.length);
        if (others.length > 0) expect(found).not.toBeNull();
        if (found?.length !== 1 || wanted.accessible) return;
        const [best] = found;
        const rank = (seats: readonly Seat[]): string =>
          [kept(seats), singlesBeside(room, seats), fromBest(room, seats) * 2].map((part) => String(part).padStart(4, '0')).join(' ');
        for (const other of others) expect(rank(best!.seats) <= rank(other)).toBe(true);
      }),
    );
  });

  it('a single seat is left only where every group leaves one', () => {
    fc.assert(
      fc.property(anyRoom, anyWish, (room, wanted) => {
        const found = bestSeats(room, wanted);
        if (found?.length !== 1 || wanted.accessible || singlesBeside(room, found[0]!.seats) === 0) return;
        const equals = possible(room, wanted).filter((group) => kept(group) === kept(found[0]!.seats));
        for (const group of equals) expect(singlesBeside(room, group)).toBeGreaterThan(0);
      }),
    );
  });

  it('a divided group leaves as few single seats as any pair of these sizes', () => {
    let divided = 0;
    fc.assert(
      fc.property(smallRoom, fc.integer({ min: 4, max: 10 }), fc.boolean(), (room, count, accessible) => {
        const wanted = wanting(count, { accessible });
        const found = bestSeats(room, wanted);
        if (found?.length !== 2) return;
        divided++;
        const [first, second] = found.map(({ seats }) => seats) as [Seat[], Seat[]];
        const singles = singlesBeside(room, first, second);
        expect(found.reduce((sum, { singlesLeft }) => sum + singlesLeft, 0)).toBe(singles);
        // Of those that need an accessible seat, the seats that are kept for others come first.
        if (wanted.accessible) return;
        for (const pair of pairs(room, wanted, first.length)) expect(singlesBeside(room, ...pair)).toBeGreaterThanOrEqual(singles);
      }),
      { numRuns: 600 },
    );
    expect(divided).toBeGreaterThan(100);
  });

  it('seats for those who ask go to others only where nothing else is left', () => {
    fc.assert(
      fc.property(anyRoom, anyWish, (room, wanted) => {
        const found = bestSeats(room, { ...wanted, accessible: false });
        if (found === null || kept(found.flatMap(({ seats }) => seats)) === 0) return;
        expect(possible(room, { ...wanted, accessible: false }).filter((group) => kept(group) === 0)).toEqual([]);
      }),
    );
  });

  it('a room of 3,600 seats takes less than two seconds of processor time', () => {
    const cases = [wanting(10), wanting(1), wanting(10, { accessible: true })];
    const full = roomOf(...Array.from({ length: 60 }, () => 's'.repeat(60)));
    const scattered = roomOf(...Array.from({ length: 60 }, () => 'sssssS'.repeat(10)));
    // Not the time of the clock: other tests run at the same moment.
    const before = process.cpuUsage();
    for (const room of [full, scattered]) for (const wanted of cases) bestSeats(room, wanted);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
