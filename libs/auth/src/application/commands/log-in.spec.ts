import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { LogIn } from './log-in.js';

describe('LogIn', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org', password: 'seven quiet rows' });
    const harness = await UsersHarness.with(ada);
    const { users, passwords } = harness;
    const logIn = (email: string, password: string) => harness.execute(new LogIn(email, password));
    const deactivate = () => users.change(ada.id, (user) => user.deactivate({ otherAdmins: 0 }));
    return { ada, users, passwords, logIn, deactivate };
  };

  it('a user logs in with address and password, in any case of the address', async () => {
    const { ada, logIn } = await setUp();
    expect(await logIn(' ADA@example.org', 'seven quiet rows')).toMatchObject({ userId: ada.id, role: 'customer' });
  });

  it('a wrong password, an unknown address and a deactivated user all give null', async () => {
    const { logIn, deactivate } = await setUp();
    const answers = [await logIn('ada@example.org', 'wrong'), await logIn('nobody@example.org', 'seven quiet rows')];
    await deactivate();
    answers.push(await logIn('ada@example.org', 'seven quiet rows'));
    expect(answers).toEqual([null, null, null]);
  });

  it('each failed login compares one password, so that all take the same time', async () => {
    const { passwords, logIn, deactivate } = await setUp();
    await logIn('ada@example.org', 'wrong');
    await logIn('nobody@example.org', 'seven quiet rows');
    await deactivate();
    await logIn('ada@example.org', 'seven quiet rows');
    expect(passwords.comparisons).toBe(3);
  });

  it('a user who was activated again can log in', async () => {
    const { ada, users, logIn, deactivate } = await setUp();
    await deactivate();
    await users.change(ada.id, (user) => user.activate());
    expect(await logIn('ada@example.org', 'seven quiet rows')).not.toBeNull();
  });
});
