import { SettingsInvalid } from '@app/platform/config/load-settings.js';
import { readSettings } from './settings.js';

const COMPLETE = {
  DATABASE_URL: 'postgres://cinema@127.0.0.1/cinema',
  JWT_SECRET: '0123456789abcdef0123456789abcdef',
  STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};

function faultsOf(variables: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings(variables);
    return [];
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults;
    throw error;
  }
}
const faultsWith = (own: Record<string, string | undefined>): readonly string[] => faultsOf({ ...COMPLETE, ...own });

describe('The settings of the system', () => {
  it('a database and the secrets are enough', () => {
    expect(faultsOf(COMPLETE)).toEqual([]);
  });

  it('every fault is named at once', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      CLOCK_MOVABLE: 'yes',
      BROKER_RETRY_DELAYS_MS: '1,x',
      AMQP_URL: 'http://x',
      DATABASE_URL: 'mysql://x',
    });
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'CLOCK_MOVABLE',
      'BROKER_RETRY_DELAYS_MS',
      'AMQP_URL',
      'DATABASE_URL',
      'JWT_SECRET',
      'STRIPE_SECRET_KEY',
      'STRIPE_PUBLISHABLE_KEY',
      'STRIPE_WEBHOOK_SECRET',
    ]) {
      expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^${name} `)));
    }
    expect(faults).toHaveLength(10);
    expect(new SettingsInvalid(faults).message).toMatch(/^The configuration has 10 faults:\n {2}- /);
  });

  it('no fault repeats a secret', () => {
    const faults = faultsWith({
      JWT_SECRET: 'hunter2',
      STRIPE_SECRET_KEY: 'sk_change-me',
      ADMIN_EMAIL: 'a@b.example',
      ADMIN_PASSWORD: 'p4ss',
    });
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toMatch(/hunter2|sk_change|p4ss/);
  });

  it('production refuses a movable clock and a Stripe without TLS', () => {
    const convenient = { CLOCK_MOVABLE: 'true', STRIPE_API_URL: 'http://127.0.0.1:12111' };
    expect(faultsWith(convenient)).toEqual([]);
    expect(faultsWith({ ...convenient, NODE_ENV: 'production' })).toEqual([
      'CLOCK_MOVABLE must be false in production',
      expect.stringMatching(/^STRIPE_API_URL /),
    ]);
    expect(faultsWith({ NODE_ENV: 'production', STRIPE_API_URL: 'https://stripe.example' })).toEqual([]);
  });
});
