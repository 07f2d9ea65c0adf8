import { aUser } from '../../testing/builders.js';
import { describeChangeOfUser, UsersHarness } from '../../testing/users-harness.js';
import { PromoteUser } from './promote-user.js';

describe('PromoteUser', () => {
  const setUp = async () => {
    const user = aUser();
    const harness = await UsersHarness.with(user);
    return { harness, user, execute: (id = user.id) => harness.executeAsAdmin(new PromoteUser(harness.admin.id, id)) };
  };

  describeChangeOfUser(setUp, {
    action: 'auth.promote-user',
    event: 'auth.user-promoted.v1',
    becomes: { role: 'admin', active: true },
  });

  it('a deactivated user stays deactivated as an admin', async () => {
    const { harness, user, execute } = await setUp();
    await harness.users.change(user.id, (loaded) => loaded.deactivate({ otherAdmins: 1 }));
    await execute();
    expect(harness.stateOf(user)).toMatchObject({ role: 'admin', active: false });
  });
});
