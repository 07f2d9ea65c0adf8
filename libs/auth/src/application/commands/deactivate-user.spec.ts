import { RememberedAuditTrail } from '@app/kernel/audit-trail.js';
import { LastAdmin, UserNotFound } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { noDatabase } from '../../testing/no-database.js';
import { DeactivateUser, DeactivateUserHandler } from './deactivate-user.js';

describe('Locking somebody out', () => {
  const setUp = async () => {
    const [users, audit] = [new InMemoryUsers(), new RememberedAuditTrail()];
    const [boss, deputy, ada] = [anAccount({ role: 'admin' }), anAccount({ role: 'admin' }), anAccount()];
    for (const account of [boss, deputy, ada]) await users.add(account);
    const told = () => users.recorded.slice(3);
    const handler = new DeactivateUserHandler(users, audit, noDatabase);
    return { users, audit, boss, deputy, ada, told, lockOut: (id = ada.id) => handler.execute(new DeactivateUser(boss.id, id)) };
  };

  it('answers the account as it is now, and tells the others', async () => {
    const { users, ada, told, lockOut } = await setUp();
    expect(await lockOut()).toMatchObject({ id: ada.id, role: 'customer', active: false });
    expect(users.states.get(ada.id)).toMatchObject({ active: false });
    expect(told()).toEqual(['auth.user-deactivated.v1']);
  });

  it('leaves a note of who did it to whom', async () => {
    const { audit, boss, ada, lockOut } = await setUp();
    await lockOut();
    expect(audit.entries).toEqual([{ actor: boss.id, action: 'auth.deactivate-user', subject: ada.id }]);
  });

  it('twice does it once, and leaves one note', async () => {
    const { audit, told, lockOut } = await setUp();
    expect([await lockOut(), await lockOut()]).toMatchObject([{ active: false }, { active: false }]);
    expect([told(), audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('lets an admin go, who stays one, as long as another is left', async () => {
    const { deputy, lockOut } = await setUp();
    expect(await lockOut(deputy.id)).toMatchObject({ role: 'admin', active: false });
  });

  it('never takes the last active admin', async () => {
    const { users, audit, boss, deputy, lockOut } = await setUp();
    await lockOut(deputy.id);
    await expect(lockOut(boss.id)).rejects.toThrow(LastAdmin);
    expect(users.states.get(boss.id)).toMatchObject({ role: 'admin', active: true });
    expect(audit.entries).toHaveLength(1);
  });

  it('knows nobody who never registered, and leaves no note of it', async () => {
    const { audit, told, lockOut } = await setUp();
    await expect(lockOut('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(UserNotFound);
    expect([told(), audit.entries]).toEqual([[], []]);
  });
});
