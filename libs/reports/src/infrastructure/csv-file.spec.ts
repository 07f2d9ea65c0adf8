import { buffer, text } from 'node:stream/consumers';
import { csvFile, wantsCsv } from './csv-file.js';

describe('A report as CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('the cell %j is no formula', async (cell) => {
    const file = await text(csvFile('test', ['cell'], [{ cell }]).getStream());
    expect(file.slice('cell\r\n'.length)).toContain(`'${cell}`);
  });

  it.each([[['Łódź']], [[]]])('a file of the rows %j begins with the byte order mark', async (titles) => {
    const rows = titles.map((title) => ({ title }));
    const bytes = await buffer(csvFile('test', ['title'], rows).getStream());
    expect(bytes.toString('utf8')).toBe(`\ufefftitle\r\n${titles.map((title) => `${title}\r\n`).join('')}`);
  });

  it('a line end inside a cell begins no line of the file', async () => {
    for (const cell of ['a\n=cmd', 'a\r=cmd'])
      expect(await text(csvFile('test', ['cell'], [{ cell }]).getStream())).toBe(`cell\r\n"${cell}"\r\n`);
  });

  it('an error of the rows ends the file with that error', async () => {
    async function* rows() {
      yield { cell: 'first' };
      await Promise.reject(new Error('the database went away'));
    }
    await expect(text(csvFile<{ cell: string }>('test', ['cell'], rows()).getStream())).rejects.toThrow('the database went away');
  });

  it.each([
    [undefined, undefined, false],
    [undefined, '*/*', false],
    [undefined, 'text/csv', true],
    [undefined, 'application/json, text/csv', false],
    [undefined, 'Text/CSV;q=0.9, */*', true],
    [undefined, 'text/csv;q=0, application/json', false],
    ['json', 'text/csv', false],
    ['csv', 'application/json', true],
  ] as const)('format %s with Accept %s: CSV is %s', (format, accept, isCsv) => {
    expect(wantsCsv(format, accept)).toBe(isCsv);
  });
});
