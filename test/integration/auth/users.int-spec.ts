import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { LastAdmin } from '../../../libs/auth/src/domain/errors.js';
import { Users } from '../../../libs/auth/src/domain/users.js';
import { PostgresUsers } from '../../../libs/auth/src/infrastructure/postgres-users.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false, longLockWaits: true });
});
afterAll(() => system?.close());

const act = async (id: string, action: string, token?: string) =>
  system.call('POST', `/users/${id}/${action}`, { token: token ?? (await system.adminToken()) });
const newAdmin = async () => {
  const customer = await system.registerCustomer();
  expect((await act(customer.id, 'promote')).status).toBe(200);
  return customer;
};
const adminId = async () => (await system.get('/auth/me', { token: await system.adminToken() })).body.id as string;

describe('/users', () => {
  it('only an admin reads and changes users', async () => {
    const customer = await system.registerCustomer();
    expect((await system.get('/users')).status).toBe(401);
    expect(await system.get('/users', { token: customer.token })).toMatchObject({
      status: 403,
      body: { code: 'auth.right-missing', right: 'users.manage' },
    });
    expect((await act(customer.id, 'promote', customer.token)).status).toBe(403);
  });

  it('users are listed newest first, page by page, and read by id', async () => {
    const [first, second, third] = [await system.registerCustomer(), await system.registerCustomer(), await system.registerCustomer()];
    const token = await system.adminToken();
    const page = (await system.get('/users?limit=2', { token })).body;
    expect(page.data.map(({ id }: { id: string }) => id)).toEqual([third.id, second.id]);
    await system.registerCustomer();
    const next = (await system.get(`/users?limit=1&cursor=${page.page.nextCursor}`, { token })).body;
    expect(next.data).toMatchObject([{ id: first.id, email: first.email, role: 'customer', active: true }]);
    expect((await system.get(`/users/${first.id}`, { token })).body).toEqual(next.data[0]);
  });

  it('users are found by their address, their role, and whether they may log in', async () => {
    const [customer, gone, admin] = [await system.registerCustomer(), await system.registerCustomer(), await newAdmin()];
    await act(gone.id, 'deactivate');
    const token = await system.adminToken();
    const found = async (query: string) => {
      const { data } = await system.expectOk('GET', `/users?limit=100&${query}`, { token });
      return [customer, gone, admin].filter(({ id }) => data.some((user: { id: string }) => user.id === id));
    };
    expect(await found(`email=${encodeURIComponent(` ${customer.email.toUpperCase()}`)}`)).toEqual([customer]);
    expect(await found(`email=${customer.email}&role=admin`)).toEqual([]);
    expect(await found('role=admin')).toEqual([admin]);
    expect(await found('role=customer')).toEqual([customer, gone]);
    expect(await found('role=customer,admin')).toEqual([customer, gone, admin]);
    expect(await found('active=false')).toEqual([gone]);
    expect(await found('active=true&role=customer')).toEqual([customer]);
    expect((await act(admin.id, 'demote')).status).toBe(200);
  });

  it('malformed ids and parameters are refused with 400, unknown users with 404', async () => {
    const token = await system.adminToken();
    expect((await system.get('/users/42', { token })).status).toBe(400);
    expect((await system.get(`/users/${randomUUID()}`, { token })).status).toBe(404);
    for (const query of ['cursor=x', 'limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'page=2', 'role=boss', 'active=1', 'email=']) {
      expect((await system.get(`/users?${query}`, { token })).status).toBe(400);
    }
    expect((await act(randomUUID(), 'promote')).status).toBe(404);
    expect((await act(randomUUID(), 'demote')).status).toBe(404);
  });

  it('a promotion and a demotion hold at once, also for an issued token', async () => {
    const customer = await system.registerCustomer();
    const statusOfList = async () => (await system.get('/users', { token: customer.token })).status;
    expect(await statusOfList()).toBe(403);
    expect((await act(customer.id, 'promote')).body).toMatchObject({ id: customer.id, role: 'admin' });
    expect(await statusOfList()).toBe(200);
    expect((await act(customer.id, 'demote')).body).toMatchObject({ role: 'customer' });
    expect(await statusOfList()).toBe(403);
  });

  it('a role that is given or taken holds at once, also for an issued token', async () => {
    const { id, token } = await system.registerCustomer();
    const admin = await system.adminToken();
    const change = (method: string, role: string) => system.call(method, `/users/${id}/roles/${role}`, { token: admin });
    const statuses = async () =>
      Promise.all(['/admin/reservations', '/admin/audit-trail'].map(async (path) => (await system.get(path, { token })).status));
    expect(await statuses()).toEqual([403, 403]);
    expect(await change('PUT', 'box-office')).toMatchObject({ status: 200, body: { id, role: 'customer', staffRoles: ['box-office'] } });
    expect(await statuses()).toEqual([200, 403]);
    expect(await system.get('/admin/reports/revenue', { token })).toMatchObject({ status: 403, body: { right: 'reports.read' } });
    expect((await change('PUT', 'reporting')).body).toMatchObject({ staffRoles: ['box-office', 'reporting'] });
    expect((await change('DELETE', 'box-office')).body).toMatchObject({ staffRoles: ['reporting'] });
    expect(await statuses()).toEqual([403, 403]);
    await act(id, 'deactivate');
    expect(await system.get('/admin/reports/revenue', { token })).toMatchObject({ status: 401, body: { code: 'auth.token-revoked' } });
  });

  it('an unknown role is refused with 400, an unknown user with 404', async () => {
    const token = await system.adminToken();
    const { id } = await system.registerCustomer();
    expect(await system.call('PUT', `/users/${id}/roles/admin`, { token })).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'role' }] },
    });
    expect((await system.call('PUT', `/users/${randomUUID()}/roles/reporting`, { token })).status).toBe(404);
    expect((await system.call('DELETE', `/users/${id}/roles/reporting`, { token })).body).toMatchObject({ staffRoles: [] });
  });

  it('a deactivated admin is refused at once and cannot log in', async () => {
    const admin = await newAdmin();
    expect((await act(admin.id, 'deactivate')).body).toMatchObject({ active: false });
    expect(await system.get('/users', { token: admin.token })).toMatchObject({ status: 401, body: { code: 'auth.token-revoked' } });
    expect((await system.post('/auth/login', { email: admin.email, password: admin.password })).status).toBe(401);
    expect((await act(admin.id, 'activate')).body).toMatchObject({ active: true, role: 'admin' });
    // The deactivation ended the session of the old token.
    const token = await system.logIn(admin.email, admin.password);
    await until(async () => (await system.get('/users', { token })).status === 200, { what: 'the access' });
    await act(admin.id, 'demote');
  });

  it('each change of a user publishes one event, numbered without a gap', async () => {
    const customer = await system.registerCustomer();
    for (const action of ['promote', 'promote', 'demote', 'demote', 'deactivate', 'deactivate', 'activate', 'activate']) {
      expect((await act(customer.id, action)).status).toBe(200);
    }
    const events = await system.sql<{ type: string; sequence: number }>(
      'SELECT type, sequence FROM messaging.outbox WHERE subject = $1 ORDER BY sequence',
      [customer.id],
    );
    expect(events.map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
      '1 auth.user-registered.v1',
      '2 auth.email-verification-requested.v1',
      '3 auth.user-promoted.v1',
      '4 auth.user-demoted.v1',
      '5 auth.user-deactivated.v1',
      '6 auth.user-activated.v1',
    ]);
  });
});

