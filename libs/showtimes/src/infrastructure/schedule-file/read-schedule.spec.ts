import { InvalidInput } from '@app/platform/http/http-errors.js';
import { readSchedule } from './read-schedule.js';

const HEADER = 'movie,theatre,room,startsAt,standard,premium,salesOpenAt';
const faultsOf = (text: string): unknown =>
  readSchedule(text).faults.map(({ line, pointer, field, rule }) => [line ?? pointer, field, rule]);
const json = (...showtimes: unknown[]): string => JSON.stringify({ showtimes });

describe('readSchedule', () => {
  it('CSV and JSON are read as the same rows', () => {
    const csv = readSchedule(`\ufeff${HEADER}\r\n"Drive, the movie", Lichtburg ,Room  1,2026-12-24T20:15,1200,,\r\n`);
    const [row] = csv.rows;
    expect(csv.faults).toEqual([]);
    expect(row).toEqual({
      place: { line: 2, pointer: null },
      movie: 'Drive, the movie',
      theatre: 'Lichtburg',
      room: 'Room 1',
      startsAt: '2026-12-24T20:15',
      prices: { standard: 1_200 },
      salesOpenAt: null,
    });
    const { movie, theatre, room, startsAt, prices } = row!;
    const fromJson = readSchedule(json({ movie, theatre, room, startsAt, prices }));
    expect(fromJson).toEqual({ rows: [{ ...row, place: { line: null, pointer: '/showtimes/0' } }], faults: [] });
  });

  it.each([';', '\t'])('cells may be separated by %j, and columns stand in any order', (delimiter) => {
    const text = [
      ['STARTSAT', 'Room', 'movie', 'theatre'],
      ['2026-12-24T20:15', 'Room 1', 'Drive', 'Lichtburg'],
    ];
    expect(readSchedule(text.map((cells) => cells.join(delimiter)).join('\n')).rows).toMatchObject([{ movie: 'Drive', room: 'Room 1' }]);
  });

  it('every fault of a CSV file is named with its line and column', () => {
    const lines = [
      HEADER,
      ',Lichtburg,,tomorrow,12.00,-1,2026-02-30T10:00',
      '',
      'Drive,Lichtburg,Room 1,2026-12-24T20:15,1200',
      'Drive,Lichtburg,Room 1,2026-12-24T20:15,1200,1500,',
      `${'x'.repeat(301)},Licht\0burg,Room 1,2026-12-24T20:15,1200,1500,`,
    ];
    expect(faultsOf(lines.join('\n'))).toEqual([
      [2, 'standard', 'int'],
      [2, 'premium', 'int'],
      [2, 'movie', 'required'],
      [2, 'room', 'required'],
      [2, 'startsAt', 'isTheatreTime'],
      [2, 'salesOpenAt', 'isTheatreTime'],
      [4, null, 'cells'],
      [6, 'movie', 'maxLength'],
      [6, 'theatre', 'text'],
    ]);
    expect(readSchedule(lines.join('\n')).rows).toHaveLength(1);
  });

  it('columns that are unknown, twice or missing are named together', () => {
    expect(faultsOf('movie,movie,screen,startsAt\na,b,c,d')).toEqual([
      [1, 'screen', 'unknownColumn'],
      [1, 'movie', 'repeated'],
      [1, 'room', 'required'],
    ]);
  });

  it('a quote that is not closed is named with its line', () => {
    expect(faultsOf(`${HEADER}\n"Drive,Lichtburg\n`)).toEqual([[expect.any(Number), null, 'csv']]);
  });

  it('every fault of a JSON file is named with its pointer', () => {
    const valid = { movie: 'Drive', theatre: 'Lichtburg', room: 'Room 1', startsAt: '2026-12-24T20:15' };
    expect(
      faultsOf(json(valid, 'Drive', { ...valid, movie: 1, prices: { standard: '12', child: 1 }, colour: 'red' }, { ...valid, prices: [] })),
    ).toEqual([
      ['/showtimes/1', null, 'object'],
      ['/showtimes/2/colour', 'colour', 'unknownField'],
      ['/showtimes/2/prices/child', 'prices/child', 'unknownField'],
      ['/showtimes/2/prices/standard', 'standard', 'int'],
      ['/showtimes/2/movie', 'movie', 'string'],
      ['/showtimes/3/prices', 'prices', 'object'],
    ]);
  });

  it.each(['', HEADER, '{"showtimes":[]}', '{"showtimes":{}}', '{}', '{"showtimes":[1],"a":1}', '[]', '{'])('%j is no schedule', (text) => {
    expect(() => readSchedule(text)).toThrow(InvalidInput);
  });

  it('a file with more than 2,000 rows is refused', () => {
    expect(() => readSchedule(json(...Array.from({ length: 2_001 }, () => ({}))))).toThrow('at most 2000 rows');
    expect(() => readSchedule([HEADER, ...Array.from({ length: 2_001 }, () => ',,,,,,')].join('\n'))).toThrow('at most 2000 rows');
  });
});
