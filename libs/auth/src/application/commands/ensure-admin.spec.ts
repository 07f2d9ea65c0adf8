import { EmailMalformed, PasswordTooCommon } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { EnsureAdmin } from './ensure-admin.js';

describe('EnsureAdmin', () => {
  const setUp = async () => {
    const harness = await UsersHarness.with();
    harness.users.states.clear();
    const ensure = (email = 'boss@example.org', password = 'seven quiet rows') =>
      harness.execute(new EnsureAdmin(email, password, 'The Boss'));
    return { users: harness.users, ensure };
  };

  it('an unknown address becomes a new admin', async () => {
    const { users, ensure } = await setUp();
    expect(await ensure()).toBe('created');
    expect(users.recorded).toEqual(['auth.user-registered.v1']);
    expect([...users.states.values()]).toMatchObject([{ role: 'admin', active: true }]);
  });

  it('a second execution changes nothing', async () => {
    const { users, ensure } = await setUp();
    await ensure();
    expect(await ensure(' BOSS@example.org')).toBe('was-admin');
    expect(users.recorded).toHaveLength(1);
  });

  it('an existing user is promoted and activated, and keeps the password', async () => {
    const { users, ensure } = await setUp();
    const user = aUser({ email: 'boss@example.org', password: 'chosen long ago' });
    await users.add(user);
    await users.change(user.id, (loaded) => loaded.deactivate({ otherAdmins: 0 }));
    expect(await ensure()).toBe('promoted');
    expect(users.states.get(user.id)).toMatchObject({ role: 'admin', active: true, passwordHash: 'hash of chosen long ago' });
  });

  it('a user that another process adds at the same moment is promoted', async () => {
    const { users, ensure } = await setUp();
    const other = aUser({ email: 'boss@example.org' });
    const withEmail = users.withEmail.bind(users);
    users.withEmail = async (email) => {
      users.withEmail = withEmail;
      const found = await withEmail(email);
      await users.add(other);
      return found;
    };
    expect(await ensure()).toBe('promoted');
    expect([...users.states.values()]).toMatchObject([{ id: other.id, role: 'admin' }]);
  });

  it('a common password and a malformed address are refused', async () => {
    const { ensure } = await setUp();
    await expect(ensure('boss@example.org', 'password1')).rejects.toThrow(PasswordTooCommon);
    await expect(ensure('boss')).rejects.toThrow(EmailMalformed);
  });
});
