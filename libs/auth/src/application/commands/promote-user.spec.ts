import { RememberedAuditTrail } from '@app/kernel/audit-trail.js';
import { UserNotFound } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { noDatabase } from '../../testing/no-database.js';
import { PromoteUser, PromoteUserHandler } from './promote-user.js';

describe('Making somebody an admin', () => {
  const setUp = async () => {
    const [users, audit] = [new InMemoryUsers(), new RememberedAuditTrail()];
    const [boss, ada] = [anAccount({ role: 'admin' }), anAccount()];
    for (const account of [boss, ada]) await users.add(account);
    const told = () => users.recorded.slice(2);
    const handler = new PromoteUserHandler(users, audit, noDatabase);
    return { users, audit, boss, ada, told, promote: (id = ada.id) => handler.execute(new PromoteUser(boss.id, id)) };
  };

  it('answers the account as it is now, and tells the others', async () => {
    const { users, ada, told, promote } = await setUp();
    const { id, email } = ada.state;
    expect(await promote()).toEqual({
      id,
      email,
      fullName: 'Ada Lovelace',
      role: 'admin',
      active: true,
      createdAt: '2026-03-01T12:00:00.000Z',
    });
    expect(users.states.get(id)).toMatchObject({ role: 'admin' });
    expect(told()).toEqual(['auth.user-promoted.v1']);
  });

  it('leaves a note of who did it to whom', async () => {
    const { audit, boss, ada, promote } = await setUp();
    await promote();
    expect(audit.entries).toEqual([{ actor: boss.id, action: 'auth.promote-user', subject: ada.id }]);
  });

  it('twice does it once, and leaves one note', async () => {
    const { audit, told, promote } = await setUp();
    expect([await promote(), await promote()]).toMatchObject([{ role: 'admin' }, { role: 'admin' }]);
    expect([told(), audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('does not let anybody in who was locked out', async () => {
    const { users, ada, promote } = await setUp();
    await users.change(ada.id, (user) => user.deactivate(1));
    expect(await promote()).toMatchObject({ role: 'admin', active: false });
  });

  it('knows nobody who never registered, and leaves no note of it', async () => {
    const { audit, told, promote } = await setUp();
    await expect(promote('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(UserNotFound);
    expect([told(), audit.entries]).toEqual([[], []]);
  });
});
