import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { EmailMalformed, PasswordTooCommon } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { ReadablePasswords } from '../../testing/readable-passwords.js';
import { EnsureAdmin, EnsureAdminHandler } from './ensure-admin.js';

describe('Making sure that there is an admin', () => {
  const setUp = () => {
    const users = new InMemoryUsers();
    const handler = new EnsureAdminHandler(users, new ReadablePasswords(), new FixedClock());
    const ensure = (email = 'boss@example.org', password = 'seven quiet rows') =>
      handler.execute(new EnsureAdmin(email, password, 'The Boss'));
    return { users, ensure };
  };

  it('opens the account as an admin when there is none', async () => {
    const { users, ensure } = setUp();
    expect(await ensure()).toBe('created');
    expect(users.recorded).toEqual(['auth.user-registered.v1']);
    expect([...users.states.values()]).toMatchObject([{ role: 'admin', active: true }]);
  });

  it('does nothing the second time', async () => {
    const { users, ensure } = setUp();
    await ensure();
    expect(await ensure(' BOSS@example.org')).toBe('was-admin');
    expect(users.recorded).toHaveLength(1);
  });

  it('promotes and activates an account that is there, and leaves its password alone', async () => {
    const { users, ensure } = setUp();
    const account = anAccount({ email: 'boss@example.org', password: 'chosen long ago' });
    await users.add(account);
    await users.change(account.id, (user) => user.deactivate(0));
    expect(await ensure()).toBe('promoted');
    expect(users.states.get(account.id)).toMatchObject({ role: 'admin', active: true, passwordHash: 'hash of chosen long ago' });
  });

  it('promotes the account of a process that was faster', async () => {
    const { users, ensure } = setUp();
    const faster = anAccount({ email: 'boss@example.org' });
    const slowly = users.withEmail.bind(users);
    users.withEmail = async (email) => {
      users.withEmail = slowly;
      const found = await slowly(email);
      await users.add(faster);
      return found;
    };
    expect(await ensure()).toBe('promoted');
    expect([...users.states.values()]).toMatchObject([{ id: faster.id, role: 'admin' }]);
  });

  it('refuses a password that anybody would try, and an address that is none', async () => {
    const { ensure } = setUp();
    await expect(ensure('boss@example.org', 'password1')).rejects.toThrow(PasswordTooCommon);
    await expect(ensure('boss')).rejects.toThrow(EmailMalformed);
  });
});
