import { EmailInUse, PasswordTooCommon, UnknownLanguage } from '../../domain/errors.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { RegisterUser } from './register-user.js';

describe('RegisterUser', () => {
  const setUp = async () => {
    const harness = await UsersHarness.with();
    harness.users.states.clear();
    const register = (email: string, password = 'seven quiet rows', language?: string) =>
      harness.execute(new RegisterUser({ email, password, fullName: ' Ada ', language }));
    const registerWithoutMail = (email: string) =>
      harness.execute(new RegisterUser({ email, password: 'seven quiet rows', fullName: 'Ada' }, { sendsLink: false }));
    return { users: harness.users, register, registerWithoutMail };
  };

  it('a new user is answered without the password', async () => {
    const { register } = await setUp();
    expect(await register('Ada@Example.org')).toEqual({
      id: expect.any(String) as string,
      email: 'ada@example.org',
      fullName: 'Ada',
      role: 'customer',
      staffRoles: [],
      active: true,
      createdAt: '2026-03-01T12:00:00.000Z',
      language: 'en',
      emailVerified: false,
    });
  });

  it('the hash of the password is stored, not the password', async () => {
    const { users, register } = await setUp();
    await register('ada@example.org');
    expect([...users.states.values()].map(({ passwordHash }) => passwordHash)).toEqual(['hash of seven quiet rows']);
  });

  it('a user may be registered without a mail that verifies the address', async () => {
    const { users, register, registerWithoutMail } = await setUp();
    const [{ id }, { id: withMail }] = [await registerWithoutMail('ada@example.org'), await register('bob@example.org')];
    expect([id, withMail].map((each) => users.states.get(each)!.verificationId)).toEqual([null, expect.any(String)]);
  });

  it('an address that is in use is refused', async () => {
    const { register } = await setUp();
    await register('ada@example.org');
    await expect(register('ADA@example.org')).rejects.toThrow(EmailInUse);
  });

  it('a common password is refused, and no user is stored', async () => {
    const { users, register } = await setUp();
    await expect(register('ada@example.org', 'password1')).rejects.toThrow(PasswordTooCommon);
    await expect(register('ada@example.org', 'Ada@example.org')).rejects.toThrow(PasswordTooCommon);
    expect(users.states.size).toBe(0);
  });

  it('a language that no mail is written in is refused, and no user is stored', async () => {
    const { users, register } = await setUp();
    const refusal = await register('ada@example.org', undefined, 'tlh').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnknownLanguage);
    expect(refusal).toMatchObject({ details: { languages: ['de', 'en'] } });
    expect(users.states.size).toBe(0);
    expect((await register('ada@example.org', undefined, 'de')).language).toBe('de');
  });
});
