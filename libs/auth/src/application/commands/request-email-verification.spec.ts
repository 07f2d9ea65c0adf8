import { UserNotFound } from '../../domain/errors.js';
import { aUser } from '../../testing/builders.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { RequestEmailVerification } from './request-email-verification.js';
import { RequestPasswordReset } from './request-password-reset.js';
import { VerifyEmail } from './verify-email.js';

describe('RequestEmailVerification', () => {
  const setUp = async () => {
    const ada = aUser({ email: 'ada@example.org' });
    const harness = await UsersHarness.with(ada);
    const request = async (email = ' ADA@example.org') => {
      await harness.execute(new RequestEmailVerification(email));
      return `token of ${harness.users.states.get(ada.id)?.verificationId ?? ''}`;
    };
    return { ada, harness, request };
  };

  it('a new link verifies, and the older one is void', async () => {
    const { ada, harness, request } = await setUp();
    const [old, token] = [await request(), await request()];
    await expect(harness.execute(new VerifyEmail(old))).rejects.toThrow();
    await harness.execute(new VerifyEmail(token));
    expect(harness.stateOf(ada).emailVerifiedAt).not.toBeNull();
  });

  it('nothing is due for an unknown, a verified and a deactivated address', async () => {
    const { ada, harness, request } = await setUp();
    await harness.execute(new VerifyEmail(await request()));
    harness.forgetEvents();
    await request();
    await request('nobody@example.org');
    expect(harness.users.recorded).toEqual([]);
    await harness.users.change(ada.id, (user) => user.deactivate({ otherAdmins: 1 }));
    harness.forgetEvents();
    await request();
    expect(harness.users.recorded).toEqual([]);
  });

  it.each([RequestEmailVerification, RequestPasswordReset])('%p of a user who is erased meanwhile answers as always', async (request) => {
    const { harness } = await setUp();
    harness.users.change = () => Promise.reject(new UserNotFound());
    await expect(harness.execute(new request('ada@example.org'))).resolves.toBeUndefined();
  });
});
