import { EmailInUse, PasswordTooCommon } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { CreateFirstAdmin } from './create-first-admin.js';

describe('CreateFirstAdmin', () => {
  const setUp = async () => {
    const harness = await UsersHarness.with();
    const create = (password = 'seven quiet rows') =>
      harness.executeAsAdmin(new CreateFirstAdmin({ email: 'boss@example.org', password, fullName: 'The Boss' }));
    return { harness, create };
  };
  const setUpWithoutAdmin = async () => {
    const given = await setUp();
    given.harness.users.states.clear();
    return given;
  };

  it('without an admin the account is made, with an audit entry', async () => {
    const { harness, create } = await setUpWithoutAdmin();
    const { created } = await create();
    expect([...harness.users.states.values()]).toMatchObject([{ id: created?.id, role: 'admin', active: true }]);
    expect(harness.audit.entries).toMatchObject([{ actor: null, action: 'auth.create-first-admin', subject: created?.id }]);
  });

  it('a second start changes nothing', async () => {
    const { harness, create } = await setUpWithoutAdmin();
    await create();
    expect(await create()).toEqual({ created: null, isAdmin: true });
    expect([harness.users.recorded, harness.audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('with another admin nothing is made', async () => {
    const { harness, create } = await setUp();
    expect(await create()).toEqual({ created: null, isAdmin: false });
    expect([...harness.users.states.keys()]).toEqual([harness.admin.id]);
    expect(harness.audit.entries).toEqual([]);
  });

  it('an account that exists is not promoted, whether there is an admin or not', async () => {
    for (const given of [await setUp(), await setUpWithoutAdmin()]) {
      const registered = aUser({ email: 'boss@example.org', password: 'chosen by an attacker' });
      await given.harness.users.add(registered);
      await given.create().catch((error: unknown) => expect(error).toBeInstanceOf(EmailInUse));
      expect(given.harness.stateOf(registered)).toMatchObject({ role: 'customer' });
      expect(given.harness.audit.entries).toEqual([]);
    }
  });

  it('an admin who was deactivated does not come back', async () => {
    const { harness, create } = await setUpWithoutAdmin();
    const { created } = await create();
    await harness.users.add(harness.admin);
    await harness.users.changeWithAdminsLocked(created!.id, (user, situation) => user.deactivate(situation));
    expect(await create()).toEqual({ created: null, isAdmin: false });
    expect(harness.users.states.get(created!.id)).toMatchObject({ active: false });
  });

  it('a common password is refused', async () => {
    const { create } = await setUpWithoutAdmin();
    await expect(create('password1')).rejects.toThrow(PasswordTooCommon);
  });
});
