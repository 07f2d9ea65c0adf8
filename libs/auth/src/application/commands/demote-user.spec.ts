import { RememberedAuditTrail } from '@app/kernel/audit-trail.js';
import { LastAdmin, UserNotFound } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { noDatabase } from '../../testing/no-database.js';
import { DemoteUser, DemoteUserHandler } from './demote-user.js';

describe('Making an admin a customer', () => {
  const setUp = async () => {
    const [users, audit] = [new InMemoryUsers(), new RememberedAuditTrail()];
    const [boss, ada, customer] = [anAccount({ role: 'admin' }), anAccount({ role: 'admin' }), anAccount()];
    for (const account of [boss, ada, customer]) await users.add(account);
    const told = () => users.recorded.slice(3);
    const handler = new DemoteUserHandler(users, audit, noDatabase);
    return { users, audit, boss, ada, customer, told, demote: (id = ada.id) => handler.execute(new DemoteUser(boss.id, id)) };
  };

  it('answers the account as it is now, and tells the others', async () => {
    const { users, ada, told, demote } = await setUp();
    expect(await demote()).toMatchObject({ id: ada.id, role: 'customer', active: true });
    expect(users.states.get(ada.id)).toMatchObject({ role: 'customer' });
    expect(told()).toEqual(['auth.user-demoted.v1']);
  });

  it('leaves a note of who did it to whom', async () => {
    const { audit, boss, ada, demote } = await setUp();
    await demote();
    expect(audit.entries).toEqual([{ actor: boss.id, action: 'auth.demote-user', subject: ada.id }]);
  });

  it('twice does it once, and leaves one note', async () => {
    const { audit, told, demote } = await setUp();
    expect([await demote(), await demote()]).toMatchObject([{ role: 'customer' }, { role: 'customer' }]);
    expect([told(), audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('makes nothing of a customer', async () => {
    const { audit, customer, told, demote } = await setUp();
    expect(await demote(customer.id)).toMatchObject({ id: customer.id, role: 'customer' });
    expect([told(), audit.entries]).toEqual([[], []]);
  });

  it('never takes the last admin', async () => {
    const { users, audit, boss, demote } = await setUp();
    await demote();
    await expect(demote(boss.id)).rejects.toThrow(LastAdmin);
    expect(users.states.get(boss.id)).toMatchObject({ role: 'admin', active: true });
    expect(audit.entries).toHaveLength(1);
  });

  it('does not count an admin who is locked out as one who is left', async () => {
    const { users, audit, boss, ada, demote } = await setUp();
    await users.change(ada.id, (user) => user.deactivate(1));
    await expect(demote(boss.id)).rejects.toThrow(LastAdmin);
    expect(audit.entries).toEqual([]);
    expect(await demote(ada.id)).toMatchObject({ role: 'customer', active: false });
  });

  it('knows nobody who never registered, and leaves no note of it', async () => {
    const { audit, told, demote } = await setUp();
    await expect(demote('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(UserNotFound);
    expect([told(), audit.entries]).toEqual([[], []]);
  });
});
