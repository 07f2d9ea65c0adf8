import { SettingsInvalid, loadSettings } from '@app/platform/config/load-settings.js';
import { AuthSettings } from './auth.settings.js';

const settingsWith = (variables: Record<string, string>): AuthSettings => loadSettings(variables, [AuthSettings]).get(AuthSettings);

describe('The settings of auth', () => {
  it('the first admin needs an e-mail address and a password', () => {
    const fault = 'ADMIN_EMAIL and ADMIN_PASSWORD must be given together';
    expect(() => settingsWith({ ADMIN_EMAIL: 'a@b.example' })).toThrow(new SettingsInvalid([fault]));
    expect(() => settingsWith({ ADMIN_PASSWORD: 'correct-horse' })).toThrow(new SettingsInvalid([fault]));
    expect(settingsWith({ ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD: 'correct-horse' }).firstAdmin).toEqual({
      email: 'a@b.example',
      password: 'correct-horse',
    });
    expect(settingsWith({}).firstAdmin).toBeNull();
  });

  it('an ADMIN_EMAIL that is no e-mail address is named', () => {
    for (const ADMIN_EMAIL of ['boss', 'boss@cinema.example\u200b']) {
      const start = () => settingsWith({ ADMIN_EMAIL, ADMIN_PASSWORD: 'correct-horse' });
      expect(start).toThrow(new SettingsInvalid(['ADMIN_EMAIL must be an e-mail address']));
    }
  });

  it('an ADMIN_PASSWORD that no user may have is named', () => {
    const faultOf = (ADMIN_PASSWORD: string) => () => settingsWith({ ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD });
    expect(faultOf('password1')).toThrow(new SettingsInvalid(['ADMIN_PASSWORD is one of the most common passwords, or ADMIN_EMAIL']));
    expect(faultOf('short')).toThrow(new SettingsInvalid(['ADMIN_PASSWORD must have at least 8 characters']));
    expect(faultOf('x'.repeat(129))).toThrow(new SettingsInvalid(['ADMIN_PASSWORD must have 8 to 128 characters']));
  });

  it('no variable is required, and each limit can be changed', () => {
    expect(settingsWith({}).limits).toEqual({
      loginPerAccountPerMinute: 10,
      loginFailuresPerAccountPerHour: 100,
      loginPerAddressPerMinute: 600,
      registerPerAddressPerHour: 1_000,
      passwordResetPerEmailPerHour: 5,
      emailVerificationPerEmailPerHour: 5,
      refreshPerSessionPerMinute: 30,
      refreshPerAddressPerMinute: 600,
    });
    expect(settingsWith({ LOGIN_PER_ACCOUNT_PER_MINUTE: '0' }).limits.loginPerAccountPerMinute).toBe(0);
  });
});
