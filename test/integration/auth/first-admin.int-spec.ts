import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { readSettings } from '../../../apps/settings.js';
import { CreateFirstAdmin, CreateFirstAdminHandler } from '../../../libs/auth/src/application/commands/create-first-admin.js';
import { User } from '../../../libs/auth/src/domain/user.js';
import { Users } from '../../../libs/auth/src/domain/users.js';
import { PostgresUsers } from '../../../libs/auth/src/infrastructure/postgres-users.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { TransactionBarrier } from '../reservations/transaction-barrier.js';

const PASSWORD = 'correct-horse-battery';
const newEmail = () => `${randomUUID()}@cinema.test`;

describe('ADMIN_EMAIL and ADMIN_PASSWORD', () => {
  let system: InProcessSystem;
  beforeEach(async () => {
    system = await startInProcessSystem({ worker: false, longLockWaits: true, env: { ADMIN_EMAIL: '', ADMIN_PASSWORD: '' } });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await system?.close();
  });

  /** Starts a process with this ADMIN_EMAIL, and ends it. */
  async function startWith(email: string): Promise<void> {
    const settings = readSettings({ ...system.env, ADMIN_EMAIL: email, ADMIN_PASSWORD: PASSWORD });
    const app = await createHttpApplication(ApiModule.for(settings), settings);
    try {
      await app.init();
    } finally {
      await app.close();
    }
  }

  const admins = async (): Promise<string[]> => {
    const rows = await system.sql<{ email: string }>(`SELECT email FROM auth.users WHERE role = 'admin' AND active ORDER BY email`);
    return rows.map(({ email }) => email);
  };

  it('the first start makes an admin with an audit entry, a later one nothing', async () => {
    const email = newEmail();
    await startWith(email);
    await startWith(email);
    const token = await system.logIn(email, PASSWORD);
    const { body } = await system.get('/admin/audit-trail', { token });
    expect(body.data).toMatchObject([{ actor: null, action: 'auth.create-first-admin', details: {} }]);
    expect(await system.sql('SELECT type FROM messaging.outbox')).toEqual([{ type: 'auth.user-registered.v1' }]);
  });

  it('an account that registered the address is not promoted, and an alert says so', async () => {
    const errors = vi.spyOn(Logger.prototype, 'error');
    const registered = await system.registerCustomer();
    await startWith(registered.email);
    expect(await admins()).toEqual([]);
    expect((await system.get('/users', { token: await system.logIn(registered.email, registered.password) })).status).toBe(403);
    expect(errors.mock.calls).toContainEqual([{ alert: 'first-admin-not-created' }, expect.stringContaining('--promote-existing')]);
  });

  it('an admin who was deactivated does not come back at the next start', async () => {
    const [first, second] = [newEmail(), await system.registerCustomer()];
    await startWith(first);
    const token = await system.logIn(first, PASSWORD);
    const { id } = await system.expectOk('GET', '/auth/me', { token });
    await system.expectOk('POST', `/users/${second.id}/promote`, { token });
    await system.expectOk('POST', `/users/${id}/deactivate`, { token: second.token });
    await startWith(first);
    await startWith(newEmail());
    expect(await admins()).toEqual([second.email]);
  });

  it('processes that start at once make one admin, with any addresses', async () => {
    const same = newEmail();
    await Promise.all([startWith(same), startWith(same), startWith(newEmail()), startWith(newEmail())]);
    expect(await admins()).toHaveLength(1);
    expect(await system.sql(`SELECT FROM platform.audit_trail WHERE action = 'auth.create-first-admin'`)).toHaveLength(1);
  });

  it('ten executions at the same moment make one admin, and without the lock several', async () => {
    const handler = system.api.get(CreateFirstAdminHandler, { strict: false });
    const executions = () =>
      Promise.allSettled(
        Array.from({ length: 10 }, () =>
          handler.execute(new CreateFirstAdmin({ email: newEmail(), password: PASSWORD, fullName: 'The Boss' })),
        ),
      );
    await executions();
    expect(await admins()).toHaveLength(1);

    await system.sql('DELETE FROM auth.users');
    vi.spyOn(PostgresUsers.prototype as unknown as { lockFirstAdmin(): Promise<void> }, 'lockFirstAdmin').mockResolvedValue();
    addOnlyAfterAllHaveCounted(10);
    await executions();
    expect((await admins()).length).toBe(10);
  });

  it('of two first admins at the same moment the second is none', async () => {
    const users = system.api.get(Users, { strict: false });
    const account = () => ({ email: newEmail(), fullName: 'The Boss', passwordHash: 'a hash', now: new Date() });
    const add = () => users.addKnowingAdmins((situation) => User.firstAdmin(account(), situation));
    const barrier = await TransactionBarrier.install(system);
    const [first, second] = await barrier.runInOrder(add, add);
    expect([first.status, second]).toEqual(['fulfilled', { status: 'fulfilled', value: null }]);
    expect(await admins()).toHaveLength(1);
  });

  function addOnlyAfterAllHaveCounted(executions: number): void {
    const add = Reflect.get<PostgresUsers, 'add'>(PostgresUsers.prototype, 'add');
    const allCounted = Promise.withResolvers<void>();
    let counted = 0;
    vi.spyOn(PostgresUsers.prototype, 'add').mockImplementation(async function (this: PostgresUsers, user: User) {
      if (++counted === executions) allCounted.resolve();
      await allCounted.promise;
      await add.call(this, user);
    });
  }
});
