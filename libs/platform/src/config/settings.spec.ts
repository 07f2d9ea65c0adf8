import { SettingsInvalid, type Settings, readSettings } from './settings.js';

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
const settingsWith = (own: Record<string, string>): Settings => readSettings({ ...COMPLETE, ...own });

describe('The settings', () => {
  it('need no more than a database and the secrets', () => {
    expect(faultsOf(COMPLETE)).toEqual([]);
  });

  it('name every fault at once', () => {
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

  it('never repeat a secret in what they say', () => {
    const faults = faultsWith({
      JWT_SECRET: 'hunter2',
      STRIPE_SECRET_KEY: 'sk_change-me',
      ADMIN_EMAIL: 'a@b.example',
      ADMIN_PASSWORD: 'p4ss',
    });
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toMatch(/hunter2|sk_change|p4ss/);
  });

  it('refuse placeholders where a secret belongs', () => {
    for (const placeholder of [
      'change-me-change-me-change-me-change-me',
      'CHANGEME0123456789012345678901234567',
      'an-example-secret-0123456789012345',
      'placeholder-0123456789-0123456789-01',
    ]) {
      expect(faultsWith({ JWT_SECRET: placeholder })).toEqual(['JWT_SECRET still holds a placeholder']);
    }
    expect(faultsWith({ JWT_PREVIOUS_SECRET: 'change-me' })).toEqual(['JWT_PREVIOUS_SECRET still holds a placeholder']);
  });

  it('refuse short secrets, and empty ones like missing ones', () => {
    expect(faultsWith({ JWT_SECRET: 'x'.repeat(31) })).toEqual(['JWT_SECRET must have at least 32 characters']);
    expect(faultsWith({ JWT_SECRET: '   ' })).toEqual(['JWT_SECRET is required']);
    expect(faultsWith({ STRIPE_WEBHOOK_PREVIOUS_SECRET: '' })).toEqual([]);
  });

  it('take whole numbers within their range only', () => {
    for (const port of ['-1', '65536', '1.5', '1e3', '0x10', '١', 'NaN', '80 80'])
      expect(faultsWith({ PORT: port })).toEqual(['PORT must be a whole number from 0 to 65535']);
    expect(settingsWith({ PORT: ' 8080 ' }).http.port).toBe(8080);
    expect(faultsWith({ BROKER_RETRY_DELAYS_MS: '50,,100' })).toHaveLength(1);
    expect(settingsWith({ BROKER_RETRY_DELAYS_MS: '50, 100' }).broker.retryDelays).toEqual([50, 100]);
  });

  it('refuse in production what makes trying out easy', () => {
    const convenient = { CLOCK_MOVABLE: 'true', STRIPE_API_URL: 'http://127.0.0.1:12111' };
    expect(faultsWith(convenient)).toEqual([]);
    expect(faultsWith({ ...convenient, NODE_ENV: 'production' })).toEqual([
      'CLOCK_MOVABLE must be false in production',
      expect.stringMatching(/^STRIPE_API_URL /),
    ]);
    expect(faultsWith({ NODE_ENV: 'production', STRIPE_API_URL: 'https://stripe.example' })).toEqual([]);
  });

  it('want the first admin whole or not at all', () => {
    expect(faultsWith({ ADMIN_EMAIL: 'a@b.example' })).toEqual(['ADMIN_EMAIL and ADMIN_PASSWORD must be given together']);
    expect(faultsWith({ ADMIN_PASSWORD: 'correct-horse' })).toHaveLength(1);
    expect(settingsWith({ ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD: 'correct-horse' }).admin).toEqual({
      email: 'a@b.example',
      password: 'correct-horse',
    });
  });

  it('admit fewer requests than there are connections', () => {
    expect(settingsWith({}).http.admitted).toBe(16);
    expect(settingsWith({ DATABASE_POOL: '4' }).http.admitted).toBe(3);
    expect(settingsWith({ DATABASE_POOL: '50' }).http.admitted).toBe(40);
    expect(settingsWith({ DATABASE_POOL: '50', ADMITTED_REQUESTS: '49' }).http.admitted).toBe(49);
    for (const admitted of ['50', '51', '400']) {
      expect(faultsWith({ DATABASE_POOL: '50', ADMITTED_REQUESTS: admitted })).toEqual([
        'ADMITTED_REQUESTS must be below DATABASE_POOL, which is 50',
      ]);
    }
    expect(settingsWith({}).http).toMatchObject({ waiting: 2_000, longestWait: 8_000 });
    expect(settingsWith({ ADMISSION_WAITING: '0', ADMISSION_WAIT_MS: '100' }).http).toMatchObject({ waiting: 0, longestWait: 100 });
  });

  it('take the direct way to the database where there is one', () => {
    expect(settingsWith({}).database.directUrl).toBe(COMPLETE.DATABASE_URL);
    expect(settingsWith({ DATABASE_DIRECT_URL: 'postgres://direct/cinema' }).database.directUrl).toBe('postgres://direct/cinema');
  });

  it('accept two webhook secrets while one replaces the other', () => {
    expect(settingsWith({ STRIPE_WEBHOOK_PREVIOUS_SECRET: 'whsec_fedcba9876543210' }).stripe.webhookSecrets).toEqual([
      COMPLETE.STRIPE_WEBHOOK_SECRET,
      'whsec_fedcba9876543210',
    ]);
  });
});
