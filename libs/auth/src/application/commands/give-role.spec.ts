import { aUser } from '../../testing/builders.js';
import { describeChangeOfUser, UsersHarness } from '../../testing/users-harness.js';
import { DemoteUser } from './demote-user.js';
import { GiveRole } from './give-role.js';
import { PromoteUser } from './promote-user.js';
import { TakeRole } from './take-role.js';

const setUp = async () => {
  const user = aUser();
  const harness = await UsersHarness.with(user);
  const give = (id = user.id) => harness.executeAsAdmin(new GiveRole(harness.admin.id, id, 'box-office'));
  const take = (id = user.id) => harness.executeAsAdmin(new TakeRole(harness.admin.id, id, 'box-office'));
  return { harness, user, give, take };
};

describe('GiveRole', () => {
  const given = async () => {
    const { harness, user, give: execute } = await setUp();
    return { harness, user, execute };
  };

  describeChangeOfUser(given, {
    action: 'auth.give-role',
    details: { role: 'box-office' },
    event: 'auth.staff-role-given.v1',
    becomes: { staffRoles: ['box-office'], role: 'customer' },
  });

  it('roles stand in one order, however they were given', async () => {
    const { harness, user, give } = await setUp();
    await harness.executeAsAdmin(new GiveRole(harness.admin.id, user.id, 'reporting'));
    await give();
    expect(harness.stateOf(user).staffRoles).toEqual(['box-office', 'reporting']);
  });

  it('an admin keeps the other roles through promotion and demotion', async () => {
    const { harness, user, give } = await setUp();
    await give();
    await harness.executeAsAdmin(new PromoteUser(harness.admin.id, user.id));
    await harness.executeAsAdmin(new DemoteUser(harness.admin.id, user.id));
    expect(harness.stateOf(user)).toMatchObject({ role: 'customer', staffRoles: ['box-office'] });
  });
});

describe('TakeRole', () => {
  const given = async () => {
    const { harness, user, give, take: execute } = await setUp();
    await harness.executeAsAdmin(new GiveRole(harness.admin.id, user.id, 'reporting'));
    await give();
    harness.forgetEvents();
    harness.audit.entries.length = 0;
    return { harness, user, execute };
  };

  describeChangeOfUser(given, {
    action: 'auth.take-role',
    details: { role: 'box-office' },
    event: 'auth.staff-role-taken.v1',
    becomes: { staffRoles: ['reporting'] },
  });
});
