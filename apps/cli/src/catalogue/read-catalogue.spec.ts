import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../subcommand.js';
import type { ColumnNames } from './movie-from-record.js';
import { readCatalogue } from './read-catalogue.js';

const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function read(content: string | Buffer, columns: ColumnNames = {}, extension = 'csv') {
  const file = join(folder, `${++files}.${extension}`);
  writeFileSync(file, content);
  return readCatalogue(file, columns);
}
const faultsOf = async (...args: Parameters<typeof read>) => (await read(...args)).faults;
const json = (items: unknown, columns: ColumnNames = {}) => read(JSON.stringify(items), columns, 'json');

const HEADER = 'title,description,runtimeMinutes,releaseDate,ageRating,genres';
const arrival = {
  title: 'Arrival',
  description: 'Visitors, and how they write.',
  runtimeMinutes: 116,
  releaseDate: '2016-11-11',
  ageRating: 'PG-13',
  genres: ['Drama', 'Science fiction'],
};

describe('a CSV catalogue', () => {
  it('a CSV line becomes a movie', async () => {
    const { entries, faults } = await read(
      `${HEADER}\nArrival,"Visitors, and how they write.",116,2016-11-11,PG-13,Drama|Science fiction\n`,
    );
    expect(faults).toEqual([]);
    expect(entries).toEqual([arrival]);
  });

  it('a CSV without release dates, age ratings and genres is accepted', async () => {
    const { entries } = await read('title,description,runtimeMinutes\nArrival,,116\n');
    expect(entries).toEqual([{ title: 'Arrival', description: '', runtimeMinutes: 116, releaseDate: null, ageRating: null, genres: [] }]);
  });

  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('a CSV whose cells are separated by %s is recognised', async (_name, delimiter) => {
    const lines = [
      HEADER.split(',').join(delimiter),
      ['Arrival', 'Visitors, and how they write.', '116', '2016-11-11', 'PG-13', 'Drama|Science fiction'],
    ];
    const [first, second] = [lines[0] as string, (lines[1] as string[]).map((cell) => `"${cell}"`).join(delimiter)];
    expect((await read(`${first}\n${second}`)).entries).toEqual([arrival]);
  });

  it('a byte order mark, Windows line ends and multi-line cells are accepted', async () => {
    const { entries, faults } = await read(
      `\ufeff${HEADER}\r\n\r\n"Am\u00e9lie","a ""quote""\r\nand a line",122,,,\r\n,,,,,\r\n  \r\nArrival,x,116,,,\r\n`,
    );
    expect(faults).toEqual([]);
    expect(entries).toMatchObject([{ title: 'Amélie', description: 'a "quote"\r\nand a line' }, { title: 'Arrival' }]);
  });

  it('columns are found by their mapped names and in any letter case', async () => {
    const { entries } = await read('Name;LENGTH;Plot;Year;Poster\nArrival;1h 56m;Visitors;2016;x.jpg\n', {
      title: 'Name',
      runtimeMinutes: 'length',
      description: 'Plot',
      releaseDate: 'Year',
    });
    expect(entries).toMatchObject([{ title: 'Arrival', runtimeMinutes: 116, description: 'Visitors', releaseDate: '2016-01-01' }]);
  });

  it.each([
    ['bars', 'Drama|Science fiction'],
    ['semicolons', '"Drama; Science fiction"'],
    ['commas', '"Drama, Science fiction"'],
    ['brackets', '"[""Drama"", ""Science fiction""]"'],
    ['objects', '"[{""id"": 18, ""name"": ""Drama""}, {""id"": 878, ""name"": ""Science fiction""}]"'],
  ])('genres written with %s are read', async (_name, genres) => {
    expect(await read(`title,description,runtimeMinutes,genres\nArrival,x,116.0,${genres}\n`)).toMatchObject({
      entries: [{ runtimeMinutes: 116, genres: ['Drama', 'Science fiction'] }],
      faults: [],
    });
  });

  it('\\N means a missing value, and the time after a date is dropped', async () => {
    const { entries } = await read(`${HEADER}\nArrival,x,116,\\N,\\N,\\N\nHer,x,126,2013-12-18T00:00:00.000Z,R,\n`);
    expect(entries).toMatchObject([{ releaseDate: null, ageRating: null, genres: [] }, { releaseDate: '2013-12-18' }]);
    expect(await faultsOf(`${HEADER}\nArrival,x,\\N,,,[oops\n\\N,x,116,,,\n`)).toEqual([
      'line 2, runtimeMinutes: is missing',
      'line 2, genres: "[oops" is not a list in JSON',
      'line 3, title: is missing',
    ]);
  });

  it('a missing column is reported with the columns that exist', async () => {
    expect(await faultsOf('Name,description\nArrival,x\n', { genres: 'Tags' })).toEqual([
      'line 1, title: there is no column "title" among "Name", "description"; name it with --map title=COLUMN',
      'line 1, runtimeMinutes: there is no column "runtimeMinutes" among "Name", "description"; name it with --map runtimeMinutes=COLUMN',
      'line 1, genres: there is no column "Tags" among "Name", "description"; name it with --map genres=COLUMN',
    ]);
    expect(await faultsOf('title,description,runtimeMinutes,title\n')).toEqual(['line 1, title: there are 2 columns "title"']);
  });

  it('every CSV fault is reported with line, field and reason', async () => {
    const faults = await faultsOf(
      `${HEADER}\n"Two\nlines",x,long,2016-02-30,,\nFine,x,100,,,\n ,x,0,soon,${'x'.repeat(21)},a||${'b'.repeat(61)}\nToo,few\n`,
    );
    expect(faults).toEqual([
      'line 2, runtimeMinutes: "long" is not a running time like 142, "142 min" or "2h 22m"',
      'line 2, releaseDate: "2016-02-30" is not a day like "2016-11-11" or a year from 1888 on',
      'line 5, title: is empty',
      'line 5, runtimeMinutes: must be 1 to 1440 minutes, not 0',
      'line 5, releaseDate: "soon" is not a day like "2016-11-11" or a year from 1888 on',
      'line 5, ageRating: has 21 characters; 20 are allowed',
      'line 5, genres: has 61 characters; 60 are allowed',
      'line 6: has 2 columns; the first line has 6',
    ]);
  });

  it('a quote that is never closed or closed too early is reported with its line', async () => {
    expect(await faultsOf(`${HEADER}\nFine,x,1,,,\n"Open,x,100,,,\nMore,x,100,,,\n`)).toEqual([
      'line 3: a quote is opened and never closed',
    ]);
    expect(await faultsOf(`${HEADER}\nFine,x,1,,,\n"A" movie,x,100,,,\n`)).toEqual([
      'line 3: there is text between a closing quote and the end of its cell',
    ]);
  });

  it('a file that is not UTF-8 is refused with its first invalid byte', async () => {
    const latin1 = Buffer.concat([Buffer.from(`${HEADER}\nAm\u00e9lie,`), Buffer.from([0xe9]), Buffer.from(',100,,,\n')]);
    expect(await faultsOf(latin1)).toEqual(['line 2: byte 9 (0xE9) is not UTF-8; save the file as UTF-8']);
    expect(await faultsOf(Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'))).toEqual(['line 1: the file is UTF-16; save it as UTF-8']);
  });

  it('characters that are split between the chunks of a large file are read', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `Élan ${i},${'日本語'.repeat(i % 5)},100,,,`);
    const { entries, faults } = await read(`${HEADER}\n${lines.join('\n')}`);
    expect(faults).toEqual([]);
    expect(entries).toHaveLength(20_000);
    expect(entries.filter(({ title }, i) => title !== `Élan ${i}`)).toEqual([]);
  });

  it('an empty file, a missing file and a folder are refused', async () => {
    expect(await faultsOf('')).toEqual(['the file is empty']);
    await expect(readCatalogue(join(folder, 'nowhere.csv'), {})).rejects.toThrow(CommandFailed);
    await expect(readCatalogue(join(folder, 'nowhere.csv'), {})).rejects.toThrow('there is no such file');
    await expect(readCatalogue(folder, {})).rejects.toThrow('it is a folder');
  });
});

