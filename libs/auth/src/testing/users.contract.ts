/** What every implementation of `Users` does, in memory and on PostgreSQL. */
import { EmailInUse, UserNotFound } from '../domain/errors.js';
import type { Users } from '../domain/users.js';
import { aUser } from './builders.js';

const UNKNOWN = '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

export function usersContract(given: () => Promise<Users>): void {
  let users: Users;
  beforeEach(async () => {
    users = await given();
  });

  it('an added user is found by the address', async () => {
    const user = aUser();
    await users.add(user);
    expect((await users.withEmail(user.state.email))?.state).toEqual(user.state);
  });

  it('a user is found by id, and an unknown id gives null', async () => {
    const user = aUser();
    await users.add(user);
    expect((await users.withId(user.id))?.state).toEqual(user.state);
    expect(await users.withId(UNKNOWN)).toBeNull();
  });

  it('an unknown address gives null', async () => {
    expect(await users.withEmail('nobody@example.org')).toBeNull();
  });

  it('a user who is decided on with the admins known is added', async () => {
    const user = aUser({ role: 'admin' });
    const before = await countAdmins(users);
    expect(await users.addKnowingAdmins(({ otherAdmins }) => (otherAdmins === before ? user : null))).toBe(user);
    expect(await users.addKnowingAdmins(({ otherAdmins }) => (otherAdmins === before ? aUser() : null))).toBeNull();
    expect((await users.withEmail(user.state.email))?.state).toEqual(user.state);
    await expect(users.addKnowingAdmins(() => aUser({ email: user.state.email }))).rejects.toThrow(EmailInUse);
  });

  it('a second user with the same address is refused', async () => {
    const first = aUser();
    await users.add(first);
    await expect(users.add(aUser({ email: first.state.email.toUpperCase() }))).rejects.toThrow(EmailInUse);
  });

  it('a change is stored and returns what was decided', async () => {
    const user = aUser();
    await users.add(user);
    const role = await users.change(user.id, (loaded) => {
      loaded.promote();
      return loaded.state.role;
    });
    expect(role).toBe('admin');
    expect((await users.withEmail(user.state.email))?.state).toMatchObject({ role: 'admin', version: 2 });
  });

  it('a change of an unknown user is refused', async () => {
    await expect(users.change(UNKNOWN, () => undefined)).rejects.toThrow(UserNotFound);
    await expect(users.changeWithAdminsLocked(UNKNOWN, () => undefined)).rejects.toThrow(UserNotFound);
  });

  it('a decision that throws stores nothing', async () => {
    const user = aUser();
    await users.add(user);
    const refused = users.change(user.id, (loaded) => {
      loaded.promote();
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect((await users.withEmail(user.state.email))?.state.role).toBe('customer');
  });

  it('other admins are counted without the user and the deactivated ones', async () => {
    const [one, two, gone] = [aUser({ role: 'admin' }), aUser({ role: 'admin' }), aUser({ role: 'admin' })];
    const before = await countAdmins(users);
    for (const admin of [one, two, gone]) await users.add(admin);
    await users.change(gone.id, (user) => user.deactivate({ otherAdmins: 2 }));
    expect(await users.changeWithAdminsLocked(one.id, (_user, { otherAdmins }) => otherAdmins)).toBe(before + 1);
  });
}

async function countAdmins(users: Users): Promise<number> {
  const customer = aUser();
  await users.add(customer);
  return users.changeWithAdminsLocked(customer.id, (_user, { otherAdmins }) => otherAdmins);
}
