import { LastAdmin, PasswordWrong, ReservationsAhead, UserNotFound } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { EraseUser } from './erase-user.js';
import { LogIn } from './log-in.js';
import { RefreshSession } from './refresh-session.js';

const PASSWORD = 'seven quiet rows';

describe('EraseUser', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const erase = (password = PASSWORD, id = ada.id) => harness.execute(new EraseUser(id, password));
    const logIn = () => harness.execute(new LogIn('ada@example.org', PASSWORD));
    return { ada, harness, erase, logIn };
  };

  it('the user and the sessions are gone, and the event says so', async () => {
    const { ada, harness, erase, logIn } = await setUp();
    const session = await logIn();
    await erase();
    expect(harness.users.states.has(ada.id)).toBe(false);
    expect(harness.users.recorded).toEqual(['auth.user-erased.v1']);
    expect([await logIn(), await harness.execute(new RefreshSession(session?.refreshToken ?? ''))]).toEqual([null, null]);
    await expect(erase()).rejects.toThrow(UserNotFound);
  });

  it('a wrong password erases nothing', async () => {
    const { erase, logIn } = await setUp();
    await expect(erase('wrong')).rejects.toThrow(PasswordWrong);
    expect(await logIn()).not.toBeNull();
  });

  it('paid reservations ahead are named, and the user stays', async () => {
    const { harness, erase, logIn } = await setUp();
    harness.reservationsAhead = ['019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11'];
    const refusal: unknown = await erase().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ReservationsAhead);
    expect(refusal).toMatchObject({ details: { reservationIds: harness.reservationsAhead } });
    expect(await logIn()).not.toBeNull();
  });

  it('a password that is changed meanwhile erases nothing', async () => {
    const { ada, harness, erase } = await setUp();
    const passwordHash = 'hash of another one';
    harness.passwords.verify = () => {
      harness.users.states.set(ada.id, { ...harness.stateOf(ada), passwordHash });
      return Promise.resolve(true);
    };
    await expect(erase()).rejects.toThrow(PasswordWrong);
    expect(harness.stateOf(ada)).toMatchObject({ passwordHash });
  });

  it('the last active admin cannot be erased', async () => {
    const { harness, erase } = await setUp();
    await expect(erase(PASSWORD, harness.admin.id)).rejects.toThrow(LastAdmin);
    expect(harness.users.states.has(harness.admin.id)).toBe(true);
  });
});
