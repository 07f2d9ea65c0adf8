import { aMovie, aRoom, minutesAfter, momentOf } from '../testing/builders.js';
import { overlapsAmong, plannedRow, type PlannedRow, repeatsAmong } from './planned-row.js';

const room = aRoom();
const movie = aMovie({ runtimeMinutes: 100 });
/** 100 minutes and 15 of cleaning. */
const row = (line: number, startMinutes: number, own: Partial<{ movie: typeof movie; room: typeof room }> = {}): PlannedRow =>
  plannedRow(
    {
      place: { line, pointer: null },
      movie: 'Metropolis',
      theatre: null,
      room: 'Room 1',
      startsAt: '',
      prices: {},
      salesOpenAt: null,
    },
    { movie, room, start: momentOf(minutesAfter(startMinutes)), ...own },
    null,
  );
const found = (rows: readonly PlannedRow[]): unknown => overlapsAmong(rows).map(({ line, rule, message }) => [line, rule, message]);

describe('overlapsAmong', () => {
  it('back to back, and at the same time in two rooms, is no overlap', () => {
    expect(found([row(2, 115), row(3, 0), row(4, 0, { room: aRoom() })])).toEqual([]);
  });

  it('a row that starts during the cleaning overlaps', () => {
    expect(found([row(2, 114), row(3, 0)])).toEqual([
      [2, 'showtimes.overlap', 'It overlaps in this room with line 3, its cleaning included.'],
    ]);
  });

  it('two rows inside a long one overlap with it', () => {
    const long = row(2, 0, { movie: aMovie({ runtimeMinutes: 1_000 }) });
    expect(found([long, row(3, 100), row(4, 400)])).toEqual([
      [3, 'showtimes.overlap', 'It overlaps in this room with line 2, its cleaning included.'],
      [4, 'showtimes.overlap', 'It overlaps in this room with line 2, its cleaning included.'],
    ]);
  });

  it('the same showtime twice is no overlap, another movie at that time is one', () => {
    expect(found([row(2, 0), row(3, 0)])).toEqual([]);
    expect(found([row(2, 0), row(3, 0, { movie: aMovie() })])).toMatchObject([[3, 'showtimes.overlap', expect.anything()]]);
  });
});

describe('repeatsAmong', () => {
  it('the same showtime again is a repeated row, as often as it comes', () => {
    const other = row(3, 0, { movie: aMovie() });
    expect(repeatsAmong([row(2, 0), other, row(4, 0), row(5, 0), row(6, 0, { room: aRoom() })])).toMatchObject([
      { line: 4, rule: 'showtimes.repeated-row', message: 'It is the showtime of line 2 again.' },
      { line: 5, rule: 'showtimes.repeated-row', message: 'It is the showtime of line 2 again.' },
    ]);
  });
});
