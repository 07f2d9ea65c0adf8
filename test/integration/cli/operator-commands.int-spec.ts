import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type CliResult, cliOf } from '../../support/cli.js';
import type { Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { emptyDatabase } from '../../support/postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
});
afterAll(() => system?.close());

const cli = (args: string[], env?: Record<string, string>, input?: string): Promise<CliResult> => cliOf(system, args, env, input);

const entriesOn = async (subject: string): Promise<Json[]> =>
  (await system.get(`/admin/audit-trail?subject=${subject}`, { token: await system.adminToken() })).body.data as Json[];

describe('create-admin', () => {
  it('create-admin makes an admin who can log in', async () => {
    const email = `${randomUUID()}@cinema.test`;
    const made = await cli(['create-admin', '--email', email, '--full-name', 'The Boss'], { ADMIN_PASSWORD: 'seven quiet rows' });
    expect(made).toEqual({ code: 0, stdout: `Created the admin ${email}.`, stderr: '' });
    const token = await system.logIn(email, 'seven quiet rows');
    const { id } = await system.expectOk('GET', '/auth/me', { token });
    expect(await entriesOn(id as string)).toMatchObject([{ action: 'auth.create-admin', actor: null, details: {} }]);
    const again = await cli(['create-admin', '--email', email, '--full-name', 'The Boss', '--json'], {
      ADMIN_PASSWORD: 'seven quiet rows',
    });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual({ messages: [expect.stringContaining('already')] });
  });

  it('create-admin reads the password from the file that ADMIN_PASSWORD_FILE names', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'password');
    const create = (email: string) =>
      cli(['create-admin', '--email', email, '--full-name', 'The Boss'], { ADMIN_PASSWORD: '', ADMIN_PASSWORD_FILE: file });
    const email = `${randomUUID()}@cinema.test`;
    expect(await create(email)).toMatchObject({ code: 1, stderr: expect.stringContaining('a file that cannot be read') as string });
    writeFileSync(file, 'seven quiet rows\n');
    expect(await create(email)).toEqual({ code: 0, stdout: `Created the admin ${email}.`, stderr: '' });
    await system.logIn(email, 'seven quiet rows');
    await folder.remove();
  });

  it('create-admin promotes no account that exists, without the flag', async () => {
    const registered = await system.registerCustomer();
    const refused = await cli(['create-admin', '--email', registered.email, '--full-name', 'X'], { ADMIN_PASSWORD: 'seven quiet rows' });
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--promote-existing') as string });
    expect((await system.get('/users', { token: registered.token })).status).toBe(403);
    expect(await entriesOn(registered.id)).toEqual([]);
  });

  it('--promote-existing promotes and activates an account, which keeps its password', async () => {
    const customer = await system.registerCustomer();
    await system.expectOk('POST', `/users/${customer.id}/deactivate`, { token: await system.adminToken() });
    const promote = () => cli(['create-admin', '--email', customer.email.toUpperCase(), '--promote-existing']);
    expect(await promote()).toMatchObject({ code: 0, stdout: expect.stringContaining('keeps its password') as string });
    expect((await system.get('/users', { token: await system.logIn(customer.email, customer.password) })).status).toBe(200);
    expect(await promote()).toMatchObject({ code: 0, stdout: expect.stringContaining('already') as string });
    expect(await entriesOn(customer.id)).toMatchObject([
      { action: 'auth.activate-user', actor: null },
      { action: 'auth.promote-user', actor: null },
      { action: 'auth.deactivate-user', actor: expect.any(String) as string },
    ]);
  });

  it('--promote-existing refuses an address without an account', async () => {
    expect(await cli(['create-admin', '--email', 'nobody@cinema.test', '--promote-existing'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no account') as string,
    });
  });

  it('create-admin refuses a common password, and none at all', async () => {
    const args = ['create-admin', '--email', 'boss@cinema.test', '--full-name', 'X'];
    expect(await cli(args, { ADMIN_PASSWORD: 'password1' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('one of the most common') as string,
    });
    expect(await cli(args, { ADMIN_PASSWORD: '' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no password') as string,
    });
  });
});

describe('migrate', () => {
  it('a database that ends every connection is reported in one sentence', async () => {
    const database = createServer((socket) => socket.destroy());
    await new Promise<void>((listening) => database.listen(0, '127.0.0.1', listening));
    const { port } = database.address() as AddressInfo;
    const { code, stderr } = await cli(['migrate'], { DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` });
    database.close();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The database cannot be reached: [^\n]+\.$/)]);
  });

  it('migrate status names what is missing, and migrate applies it', async () => {
    expect(await cli(['migrate', 'status'])).toEqual({ code: 0, stdout: 'The database is up to date.', stderr: '' });
    const empty = await emptyDatabase();
    try {
      const { stdout } = await cli(['migrate', 'status'], { DATABASE_URL: empty.url });
      const count = stdout.match(/^Missing /gm)!.length;
      expect(stdout).toMatch(new RegExp(`^${count} are missing`, 'm'));
      const applied = await cli(['migrate'], { DATABASE_URL: empty.url });
      expect(applied.stdout.match(/^Applied /gm)).toHaveLength(count);
      expect((await cli(['migrate', 'status'], { DATABASE_URL: empty.url })).stdout).toBe('The database is up to date.');
    } finally {
      await empty.drop();
    }
  });
});

describe('import-catalogue', () => {
  it('movies are read from standard input', async () => {
    const imported = await cli(['import-catalogue', '-'], {}, 'title,description,runtimeMinutes\nFrom a pipe,About a pipe.,95\n');
    expect(imported).toEqual({ code: 0, stdout: 'Added 1 movie and 0 genres; 0 already there.', stderr: '' });
    expect(await cli(['import-catalogue', '-'], {}, '[]')).toMatchObject({ code: 1, stderr: 'There is no movie in standard input.' });
  });
});

describe('erase-user', () => {
  it('erase-user erases a deactivated user by the address, and another by the id', async () => {
    const [ada, bob] = await system.registerCustomers(2);
    await system.expectOk('POST', `/users/${ada!.id}/deactivate`, { token: await system.adminToken() });
    const done = (id: string) => ({ code: 0, stdout: `Erased the user ${id}.`, stderr: '' });
    expect(await cli(['erase-user', '--email', ada!.email.toUpperCase()])).toEqual(done(ada!.id));
    expect(await cli(['erase-user', '--id', bob!.id])).toEqual(done(bob!.id));
    for (const { id, email } of [ada!, bob!]) {
      expect(await system.sql('SELECT FROM auth.users WHERE email = $1', [email])).toEqual([]);
      expect((await entriesOn(id))[0]).toMatchObject({ action: 'auth.erase-user', actor: null, details: {} });
    }
    const again = { code: 1, stdout: '', stderr: expect.stringContaining('no') as string };
    expect(await cli(['erase-user', '--email', ada!.email])).toMatchObject(again);
    expect(await cli(['erase-user', '--id', bob!.id])).toMatchObject(again);
  });
});

describe('advance-clock and reset-clock', () => {
  it('a movable clock is advanced and reset, and a fixed one is not', async () => {
    const before = await system.now();
    expect((await cli(['advance-clock', '31'])).code).toBe(0);
    expect((await system.now()).getTime() - before.getTime()).toBeGreaterThanOrEqual(31 * 60_000);
    expect(await cli(['reset-clock'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The time of the system is now') as string,
    });
    expect((await system.get('//sandbox/clock')).body.offsetSeconds).toBe(0);
    for (const args of [['advance-clock', '31'], ['reset-clock']]) {
      expect(await cli(args, { CLOCK_MOVABLE: 'false' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('cannot be moved') as string,
      });
    }
  });
});

describe('migrate', () => {
  it('migrate says that the database is up to date, or that none answers', async () => {
    expect(await cli(['migrate'])).toMatchObject({ code: 0, stdout: 'Nothing to apply: the database is up to date.' });
    const nowhere = await cli(['migrate'], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere' });
    expect(nowhere).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Nothing answers at 127.0.0.1:1: is the database running, and is DATABASE_URL right?',
    });
  });
});
