import { LastAdmin, ReservationsAhead, UserNotFound } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { EraseUserAsAdmin } from './erase-user-as-admin.js';

describe('EraseUserAsAdmin', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const erase = (id = ada.id) => harness.executeAsAdmin(new EraseUserAsAdmin(harness.admin.id, id));
    return { ada, harness, erase };
  };

  it('the user is gone without a password, and an audit entry says who did it', async () => {
    const { ada, harness, erase } = await setUp();
    await erase();
    expect(harness.users.states.has(ada.id)).toBe(false);
    expect(harness.users.recorded).toEqual(['auth.user-erased.v1']);
    expect(harness.audit.entries).toEqual([{ actor: harness.admin.id, action: 'auth.erase-user', subject: ada.id }]);
    await expect(erase()).rejects.toThrow(UserNotFound);
    expect(harness.audit.entries).toHaveLength(1);
  });

  it('a deactivated user is erased too', async () => {
    const { ada, harness, erase } = await setUp();
    await harness.users.change(ada.id, (user) => user.deactivate({ otherAdmins: 1 }));
    await erase();
    expect(harness.users.states.has(ada.id)).toBe(false);
  });

  it('paid reservations ahead and the last active admin are refused', async () => {
    const { ada, harness, erase } = await setUp();
    await expect(erase(harness.admin.id)).rejects.toThrow(LastAdmin);
    harness.reservationsAhead = ['019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11'];
    await expect(erase()).rejects.toThrow(ReservationsAhead);
    expect(harness.users.states.has(ada.id)).toBe(true);
    expect(harness.audit.entries).toEqual([]);
  });
});
