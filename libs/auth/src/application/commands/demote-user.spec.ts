import { LastAdmin } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { describeChangeOfUser, UsersHarness } from '../../testing/users-harness.js';
import { DemoteUser } from './demote-user.js';

describe('DemoteUser', () => {
  const setUp = async () => {
    const [user, customer] = [aUser({ role: 'admin' }), aUser()];
    const harness = await UsersHarness.with(user, customer);
    const execute = (id = user.id) => harness.executeAsAdmin(new DemoteUser(harness.admin.id, id));
    return { harness, user, customer, execute };
  };

  describeChangeOfUser(setUp, {
    action: 'auth.demote-user',
    event: 'auth.user-demoted.v1',
    becomes: { role: 'customer', active: true },
  });

  it('demoting a customer changes nothing', async () => {
    const { harness, customer, execute } = await setUp();
    expect(await execute(customer.id)).toBe(false);
    expect(harness.stateOf(customer)).toMatchObject({ role: 'customer' });
    expect([harness.users.recorded, harness.audit.entries]).toEqual([[], []]);
  });

  it('the last admin cannot be demoted', async () => {
    const { harness, execute } = await setUp();
    await execute();
    await expect(execute(harness.admin.id)).rejects.toThrow(LastAdmin);
    expect(harness.stateOf(harness.admin)).toMatchObject({ role: 'admin', active: true });
    expect(harness.audit.entries).toHaveLength(1);
  });

  it('a deactivated admin does not count as another admin', async () => {
    const { harness, user, execute } = await setUp();
    await harness.users.change(user.id, (loaded) => loaded.deactivate({ otherAdmins: 1 }));
    await expect(execute(harness.admin.id)).rejects.toThrow(LastAdmin);
    expect(harness.audit.entries).toEqual([]);
    await execute();
    expect(harness.stateOf(user)).toMatchObject({ role: 'customer', active: false });
  });
});
