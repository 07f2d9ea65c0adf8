import { EmailInUse, EmailMalformed, PasswordTooCommon } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { CreateAdmin } from './create-admin.js';

describe('CreateAdmin', () => {
  const setUp = async () => {
    const harness = await UsersHarness.with();
    const create = (email = 'boss@example.org', password = 'seven quiet rows') =>
      harness.executeAsAdmin(new CreateAdmin({ email, password, fullName: 'The Boss' }));
    return { harness, create };
  };

  it('the operator makes an account that is an admin, with an audit entry', async () => {
    const { harness, create } = await setUp();
    const { id } = await create(' BOSS@example.org');
    expect(harness.users.states.get(id)).toMatchObject({ email: 'boss@example.org', role: 'admin', active: true });
    expect(harness.users.recorded).toEqual(['auth.user-registered.v1']);
    expect(harness.audit.entries).toEqual([{ actor: null, action: 'auth.create-admin', subject: id }]);
  });

  it('an account that exists is not promoted', async () => {
    const { harness, create } = await setUp();
    const registered = aUser({ email: 'boss@example.org' });
    await harness.users.add(registered);
    await expect(create()).rejects.toThrow(EmailInUse);
    expect(harness.stateOf(registered)).toMatchObject({ role: 'customer' });
    expect(harness.audit.entries).toEqual([]);
  });

  it('a common password and a malformed address are refused', async () => {
    const { create } = await setUp();
    await expect(create('boss@example.org', 'password1')).rejects.toThrow(PasswordTooCommon);
    for (const email of ['boss', 'boss@example.org\u200b', 'bo\u00adss@example.org'])
      await expect(create(email)).rejects.toThrow(EmailMalformed);
  });
});
