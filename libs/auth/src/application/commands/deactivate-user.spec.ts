import { LastAdmin } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { describeChangeOfUser, UsersHarness } from '../../testing/users-harness.js';
import { DeactivateUser } from './deactivate-user.js';

describe('DeactivateUser', () => {
  const setUp = async () => {
    const [user, secondAdmin] = [aUser(), aUser({ role: 'admin' })];
    const harness = await UsersHarness.with(user, secondAdmin);
    const execute = (id = user.id) => harness.executeAsAdmin(new DeactivateUser(harness.admin.id, id));
    return { harness, user, secondAdmin, execute };
  };

  describeChangeOfUser(setUp, {
    action: 'auth.deactivate-user',
    event: 'auth.user-deactivated.v1',
    becomes: { role: 'customer', active: false },
  });

  it('a deactivated admin keeps the role', async () => {
    const { harness, secondAdmin, execute } = await setUp();
    await execute(secondAdmin.id);
    expect(harness.stateOf(secondAdmin)).toMatchObject({ role: 'admin', active: false });
  });

  it('the last active admin cannot be deactivated', async () => {
    const { harness, secondAdmin, execute } = await setUp();
    await execute(secondAdmin.id);
    await expect(execute(harness.admin.id)).rejects.toThrow(LastAdmin);
    expect(harness.stateOf(harness.admin)).toMatchObject({ role: 'admin', active: true });
    expect(harness.audit.entries).toHaveLength(1);
  });
});
