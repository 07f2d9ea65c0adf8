import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { EmailInUse, PasswordTooCommon } from '../../domain/errors.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { ReadablePasswords } from '../../testing/readable-passwords.js';
import { RegisterUser, RegisterUserHandler } from './register-user.js';

describe('Registering', () => {
  const setUp = () => {
    const users = new InMemoryUsers();
    const handler = new RegisterUserHandler(users, new ReadablePasswords(), new FixedClock('2026-03-01T12:00:00Z'));
    return {
      users,
      register: (email: string, password = 'seven quiet rows') => handler.execute(new RegisterUser(email, password, ' Ada ')),
    };
  };

  it('answers the account as its owner may see it', async () => {
    const { register } = setUp();
    expect(await register('Ada@Example.org')).toEqual({
      id: expect.any(String) as string,
      email: 'ada@example.org',
      fullName: 'Ada',
      role: 'customer',
      active: true,
      createdAt: '2026-03-01T12:00:00.000Z',
    });
  });

  it('stores the hash of the password, never the password', async () => {
    const { users, register } = setUp();
    await register('ada@example.org');
    expect([...users.states.values()].map(({ passwordHash }) => passwordHash)).toEqual(['hash of seven quiet rows']);
  });

  it('refuses an address that is in use', async () => {
    const { register } = setUp();
    await register('ada@example.org');
    await expect(register('ADA@example.org')).rejects.toThrow(EmailInUse);
  });

  it('refuses a common password and opens no account', async () => {
    const { users, register } = setUp();
    await expect(register('ada@example.org', 'password1')).rejects.toThrow(PasswordTooCommon);
    expect(users.states.size).toBe(0);
  });
});
