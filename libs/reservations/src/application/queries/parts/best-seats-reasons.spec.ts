import type { Seat } from '@app/contracts/rooms.js';
import fc from 'fast-check';
import { bestSeats } from '../../../domain/best-seats.js';
import type { RoomAvailability, SeatsWanted } from '../../../domain/seat-groups.js';
import { anyRoom, anyWish, fromBest, kept, pairs, possible, roomOf, singlesBeside } from '../../../testing/rooms-with-seats.js';
import { reasonsOf } from './best-seats-reasons.js';

const wanting = (count: number, own: Partial<SeatsWanted> = {}): SeatsWanted => ({ count, category: null, accessible: false, ...own });
const messages = (room: RoomAvailability, wanted: SeatsWanted): Record<string, string> =>
  Object.fromEntries(reasonsOf(bestSeats(room, wanted)!, { room, wanted }).map(({ code, message }) => [code, message]));

describe('The reasons of best seats', () => {
  it('a row with free seats that are kept is no row without enough seats', () => {
    expect(messages(roomOf('sswc', 'ss..'), wanting(4))['two-groups']).toBe(
      'No row has 4 free seats side by side of which none is kept for wheelchairs and companions, so the group is divided in two.',
    );
    expect(messages(roomOf('sspp', 'ss..'), wanting(4, { category: 'standard' }))['two-groups']).toBe(
      'No row has 4 free standard seats side by side, so the group is divided in two.',
    );
    expect(messages(roomOf('wcS.', 'ssss'), wanting(4, { accessible: true }))['two-groups']).toContain(
      'No row has 4 free seats side by side with an accessible one among them',
    );
  });

  it('a group that takes kept seats and leaves no single seat is not denied', () => {
    expect(messages(roomOf('sss', 'wc.'), wanting(2))['single-seat-left']).toContain('that takes as few seats kept for wheelchairs');
  });

  it('free seats that are not side by side are not denied', () => {
    expect(messages(roomOf('s.s', 'wc.'), wanting(2))['kept-seats-used']).toBe(
      'Seats that are kept for wheelchairs and companions are among them, because 2 others are not free side by side, nor in two groups.',
    );
  });

  it('of two groups the first alone is said to be in the middle', () => {
    expect(messages(roomOf('ss', 'SS', 'SS', 'ss', 'SS', 'SS'), wanting(4))['nearest-to-middle']).toContain(
      'The first group is in the middle',
    );
    expect(messages(roomOf('ss..', 'SSss'), wanting(4))['nearest-to-middle']).toBe(
      'Row B has the best view. The first group is 1 seat from its middle, a row counted like two seats.',
    );
  });
});

/** What each sentence says, of the room itself. */
describe('The reasons of best seats of any room', () => {
  const holds: Readonly<Record<string, (message: string, groups: Seat[][], room: RoomAvailability, wanted: SeatsWanted) => boolean>> = {
    together: (_message, groups) => groups.length === 1,
    'two-groups': (message, _groups, room, wanted) =>
      possible(room, wanted).filter((group) => !message.includes('of which none') || kept(group) === 0).length === 0,
    'no-single-seat-left': (_message, groups, room) => singlesBeside(room, ...groups) === 0,
    'single-seat-left': (message, groups, room, wanted) => {
      const singles = singlesBeside(room, ...groups);
      if (groups.length === 2) return message.startsWith(singles === 1 ? 'A single seat is' : `${singles} single seats are`);
      const others = possible(room, wanted).filter(
        (group) => !message.includes('as few') || withoutNeed(group, wanted) <= withoutNeed(groups[0]!, wanted),
      );
      return others.every((group) => singlesBeside(room, group) > 0);
    },
    'nearest-to-middle': (message, groups, room, wanted) => {
      const distance = fromBest(room, groups[0]!);
      if (message.includes('in the middle of it')) return distance === 0 && message.includes('They are') === (groups.length === 1);
      if (groups.length === 2)
        return message.includes(`The first group is ${distance} ${distance === 1 ? 'seat' : 'seats'} from its middle`);
      const [need, singles] = [withoutNeed(groups[0]!, wanted), singlesBeside(room, groups[0]!)];
      const equals = possible(room, wanted).filter(
        (group) => withoutNeed(group, wanted) === need && singlesBeside(room, group) === singles,
      );
      return equals.every((group) => fromBest(room, group) >= distance);
    },
    accessible: (_message, groups) => groups.flat().some(({ accessible }) => accessible),
    'kept-seats-used': (_message, groups, room, wanted) => {
      const sizes = Array.from({ length: wanted.count }, (_, size) => size).filter((size) => size >= 2 && wanted.count - size >= 2);
      const isWithout = (group: Seat[]): boolean => kept(group) === 0;
      return (
        !groups.every(isWithout) && !possible(room, wanted).some(isWithout) && sizes.every((size) => pairs(room, wanted, size).length === 0)
      );
    },
  };

  /** Kept seats beyond one accessible seat and its companion, for those who ask; all of them for others. */
  function withoutNeed(group: readonly Seat[], { accessible }: SeatsWanted): number {
    if (!accessible) return kept(group);
    const isAlone = group.length > 1 && !group.some(({ companion }) => companion);
    return group.filter((seat) => seat.accessible).length - 1 + (isAlone ? 1 : 0);
  }

  it('every sentence is true', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyRoom, anyWish, (room, wanted) => {
        const groups = bestSeats(room, wanted);
        if (groups === null) return;
        for (const { code, message } of reasonsOf(groups, { room, wanted })) {
          seen.add(`${code} ${groups.length}`);
          const seats = groups.map((group) => [...group.seats]);
          if (!holds[code]!(message, seats, room, wanted)) throw new Error(`It is not true that ${message}`);
        }
      }),
      { numRuns: 1_000 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['two-groups 2', 'single-seat-left 1', 'single-seat-left 2', 'nearest-to-middle 2', 'kept-seats-used 1']),
    );
  });
});
