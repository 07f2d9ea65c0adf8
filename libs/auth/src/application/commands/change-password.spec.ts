import { PasswordTooCommon, PasswordWrong, UnknownLanguage } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { ChangePassword } from './change-password.js';
import { ChangeProfile } from './change-profile.js';
import { LogIn } from './log-in.js';
import { RefreshSession } from './refresh-session.js';

const [OLD, NEW] = ['seven quiet rows', 'eight loud rows'];

describe('ChangePassword', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const logIn = (password = OLD) => harness.execute(new LogIn('ada@example.org', password));
    const refresh = (session: { refreshToken: string } | null) => harness.execute(new RefreshSession(session?.refreshToken ?? ''));
    return { ada, harness, logIn, refresh };
  };

  it('the address of the account is no password', async () => {
    const { ada, harness } = await setUp();
    const change = harness.execute(
      new ChangePassword(ada.id, { currentPassword: OLD, newPassword: 'ADA@example.org', keptSessionId: undefined }),
    );
    await expect(change).rejects.toThrow(PasswordTooCommon);
  });

  it('a change ends the other sessions and not its own', async () => {
    const { ada, harness, logIn, refresh } = await setUp();
    const [own, other] = [await logIn(), await logIn()];
    await harness.execute(new ChangePassword(ada.id, { currentPassword: OLD, newPassword: NEW, keptSessionId: own?.sessionId }));
    expect([await refresh(other), await logIn()]).toEqual([null, null]);
    expect([await refresh(own), await logIn(NEW)]).not.toContain(null);
  });

  it('a wrong current password changes nothing', async () => {
    const { ada, harness, logIn } = await setUp();
    await expect(
      harness.execute(new ChangePassword(ada.id, { currentPassword: 'wrong', newPassword: NEW, keptSessionId: undefined })),
    ).rejects.toThrow(PasswordWrong);
    expect(await logIn()).not.toBeNull();
  });

  it('a profile keeps what is left out, and a change without one records nothing', async () => {
    const { ada, harness } = await setUp();
    await harness.execute(new ChangeProfile(ada.id, { language: 'de' }));
    await harness.execute(new ChangeProfile(ada.id, {}));
    expect(harness.stateOf(ada)).toMatchObject({ language: 'de', fullName: 'Ada Lovelace' });
    expect(harness.users.recorded).toEqual(['auth.user-profile-changed.v1']);
  });

  it('a language is accepted once mails are written in it', async () => {
    const { ada, harness } = await setUp();
    const change = () => harness.execute(new ChangeProfile(ada.id, { language: 'fr' }));
    await expect(change()).rejects.toThrow(UnknownLanguage);
    expect(harness.stateOf(ada).language).toBe('en');
    harness.languages = ['de', 'en', 'fr'];
    await change();
    expect(harness.stateOf(ada).language).toBe('fr');
  });
});
