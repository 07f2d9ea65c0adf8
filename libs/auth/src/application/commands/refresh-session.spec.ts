import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { LogIn } from './log-in.js';
import { LogOut } from './log-out.js';
import { RefreshSession } from './refresh-session.js';

describe('RefreshSession and LogOut', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const login = await harness.execute(new LogIn('ada@example.org', 'seven quiet rows'));
    const refresh = (token: string) => harness.execute(new RefreshSession(token));
    return { ada, harness, token: login?.refreshToken ?? '', refresh };
  };

  it('a refresh has the session of the login and the role of this moment', async () => {
    const { ada, harness, token, refresh } = await setUp();
    await harness.users.change(ada.id, (user) => user.promote());
    const [sessionId] = token.split('.');
    expect(await refresh(token)).toEqual({ userId: ada.id, role: 'admin', sessionId, refreshToken: expect.any(String) as string });
  });

  it('an unknown token gives null', async () => {
    const { refresh } = await setUp();
    expect([await refresh(''), await refresh('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.x')]).toEqual([null, null]);
  });

  it('a deactivated user refreshes nothing', async () => {
    const { ada, harness, token, refresh } = await setUp();
    await harness.users.change(ada.id, (user) => user.deactivate({ otherAdmins: 1 }));
    expect(await refresh(token)).toBeNull();
  });

  it('a token of a session that was logged out gives null', async () => {
    const { harness, token, refresh } = await setUp();
    await harness.execute(new LogOut(token));
    await harness.execute(new LogOut('unknown'));
    expect(await refresh(token)).toBeNull();
  });
});