describe('Audit entries', () => {
  it('each change of a user by an admin leaves one audit entry', async () => {
    const { id, email } = await system.registerCustomer();
    for (const action of ['promote', 'promote', 'demote', 'demote', 'deactivate', 'deactivate', 'activate', 'activate'])
      await act(id, action);
    const promoted = await act(id, 'promote');
    expect(promoted.body).toEqual({
      id,
      email,
      fullName: 'A Customer',
      role: 'admin',
      staffRoles: [],
      active: true,
      createdAt: expect.stringMatching(/Z$/) as string,
      language: 'en',
      emailVerified: false,
    });
    const { body } = await system.get(`/admin/audit-trail?subject=${id}`, { token: await system.adminToken() });
    expect(body.data.map(({ action }: { action: string }) => action).reverse()).toEqual([
      'auth.promote-user',
      'auth.demote-user',
      'auth.deactivate-user',
      'auth.activate-user',
      'auth.promote-user',
    ]);
    const actors = body.data.map(({ actor }: { actor: string }) => actor);
    expect(new Set(actors)).toEqual(new Set([await adminId()]));
    await act(id, 'demote');
  });
});

describe('The last active admin', () => {
  it('the last admin is neither demoted nor deactivated', async () => {
    const id = await adminId();
    expect(await act(id, 'demote')).toMatchObject({ status: 409, body: { code: 'auth.last-admin' } });
    expect(await act(id, 'deactivate')).toMatchObject({ status: 409, body: { code: 'auth.last-admin' } });
  });

  it('a deactivated admin does not count as another admin', async () => {
    const other = await newAdmin();
    await act(other.id, 'deactivate');
    expect((await act(await adminId(), 'demote')).status).toBe(409);
    await act(other.id, 'demote');
  });

  it('of two admins demoted at the same moment one stays', async () => {
    const [one, two] = [await adminId(), (await newAdmin()).id];
    const [first, second] = await whileLocked([one, two], 2, () => Promise.allSettled([act(one, 'demote'), act(two, 'demote')]));
    const statuses = [first, second].map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.status : 0));
    // Whichever comes second is refused: it demotes the last admin, or its sender is none any more.
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => [403, 409].includes(status)).length]).toEqual([
      1, 1,
    ]);
    expect(await activeAdmins()).toBe(1);
    await restore(one, two);
  });

  it('an admin who was removed a moment ago removes and promotes nobody', async () => {
    const [first, removed, accomplice] = [await newAdmin(), await newAdmin(), await system.registerCustomer()];
    const admins = (await system.sql<{ id: string }>(`SELECT id FROM auth.users WHERE role = 'admin' AND active`)).map(({ id }) => id);
    const answers = await whileLocked(admins, 5, async () => {
      const removal = act(removed.id, 'deactivate', first.token);
      await until(async () => (await waitingForLocks()) >= 1, { what: 'the removal to wait' });
      const others = [
        act(first.id, 'deactivate', removed.token),
        act(accomplice.id, 'promote', removed.token),
        act(removed.id, 'activate', removed.token),
        system.call('PUT', `/users/${accomplice.id}/roles/box-office`, { token: removed.token }),
      ];
      return Promise.all([removal, ...others]);
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401, 401]);
    expect(
      await system.sql(`SELECT FROM auth.users WHERE id = ANY ($1) AND role = 'admin' AND active`, [[first.id, removed.id, accomplice.id]]),
    ).toHaveLength(1);
    await act(first.id, 'demote');
  });

  it('without the lock both admins would be demoted', async () => {
    const [one, two] = [await adminId(), (await newAdmin()).id];
    const users = new UnlockedUsers(
      system.api.get(Database, { strict: false }),
      system.api.get(Transactions, { strict: false }),
      system.api.get(Outbox, { strict: false }),
    );
    const demote = (id: string) => users.changeWithAdminsLocked(id, (user, situation) => user.demote(situation));
    const outcomes = await whileLocked([one, two], 2, () => Promise.allSettled([demote(one), demote(two)]));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await activeAdmins()).toBe(0);
    await restore(one, two);
    await expect(users.change(one, (user) => user.demote({ otherAdmins: 0 }))).rejects.toThrow(LastAdmin);
  });

  /** Without the lock: counts the admins and does not wait. */
  class UnlockedUsers extends PostgresUsers {
    protected override async lockAdmins(): Promise<string[]> {
      return (await this.database.query<{ id: string }>(`SELECT id FROM auth.users WHERE role = 'admin' AND active`)).map(({ id }) => id);
    }
  }

  /** Locks the rows until this many statements wait for them, so that the race is certain. */
  async function whileLocked<T>(ids: string[], waiting: number, work: () => Promise<T>): Promise<T> {
    const client: pg.PoolClient = await system.database.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM auth.users WHERE id = ANY ($1) FOR UPDATE', [ids]);
      const working = work();
      await until(async () => (await waitingForLocks()) >= waiting, { what: `${waiting} waits for the users` });
      await client.query('COMMIT');
      return await working;
    } finally {
      client.release();
    }
  }

  async function waitingForLocks(): Promise<number> {
    const rows = await system.sql(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return rows.length;
  }

  async function activeAdmins(): Promise<number> {
    return (await system.sql(`SELECT FROM auth.users WHERE role = 'admin' AND active`)).length;
  }

  async function restore(admin: string, customer: string): Promise<void> {
    const users = system.api.get<Users>(Users, { strict: false });
    await users.change(admin, (user) => user.promote());
    await users.changeWithAdminsLocked(customer, (user, situation) => user.demote(situation));
  }
});
