import { RememberedAuditTrail } from '@app/kernel/audit-trail.js';
import { UserNotFound } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { noDatabase } from '../../testing/no-database.js';
import { ActivateUser, ActivateUserHandler } from './activate-user.js';

describe('Letting somebody in again', () => {
  const setUp = async () => {
    const [users, audit] = [new InMemoryUsers(), new RememberedAuditTrail()];
    const [boss, ada] = [anAccount({ role: 'admin' }), anAccount()];
    for (const account of [boss, ada]) await users.add(account);
    await users.change(ada.id, (user) => user.deactivate(1));
    const told = () => users.recorded.slice(3);
    const handler = new ActivateUserHandler(users, audit, noDatabase);
    return { users, audit, boss, ada, told, letIn: (id = ada.id) => handler.execute(new ActivateUser(boss.id, id)) };
  };

  it('answers the account as it is now, and tells the others', async () => {
    const { users, ada, told, letIn } = await setUp();
    expect(await letIn()).toMatchObject({ id: ada.id, role: 'customer', active: true });
    expect(users.states.get(ada.id)).toMatchObject({ active: true });
    expect(told()).toEqual(['auth.user-activated.v1']);
  });

  it('leaves a note of who did it to whom', async () => {
    const { audit, boss, ada, letIn } = await setUp();
    await letIn();
    expect(audit.entries).toEqual([{ actor: boss.id, action: 'auth.activate-user', subject: ada.id }]);
  });

  it('twice does it once, and leaves one note', async () => {
    const { audit, told, letIn } = await setUp();
    expect([await letIn(), await letIn()]).toMatchObject([{ active: true }, { active: true }]);
    expect([told(), audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('makes nothing of somebody who was never locked out', async () => {
    const { audit, boss, told, letIn } = await setUp();
    expect(await letIn(boss.id)).toMatchObject({ id: boss.id, role: 'admin', active: true });
    expect([told(), audit.entries]).toEqual([[], []]);
  });

  it('knows nobody who never registered, and leaves no note of it', async () => {
    const { audit, told, letIn } = await setUp();
    await expect(letIn('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(UserNotFound);
    expect([told(), audit.entries]).toEqual([[], []]);
  });
});
