import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from './cli.js';

async function run(...args: string[]) {
  const [printed, errors]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    env: {},
    stdin: Readable.from([]),
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, printed: printed.join('\n'), errors: errors.join('\n') };
}

describe('the command line', () => {
  it.each([[[]], [['help']], [['--help']]])('the arguments %j print the list of commands', async (args: string[]) => {
    const { code, printed } = await run(...args);
    expect(code).toBe(0);
    for (const name of [
      'migrate',
      'create-admin',
      'erase-user',
      'import-catalogue',
      'import-schedule',
      'rebuild-reports',
      'advance-clock',
      'reset-clock',
      'doctor',
      'refunds',
      'stripe-events',
      'outbox',
      'dead-letters',
      'retention',
      'reconcile',
      'backup',
      'subscriber-test',
    ])
      expect(printed).toContain(name);
  });

  it('--help after a command prints its usage', async () => {
    expect(await run('advance-clock', '--help')).toMatchObject({
      code: 0,
      printed: expect.stringContaining('advance-clock MINUTES') as string,
    });
  });

  it('every command takes --json and --help', async () => {
    const { printed } = await run('help');
    const names = [...printed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const { code, printed: help } = await run(name, '--help');
      expect([name, code, help.includes('--json')]).toEqual([name, 0, true]);
    }
  });

  it('docs/cli.md names every command with its options', async () => {
    const lines = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8').split('\n');
    const { printed } = await run('help');
    for (const usage of printed.split('\n').slice(1)) {
      const [, name, options] = /^ {2}([a-z-]+)(.*?)(?: {2}|$)/.exec(usage)!;
      const rows = lines.filter((line) => line.startsWith('| `') && line.includes(`\`${name}`)).join();
      const missing = [...options!.matchAll(/--[a-z-]+/g)].map(([option]) => option).filter((option) => !rows.includes(option));
      if (name !== 'help') expect([name, rows === '', missing.filter((option) => option !== '--json')]).toEqual([name, false, []]);
    }
  });

  it('an unknown command is refused with exit code 2', async () => {
    expect(await run('migrat')).toMatchObject({ code: 2, errors: expect.stringContaining('There is no command "migrat"') as string });
  });

  it.each([
    [['migrate', 'now'], 'not "now"'],
    [['migrate', 'status', 'now'], '"now"'],
    [['backup'], 'backup takes check'],
    [['backup', 'check'], '--url takes a URL'],
    [['backup', 'check', '--url', 'postgres://a/b', '--max-age', 'old'], 'not "old"'],
    [['doctor', '--only', 'stripe'], 'not "stripe"'],
    [['create-admin', '--full-name', 'The Boss'], '--email is missing'],
    [['create-admin', '--email', 'boss@example.org'], '--full-name is missing'],
    [['create-admin', '--email', 'boss@example.org', '--password', 'x'], "Unknown option '--password'"],
    [['create-admin', 'boss@example.org'], "Unexpected argument 'boss@example.org'"],
    [['erase-user'], 'Either --email or --id'],
    [['erase-user', '--id', 'ada'], '--id must be a UUID'],
    [['advance-clock'], 'MINUTES is missing'],
    [['advance-clock', 'soon'], 'not "soon"'],
    [['advance-clock', '1', '2'], '"2"'],
    [['rebuild-reports', 'all'], "Unexpected argument 'all'"],
    [['subscriber-test'], 'Name either --url or --queue'],
    [['subscriber-test', '--url', 'https://shop.example/', '--queue', 'subscriber.partner.reservations'], 'Name either --url or --queue'],
    [['subscriber-test', '--queue', 'subscriber.partner.reservations'], 'AMQP_URL must be'],
    [['subscriber-test', '--url', 'ftp://shop.example/'], '--url must be'],
    [['subscriber-test', '--url', 'https://shop.example/', '--secret', 'x'], 'whsec_'],
    [['doctor', 'now'], "Unexpected argument 'now'"],
    [['refunds'], 'list, retry or request'],
    [['refunds', 'list', '--status', 'lost'], '--status'],
    [['refunds', 'request', 'x', '--amount', '1'], '--note is missing'],
    [['refunds', 'request', 'x', '--note', 'cold'], '--amount or --all'],
    [['stripe-events', 'replay'], 'ID is missing'],
    [['outbox', 'release'], 'ids or --type'],
    [['outbox', 'release', 'x'], '"x" is not an id'],
    [['dead-letters'], 'list, show, redrive or dismiss'],
    [['dead-letters', 'list', '--status', 'dead'], 'not "dead"'],
    [['dead-letters', 'show'], 'ID is missing'],
    [['dead-letters', 'show', 'x'], '"x" is not an id'],
    [['dead-letters', 'redrive'], 'ids or --queue'],
    [['dead-letters', 'redrive', 'x'], '"x" is not an id'],
    [['retention', 'now'], "Unexpected argument 'now'"],
    [['reconcile'], '--since is missing'],
    [['reconcile', '--since', 'yesterday'], 'not "yesterday"'],
    [['reset-clock', '31'], "Unexpected argument '31'"],
    [['import-catalogue'], 'FILE is missing'],
    [['import-catalogue', 'a.csv', 'b.csv'], '"b.csv"'],
    [['import-schedule'], 'FILE is missing'],
    [['import-schedule', 'a.csv', 'b.csv'], '"b.csv"'],
    [['import-schedule', 'a.csv', '--dryRun'], "Unknown option '--dryRun'"],
    [['import-catalogue', 'a.csv', '--map', 'title'], '--map takes FIELD=COLUMN, not "title"'],
    [['import-catalogue', 'a.csv', '--map', 'length=Duration'], 'there is no field "length"'],
    [['import-catalogue', 'a.csv', '--map', 'title=A', '--map', 'title=B'], 'the field title twice'],
  ])('the arguments %j are refused with the usage and the wrong argument', async (args, named) => {
    const { code, errors } = await run(...args);
    expect(code).toBe(2);
    expect(errors).toContain(named);
    expect(errors).toContain(`Usage: ${args[0]}`);
  });

  it('missing settings are named', async () => {
    expect(await run('migrate')).toMatchObject({ code: 1, errors: 'DATABASE_URL is required.' });
    expect((await run('advance-clock', '31')).errors).toContain('DATABASE_URL is required');
  });
});
