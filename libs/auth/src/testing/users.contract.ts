/** What every keeper of accounts promises, whether it keeps them in memory or in PostgreSQL. */
import { EmailInUse, UserNotFound } from '../domain/errors.js';
import type { Users } from '../domain/users.js';
import { anAccount } from './accounts.js';

export function usersContract(given: () => Promise<Users>): void {
  let users: Users;
  beforeEach(async () => {
    users = await given();
  });

  it('gives back what was added, found by its address', async () => {
    const user = anAccount();
    await users.add(user);
    expect((await users.withEmail(user.state.email))?.state).toEqual(user.state);
  });

  it('knows nobody by an address that was never added', async () => {
    expect(await users.withEmail('nobody@example.org')).toBeNull();
  });

  it('refuses a second account with the same address', async () => {
    const first = anAccount();
    await users.add(first);
    await expect(users.add(anAccount({ email: first.state.email.toUpperCase() }))).rejects.toThrow(EmailInUse);
  });

  it('keeps a change and answers what was decided', async () => {
    const user = anAccount();
    await users.add(user);
    const role = await users.change(user.id, (loaded) => {
      loaded.promote();
      return loaded.state.role;
    });
    expect(role).toBe('admin');
    expect((await users.withEmail(user.state.email))?.state).toMatchObject({ role: 'admin', version: 2 });
  });

  it('refuses to change an account that is not there', async () => {
    await expect(users.change('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11', () => undefined)).rejects.toThrow(UserNotFound);
    await expect(users.changeAmongAdmins('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11', () => undefined)).rejects.toThrow(UserNotFound);
  });

  it('keeps nothing of a change that was refused', async () => {
    const user = anAccount();
    await users.add(user);
    const refused = users.change(user.id, (loaded) => {
      loaded.promote();
      throw new Error('on second thoughts');
    });
    await expect(refused).rejects.toThrow('on second thoughts');
    expect((await users.withEmail(user.state.email))?.state.role).toBe('customer');
  });

  it('counts the other active admins, neither the account itself nor the deactivated ones', async () => {
    const [one, two, gone] = [anAccount({ role: 'admin' }), anAccount({ role: 'admin' }), anAccount({ role: 'admin' })];
    const before = await users.add(anAccount()).then(() => countAdmins(users));
    for (const admin of [one, two, gone]) await users.add(admin);
    await users.change(gone.id, (user) => user.deactivate(2));
    expect(await users.changeAmongAdmins(one.id, (_user, others) => others)).toBe(before + 1);
  });
}

async function countAdmins(users: Users): Promise<number> {
  const stranger = anAccount();
  await users.add(stranger);
  return users.changeAmongAdmins(stranger.id, (_user, others) => others);
}