describe('a running time', () => {
  it.each([
    ['116', 116],
    ['116 min', 116],
    ['116min.', 116],
    ['1h 56m', 116],
    ['1 hour 56 minutes', 116],
    ['2h', 120],
    ['2H22', 142],
    ['PT1H56M', 116],
    ['116.0', 116],
    [' 116 mins ', 116],
  ])('the running time "%s" is read as %i minutes', async (written, minutes) => {
    expect((await json([{ ...arrival, runtimeMinutes: written }])).entries).toMatchObject([{ runtimeMinutes: minutes }]);
  });

  it.each(['', 'min', '-5', '1.5', '1441', '25h', 'h', '1h 56x', '999999'])('the running time "%s" is refused', async (written) => {
    expect((await json([{ ...arrival, runtimeMinutes: written }])).faults).toHaveLength(1);
  });
});

describe('a JSON catalogue', () => {
  it('a JSON array of movies is read, with genres as a list or as one text', async () => {
    const { entries, faults } = await json([
      arrival,
      { ...arrival, genres: 'Drama|Science fiction', runtimeMinutes: '116', releaseDate: 2016 },
    ]);
    expect(faults).toEqual([]);
    expect(entries).toEqual([arrival, { ...arrival, releaseDate: '2016-01-01' }]);
  });

  it('null means a missing value in JSON, and mapped names are found', async () => {
    const { entries } = await json(
      [{ Name: 'Arrival', description: '', runtimeMinutes: 116, releaseDate: null, ageRating: null, genres: null }],
      { title: 'Name' },
    );
    expect(entries).toMatchObject([{ title: 'Arrival', releaseDate: null, ageRating: null, genres: [] }]);
  });

  it('every JSON fault is reported with index, line and field', async () => {
    const faults = await faultsOf(
      `[\n  ${JSON.stringify(arrival)},\n  {"title": "B"},\n  {"title": "C", oops},\n  5, [],\n  {"title": {"x": "]"}, "description": null, "runtimeMinutes": true, "genres": ["", 1]}\n]`,
      {},
      'json',
    );
    expect(faults).toEqual([
      'index 1 (line 3), description: is missing',
      'index 1 (line 3), runtimeMinutes: is missing',
      'index 2 (line 4): is not JSON',
      'index 3 (line 5): must be an object',
      'index 4 (line 5): must be an object',
      'index 5 (line 6), title: must be text, not {"x":"]"}',
      'index 5 (line 6), description: is missing',
      'index 5 (line 6), runtimeMinutes: true is not a running time like 142, "142 min" or "2h 22m"',
      'index 5 (line 6), genres: "" is not the name of a genre',
    ]);
  });

  it.each([
    ['', 'the file is empty'],
    ['{"movies": []}', 'line 1: the file must be one array, "[" … "]"'],
    ['[{"title": "A"},\n{"title"', 'line 2: the array does not end after index 0'],
    ['[]\n[]', 'line 2: something follows the array'],
  ])('the JSON file %j is refused as a whole', async (content, fault) => {
    expect((await faultsOf(content, {}, 'json')).at(-1)).toBe(fault);
  });

  it('a comma too many in a JSON array is reported', async () => {
    expect(await faultsOf(`[${JSON.stringify(arrival)},]`, {}, 'json')).toEqual(['index 1 (line 1): is not JSON']);
    expect((await faultsOf('[]', {}, 'json')).length).toBe(0);
  });

  it('a file of another extension is JSON or CSV by its first character', async () => {
    expect((await read(JSON.stringify([arrival]), {}, 'txt')).entries).toEqual([arrival]);
    expect((await read('title,description,runtimeMinutes\n[REC],x,78\n', {}, 'txt')).entries).toMatchObject([{ title: '[REC]' }]);
  });

  it('an inherited property is not read as a field', async () => {
    expect((await json([{ ...arrival, title: undefined }], { title: 'constructor' })).faults).toEqual([
      'index 0 (line 1), title: is missing',
    ]);
  });
});
