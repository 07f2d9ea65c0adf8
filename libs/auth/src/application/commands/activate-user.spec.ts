import { aUser } from '../../testing/builders.js';
import { describeChangeOfUser, UsersHarness } from '../../testing/users-harness.js';
import { ActivateUser } from './activate-user.js';

describe('ActivateUser', () => {
  const setUp = async () => {
    const user = aUser();
    const harness = await UsersHarness.with(user);
    await harness.users.change(user.id, (loaded) => loaded.deactivate({ otherAdmins: 1 }));
    harness.forgetEvents();
    return { harness, user, execute: (id = user.id) => harness.executeAsAdmin(new ActivateUser(harness.admin.id, id)) };
  };

  describeChangeOfUser(setUp, {
    action: 'auth.activate-user',
    event: 'auth.user-activated.v1',
    becomes: { role: 'customer', active: true },
  });

  it('activating an active user changes nothing', async () => {
    const { harness, execute } = await setUp();
    expect(await execute(harness.admin.id)).toBe(false);
    expect(harness.stateOf(harness.admin)).toMatchObject({ role: 'admin', active: true });
    expect([harness.users.recorded, harness.audit.entries]).toEqual([[], []]);
  });
});
