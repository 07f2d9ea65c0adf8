import { MailTokenInvalid, PasswordTooCommon } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { LogIn } from './log-in.js';
import { RefreshSession } from './refresh-session.js';
import { RequestPasswordReset } from './request-password-reset.js';
import { ResetPassword } from './reset-password.js';
import { VerifyEmail } from './verify-email.js';

describe('ResetPassword and VerifyEmail', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const request = async () => {
      await harness.execute(new RequestPasswordReset(' ADA@example.org'));
      return `token of ${harness.stateOf(ada).resetId ?? ''}`;
    };
    const reset = (token: string, password = 'eight loud rows') => harness.execute(new ResetPassword(token, password));
    return { ada, harness, request, reset };
  };

  it('the address of the account is no password, and the link stays good', async () => {
    const { request, reset } = await setUp();
    const token = await request();
    await expect(reset(token, 'ada@example.org')).rejects.toThrow(PasswordTooCommon);
    await expect(reset(token)).resolves.toBeDefined();
  });

  it('a reset gives the new password and ends all sessions', async () => {
    const { harness, request, reset } = await setUp();
    const session = await harness.execute(new LogIn('ada@example.org', 'seven quiet rows'));
    await reset(await request());
    expect(await harness.execute(new RefreshSession(session?.refreshToken ?? ''))).toBeNull();
    expect(await harness.execute(new LogIn('ada@example.org', 'eight loud rows'))).not.toBeNull();
  });

  it('a link is good once, and a newer one makes it void', async () => {
    const { request, reset } = await setUp();
    const [old, token] = [await request(), await request()];
    await expect(reset(old)).rejects.toThrow(MailTokenInvalid);
    await reset(token);
    await expect(reset(token)).rejects.toThrow(MailTokenInvalid);
  });

  it('an unknown address and a deactivated user get no link', async () => {
    const { ada, harness, request } = await setUp();
    await harness.execute(new RequestPasswordReset('nobody@example.org'));
    await harness.users.change(ada.id, (user) => user.deactivate({ otherAdmins: 1 }));
    harness.forgetEvents();
    await request();
    expect(harness.users.recorded).toEqual([]);
  });

  it('a link of one kind is of no use for the other', async () => {
    const { ada, harness, request, reset } = await setUp();
    await expect(harness.execute(new VerifyEmail(await request()))).rejects.toThrow(MailTokenInvalid);
    await harness.users.change(ada.id, (user) => user.requestEmailVerification(new Date('2026-03-01T12:00:00Z')));
    const token = `token of ${harness.stateOf(ada).verificationId ?? ''}`;
    await expect(reset(token)).rejects.toThrow(MailTokenInvalid);
    await harness.execute(new VerifyEmail(token));
    expect(harness.stateOf(ada).emailVerifiedAt).not.toBeNull();
    await expect(harness.execute(new VerifyEmail(token))).rejects.toThrow(MailTokenInvalid);
  });
});
