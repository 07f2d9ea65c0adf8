import { Readable } from 'node:stream';
import { runCli } from './cli.js';

async function run(...args: string[]) {
  const [said, warned]: [string[], string[]] = [[], []];
  const code = await runCli(args, { env: {}, stdin: Readable.from([]), say: (line) => said.push(line), warn: (line) => warned.push(line) });
  return { code, said: said.join('\n'), warned: warned.join('\n') };
}

describe('Asking for a command', () => {
  it.each([[[]], [['help']], [['--help']]])('lists what there is on %j', async (args: string[]) => {
    const { code, said } = await run(...args);
    expect(code).toBe(0);
    for (const name of ['migrate', 'create-admin', 'import-catalogue', 'advance-clock']) expect(said).toContain(name);
  });

  it('tells what one command takes', async () => {
    expect(await run('advance-clock', '--help')).toMatchObject({
      code: 0,
      said: expect.stringContaining('advance-clock MINUTES') as string,
    });
  });

  it('names a command there is not', async () => {
    expect(await run('migrat')).toMatchObject({ code: 2, warned: expect.stringContaining('There is no command "migrat"') as string });
  });

  it.each([
    [['migrate', 'now'], 'not "now"'],
    [['create-admin', '--full-name', 'The Boss'], '--email is missing'],
    [['create-admin', '--email', 'boss@example.org'], '--full-name is missing'],
    [['create-admin', '--email', 'boss@example.org', '--password', 'x'], "Unknown option '--password'"],
    [['create-admin', 'boss@example.org'], "Unexpected argument 'boss@example.org'"],
    [['advance-clock'], 'MINUTES is missing'],
    [['advance-clock', 'soon'], 'not "soon"'],
    [['advance-clock', '1', '2'], '"2"'],
    [['import-catalogue'], 'FILE is missing'],
    [['import-catalogue', 'a.csv', 'b.csv'], '"b.csv"'],
    [['import-catalogue', 'a.csv', '--map', 'title'], '--map takes FIELD=COLUMN, not "title"'],
    [['import-catalogue', 'a.csv', '--map', 'length=Duration'], 'there is no field "length"'],
    [['import-catalogue', 'a.csv', '--map', 'title=A', '--map', 'title=B'], 'the field title twice'],
  ])('names the bad argument in %j and how it should be', async (args, named) => {
    const { code, warned } = await run(...args);
    expect(code).toBe(2);
    expect(warned).toContain(named);
    expect(warned).toContain(`Usage: ${args[0]}`);
  });

  it('says which settings are missing', async () => {
    expect(await run('migrate')).toMatchObject({ code: 1, warned: 'DATABASE_URL is required.' });
    expect((await run('advance-clock', '31')).warned).toContain('DATABASE_URL is required');
  });
});
