import { anAccount } from '../../testing/accounts.js';
import { InMemoryUsers } from '../../testing/in-memory-users.js';
import { ReadablePasswords } from '../../testing/readable-passwords.js';
import { SignIn, SignInHandler } from './sign-in.js';

describe('Signing in', () => {
  const users = new InMemoryUsers();
  const passwords = new ReadablePasswords();
  const handler = new SignInHandler(users, passwords);
  const ada = anAccount({ email: 'ada@example.org', password: 'seven quiet rows' });
  const signIn = (email: string, password: string) => handler.execute(new SignIn(email, password));

  beforeEach(async () => {
    users.states.clear();
    await users.add(ada);
    passwords.comparisons = 0;
  });

  it('knows an account by address and password, however the address is written', async () => {
    expect(await signIn(' ADA@example.org', 'seven quiet rows')).toEqual({ userId: ada.id, role: 'customer' });
  });

  it('gives one and the same answer to a wrong password, an unknown address and a deactivated account', async () => {
    const answers = [await signIn('ada@example.org', 'wrong'), await signIn('nobody@example.org', 'seven quiet rows')];
    await users.change(ada.id, (user) => user.deactivate(0));
    answers.push(await signIn('ada@example.org', 'seven quiet rows'));
    expect(answers).toEqual([null, null, null]);
  });

  it('does the same work for each of them, so that time tells nothing', async () => {
    await signIn('ada@example.org', 'wrong');
    await signIn('nobody@example.org', 'seven quiet rows');
    await users.change(ada.id, (user) => user.deactivate(0));
    await signIn('ada@example.org', 'seven quiet rows');
    expect(passwords.comparisons).toBe(3);
  });

  it('lets an account in again that was activated', async () => {
    await users.change(ada.id, (user) => user.deactivate(0));
    await users.change(ada.id, (user) => user.activate());
    expect(await signIn('ada@example.org', 'seven quiet rows')).not.toBeNull();
  });
});
