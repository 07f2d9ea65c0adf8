import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { readSchedule } from './read-schedule.js';

const HEADER = 'movie,theatre,room,startsAt,standard,premium,salesOpenAt';
const read = (text: string, { isJsonLines = false } = {}) => readSchedule(Buffer.from(text), { isJsonLines });
const faultsOf = async (text: string): Promise<unknown> =>
  (await read(text)).faults.map(({ line, pointer, field, rule }) => [pointer ?? line, field, rule]);
const json = (...showtimes: unknown[]): string => JSON.stringify({ showtimes });

describe('readSchedule', () => {
  it('CSV and JSON are read as the same rows', async () => {
    const csv = await read(`\ufeff${HEADER}\r\n"Drive, the movie", Lichtburg ,Room  1,2026-12-24T20:15,1200,,\r\n`);
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
    const fromJson = await read(json({ movie, theatre, room, startsAt, prices }));
    expect(fromJson).toEqual({ rows: [{ ...row, place: { line: 1, pointer: '/showtimes/0' } }], faults: [] });
  });

  it.each([';', '\t'])('cells may be separated by %j, and columns stand in any order', async (delimiter) => {
    const text = [
      ['STARTSAT', 'Room', 'movie', 'theatre'],
      ['2026-12-24T20:15', 'Room 1', 'Drive', 'Lichtburg'],
    ];
    expect((await read(text.map((cells) => cells.join(delimiter)).join('\n'))).rows).toMatchObject([{ movie: 'Drive', room: 'Room 1' }]);
  });

  it('every fault of a CSV file is named with its line and column', async () => {
    const lines = [
      HEADER,
      ',Lichtburg,,tomorrow,12.00,-1,2026-02-30T10:00',
      '',
      'Drive,Lichtburg,Room 1,2026-12-24T20:15,1200',
      'Drive,Lichtburg,Room 1,2026-12-24T20:15,1200,1500,',
      `${'x'.repeat(301)},Licht\0burg,Room 1,2026-12-24T20:15,1200,1500,`,
    ];
    expect(await faultsOf(lines.join('\n'))).toEqual([
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
    expect((await read(lines.join('\n'))).rows).toHaveLength(1);
  });

  it('columns that are unknown, twice or missing are named together', async () => {
    expect(await faultsOf('movie,movie,screen,startsAt\na,b,c,d')).toEqual([
      [1, 'screen', 'unknownColumn'],
      [1, 'movie', 'repeated'],
      [1, 'room', 'required'],
    ]);
  });

  it('a quote that is not closed is named with its line', async () => {
    expect(await faultsOf(`${HEADER}\n"Drive,Lichtburg\n`)).toEqual([[2, null, 'csv']]);
  });

  it('every fault of a JSON file is named with its pointer', async () => {
    const valid = { movie: 'Drive', theatre: 'Lichtburg', room: 'Room 1', startsAt: '2026-12-24T20:15' };
    expect(
      await faultsOf(
        json(valid, 'Drive', { ...valid, movie: 1, prices: { standard: '12', child: 1 }, colour: 'red' }, { ...valid, prices: [] }),
      ),
    ).toEqual([
      ['/showtimes/1', null, 'object'],
      ['/showtimes/2/colour', 'colour', 'unknownField'],
      ['/showtimes/2/prices/child', 'prices/child', 'unknownField'],
      ['/showtimes/2/prices/standard', 'standard', 'int'],
      ['/showtimes/2/movie', 'movie', 'string'],
      ['/showtimes/3/prices', 'prices', 'object'],
    ]);
  });

  it.each(['', HEADER, '{"showtimes":[]}', '{"showtimes":{}}', '{}', '{"showtimes":[1],"a":1}', '[]', '{'])(
    '%j is no schedule',
    async (text) => {
      await expect(read(text)).rejects.toThrow(InvalidInput);
    },
  );

  it('a file with more than 2,000 rows is refused', async () => {
    const rows = Array.from({ length: 2_001 }, () => ({}));
    await expect(read(json(...rows))).rejects.toThrow('at most 2000 rows');
    await expect(read(rows.map((row) => JSON.stringify(row)).join('\n'), { isJsonLines: true })).rejects.toThrow('at most 2000 rows');
    await expect(read([HEADER, ...rows.map(() => 'a,,,,,,')].join('\n'))).rejects.toThrow('at most 2000 rows');
  });
});

describe('A schedule of another program', () => {
  const ROW = { movie: 'Drive', theatre: 'Lichtburg', room: 'Room 1', startsAt: '2026-12-24T20:15' };

  it('the separator line of Excel is no record, and is counted', async () => {
    const { rows, faults } = await read(
      '\ufeffsep=;\r\nmovie;theatre;room;startsAt\r\nDrive;Lichtburg;Room 1;2026-12-24T20:15\r\nDrive;Lichtburg;Room 1;soon\r\n',
    );
    expect(rows).toMatchObject([{ movie: 'Drive', place: { line: 3 } }]);
    expect(faults).toMatchObject([{ line: 4, field: 'startsAt' }]);
  });

  it.each(['N/A', '#N/A', 'NaN', 'NULL', 'None', '\\N', 'n/a'])('%j means that there is no value', async (word) => {
    const { rows, faults } = await read(`${HEADER}\nDrive,${word},Room 1,2026-12-24T20:15,1200,${word},${word}\n`);
    expect(faults).toEqual([]);
    expect(rows).toMatchObject([{ theatre: null, salesOpenAt: null, prices: { standard: 1_200 } }]);
    expect(rows[0]!.prices).not.toHaveProperty('premium');
    const fromJson = await read(json({ ...ROW, theatre: word, salesOpenAt: word, prices: { standard: 1_200, premium: word } }));
    expect(fromJson).toMatchObject({ rows: [{ theatre: null, salesOpenAt: null, prices: { standard: 1_200 } }], faults: [] });
    expect(await faultsOf(`${HEADER}\n${word},Lichtburg,${word},2026-12-24T20:15,,,\n`)).toEqual([
      [2, 'movie', 'required'],
      [2, 'room', 'required'],
    ]);
  });

  it.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('lines are counted as an editor does, with %s inside cells', async (_name, end) => {
    const rows = [
      HEADER,
      `"Drive${end}${end}again",Lichtburg,"Room${end}1",2026-12-24T20:15,,,`,
      '',
      'Drive,Lichtburg,Room 1,soon,,,',
      ',,,,,,',
      'Drive,Lichtburg',
    ];
    expect(await faultsOf(rows.join(end))).toEqual([
      [7, 'startsAt', 'isTheatreTime'],
      [9, null, 'cells'],
    ]);
    expect((await read(rows.join(end))).rows).toMatchObject([{ movie: 'Drive again', room: 'Room 1' }]);
  });

  it('one JSON object a line is read, each with its line', async () => {
    const lines = [JSON.stringify(ROW), '', '{"movie": "Drive", oops}', JSON.stringify({ ...ROW, startsAt: 'soon' })];
    for (const isJsonLines of [true, false]) {
      const { rows, faults } = await read(`\ufeff${lines.join('\r\n')}\r\n`, { isJsonLines });
      expect(rows).toMatchObject([{ movie: 'Drive', place: { line: 1, pointer: null } }]);
      expect(faults.map(({ line, field, rule }) => [line, field, rule])).toEqual([
        [3, null, 'json'],
        [4, 'startsAt', 'isTheatreTime'],
      ]);
    }
  });

  it('a long name of an unknown field is cut in the fault', async () => {
    const name = 'x'.repeat(1_000);
    const { faults } = await read(JSON.stringify({ ...ROW, [name]: 1, prices: { [name]: 1 } }), { isJsonLines: true });
    expect(faults.map(({ field }) => field?.length)).toEqual([100, 'prices/'.length + 100]);
  });

  it('rows of a JSON document have their pointers and their lines', async () => {
    const broken = { ...ROW, startsAt: 'soon' };
    const listed = await read(`[\r\n${JSON.stringify(ROW)},\r\n\r\n${JSON.stringify(broken)}]`);
    expect(listed.faults).toMatchObject([{ line: 4, pointer: '/1/startsAt' }]);
    const document = await read(`{\n "showtimes":\n [\n${JSON.stringify(ROW)},\n${JSON.stringify(broken)}\n]}`);
    expect(document.faults).toMatchObject([{ line: 5, pointer: '/showtimes/1/startsAt' }]);
  });

  it('a file that is not UTF-8 is refused with its first invalid byte', async () => {
    const latin1 = Buffer.concat([Buffer.from(`${HEADER}\nAm`), Buffer.from([0xe9]), Buffer.from('lie,,,,,,\n')]);
    await expect(readSchedule(latin1)).rejects.toThrow('line 2: byte 3 (0xE9) is not UTF-8');
    await expect(readSchedule(Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'))).rejects.toThrow('the file is UTF-16');
  });
});
