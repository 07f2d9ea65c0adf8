import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ColumnNames } from './movie-from-record.js';
import { parsePrinted } from './printed-list.js';
import { readCatalogue } from './read-catalogue.js';

const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function read(content: string, extension = 'csv', columns: ColumnNames = {}) {
  const file = join(folder, `${++files}.${extension}`);
  writeFileSync(file, content);
  return readCatalogue(file, columns);
}
const HEADER = 'title,description,runtimeMinutes,releaseDate,ageRating,genres';
const genresOf = async (cell: string) => (await read(`${HEADER}\nA,x,100,,,"${cell.replaceAll('"', '""')}"\n`)).entries[0]?.genres;

describe('A file of another program', () => {
  it('a quote in the file of IMDb is a letter', async () => {
    const { entries, faults } = await read(
      [
        'tconst\ttitleType\tprimaryTitle\tstartYear\truntimeMinutes\tgenres',
        'tt1\tmovie\t"Big" Fat Liar\t2002\t88\tComedy,Family',
        'tt2\tmovie\t"Wuthering Heights"\t2026\t136\t\\N',
        'tt3\tmovie\tThe 5" Gun\t\\N\t90\tWar',
      ].join('\n'),
      'tsv',
      { title: 'primaryTitle', description: 'titleType', releaseDate: 'startYear' },
    );
    expect(faults).toEqual([]);
    expect(entries.map(({ title, genres }) => [title, genres])).toEqual([
      ['"Big" Fat Liar', ['Comedy', 'Family']],
      ['"Wuthering Heights"', []],
      ['The 5" Gun', ['War']],
    ]);
  });

  it.each([
    [`['Drama']`, ['Drama']],
    [`["Children's", 'Drama']`, [`Children's`, 'Drama']],
    [`[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': "Children's"}]`, ['Animation', `Children's`]],
    [`['Caf\\xe9', 'It\\'s', None]`, ['Café', `It's`]],
    [`('Drama',)`, ['Drama']],
    [`{'Drama', 'War'}`, ['Drama', 'War']],
    [`[u'Drama', u"Children's"]`, ['Drama', `Children's`]],
    ['[]', []],
    ['(Sub)urban|Drama', ['(Sub)urban', 'Drama']],
  ])('the list %s that Python printed is read', async (cell, genres) => {
    expect(await genresOf(cell)).toEqual(genres);
  });

  it.each([`{'Drama'`, `{'Drama': 1}`, `{'Drama', 'War': 1}`, `['Drama'`])('%s is no list, and no name either', async (cell) => {
    const quoted = `"${cell.replaceAll('"', '""')}"`;
    expect((await read(`${HEADER}\nA,x,100,,,${quoted}\n`)).faults).toEqual([expect.stringMatching(/^line 2, genres: .* is not a list/)]);
  });

  it('a file with bars between its columns is read', async () => {
    const bars = HEADER.replaceAll(',', '|');
    expect((await read(`${bars}\nA|x, y|100|||"Drama|War"\n`)).entries).toMatchObject([
      { title: 'A', description: 'x, y', genres: ['Drama', 'War'] },
    ]);
  });

  it('a list in JSON is read as it was printed', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        expect(parsePrinted(JSON.stringify(list))).toEqual(list);
      }),
    );
  });

  it('any text is a list or none, and never fails', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...`[]{}'",:\\x1uNone `) }), (text) => void parsePrinted(`[${text}`)));
  });

  it.each(['N/A', 'NaN', 'NULL', 'None', '(no genres listed)', '\\N', 'n/a', ' nan ', 'NA', '<NA>', 'NaT'])(
    '%j means that there is no value',
    async (word) => {
      const { entries, faults } = await read(`${HEADER}\nA,x,100,${word},${word},${word}\n`);
      expect(faults).toEqual([]);
      expect(entries).toMatchObject([{ releaseDate: null, ageRating: null, genres: [] }]);
      expect((await read(`${HEADER}\nA,x,${word},,,\n`)).faults).toEqual(['line 2, runtimeMinutes: is missing']);
    },
  );

  it('the separator line of Excel is no record, and is counted', async () => {
    const { entries, faults } = await read('\ufeffsep=;\r\ntitle;description;runtimeMinutes\r\nA;x;100\r\nB;x;long\r\n');
    expect(entries).toMatchObject([{ title: 'A' }]);
    expect(faults).toEqual([expect.stringMatching(/^line 4, runtimeMinutes/)]);
  });

  it.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('lines are counted as an editor does, with %s inside cells', async (_name, end) => {
    const rows = [HEADER, `"A${end}${end}A","x${end}y",100,,,`, '', `"B${end}B",x,100,,,`, 'C,x,long,,,', ',,,,,', 'D,x,long,,,'];
    const { faults } = await read(rows.join(end));
    expect(faults.map((fault) => fault.split(',')[0])).toEqual(['line 9', 'line 11']);
  });

  it('one JSON object a line is read, each with its line', async () => {
    const movie = { title: 'A', description: 'x', runtimeMinutes: 100 };
    const lines = [JSON.stringify(movie), '', '{"title": "B", oops}', JSON.stringify({ ...movie, title: 'C' })];
    for (const extension of ['json', 'ndjson', 'txt']) {
      const { entries, faults, positions } = await read(`\ufeff${lines.join('\r\n')}\r\n`, extension);
      expect(entries.map(({ title }) => title)).toEqual(['A', 'C']);
      expect(positions).toEqual(['index 0 (line 1)', 'index 2 (line 4)']);
      expect(faults).toEqual(['index 1 (line 3): is not JSON']);
    }
  });

  it('a title that shows nothing is refused', async () => {
    expect((await read(`${HEADER}\n\u200b,x,100,,,\n`)).faults).toEqual(['line 2, title: shows nothing']);
  });
});
