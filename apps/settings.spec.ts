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
    expect(faultsWith({ ...convenient, NODE_ENV: 'production', SMTP_URL: 'off' })).toEqual([
      'CLOCK_MOVABLE must be false in production',
      expect.stringMatching(/^STRIPE_API_URL /),
    ]);
    expect(faultsWith({ NODE_ENV: 'production', SMTP_URL: 'off', STRIPE_API_URL: 'https://stripe.example' })).toEqual([]);
  });

  it.each(['http://127.0.0.1:1/v1', 'http://127.0.0.1:1?a=b', 'http://user@127.0.0.1:1/'])(
    'a Stripe at %s is refused: its paths are fixed',
    (url) => {
      expect(faultsWith({ STRIPE_API_URL: url })).toEqual([expect.stringMatching(/^STRIPE_API_URL must be scheme, host and port alone/)]);
    },
  );

  it.each(['https://cinema.example/?lang=de', 'https://cinema.example/#top', 'https://cinema.example?', 'https://a:b@cinema.example/shop'])(
    'an address to which paths are added is refused where it is %s',
    (url) => {
      const storage = {
        S3_ENDPOINT: 'http://127.0.0.1:7070',
        S3_BUCKET: 'posters',
        S3_ACCESS_KEY_ID: 'key',
        S3_SECRET_ACCESS_KEY: 'secret',
      };
      expect(faultsWith({ ...storage, PUBLIC_URL: 'https://cinema.example/shop/' })).toEqual([]);
      for (const name of ['PUBLIC_URL', 'S3_PUBLIC_URL', 'S3_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
        const faults = faultsWith({ ...storage, [name]: url });
        expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} must have no query, no fragment and no user`))]);
        expect(faults.join()).not.toContain('a:b');
      }
    },
  );

  it('production needs a mail server and a sender, or says that it sends no mails', () => {
    const production = { NODE_ENV: 'production' };
    expect(faultsWith(production)).toEqual(['SMTP_URL is required in production; `off` sends no mails']);
    expect(faultsWith({ ...production, SMTP_URL: 'off' })).toEqual([]);
    expect(faultsWith({ ...production, SMTP_URL: 'smtp://mail.example' })).toEqual(['MAIL_FROM is required']);
    const sender = { MAIL_FROM: 'Lichtburg <tickets@cinema.example>' };
    expect(faultsWith({ ...production, ...sender, SMTP_URL: 'smtps://user:secret@mail.example:465' })).toEqual([]);
    expect(faultsWith({ SMTP_URL: 'http://mail.example' })).toEqual([expect.stringMatching(/^SMTP_URL must be a URL/)]);
    for (const from of ['cinema', 'Cinema <cinema>', 'a@b.example\r\nBcc: c@d.example'])
      expect([from, faultsWith({ MAIL_FROM: from })]).toEqual([from, [expect.stringMatching(/^MAIL_FROM must be an address/)]]);
  });

  it('origins that no browser sends are refused', () => {
    for (const origin of [
      'https://shop.example/',
      'https://shop.example/path',
      'shop.example',
      'https://Shop.example',
      'https://shop.example:443',
      'ftp://shop.example',
      '*',
      'null',
      'http://shop.example:*',
      'https://*.shop.example',
      'https://shop.example, https://admin.example/',
    ])
      expect([origin, faultsWith({ CORS_ORIGINS: origin })]).toEqual([
        origin,
        [expect.stringMatching(/^CORS_ORIGINS must be origins such as/)],
      ]);
    for (const origins of [
      'https://shop.example',
      'http://localhost:5173, https://shop.example:8443',
      'http://localhost:*,http://127.0.0.1:*',
      ',',
    ])
      expect([origins, faultsWith({ CORS_ORIGINS: origins })]).toEqual([origins, []]);
  });

  it('keys of Stripe in the place of others are refused, each by its variable', () => {
    const keys = {
      STRIPE_SECRET_KEY: 'sk_test_0123456789',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
      STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
    };
    const names = Object.keys(keys) as (keyof typeof keys)[];
    for (const name of names) {
      for (const other of names.filter((each) => each !== name))
        expect(faultsWith({ [name]: keys[other] })).toContainEqual(expect.stringMatching(new RegExp(`^${name} must be `)));
      expect(faultsWith({ [name]: `${keys[name]} x` })).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
    }
    expect(faultsWith({ STRIPE_WEBHOOK_PREVIOUS_SECRET: 'sk_test_0123456789' })).toEqual([
      expect.stringMatching(/^STRIPE_WEBHOOK_PREVIOUS_SECRET must be /),
    ]);
    expect(faultsWith({ STRIPE_SECRET_KEY: 'rk_live_0123456789', STRIPE_PUBLISHABLE_KEY: 'pk_live_0123456789' })).toEqual([]);
  });

  it('test keys and live keys of Stripe are not mixed', () => {
    for (const mixed of [{ STRIPE_SECRET_KEY: 'sk_live_0123456789' }, { STRIPE_PUBLISHABLE_KEY: 'pk_live_0123456789' }])
      expect(faultsWith(mixed)).toEqual(['STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY must both be test keys or both be live keys']);
  });

  it('an address of the admin that is none is refused', () => {
    for (const email of ['admin', 'admin@', 'admin@cinema', 'admin@cinema.example, b@cinema.example'])
      expect(faultsWith({ ADMIN_EMAIL: email, ADMIN_PASSWORD: 'seven quiet rows' })).toEqual(['ADMIN_EMAIL must be an e-mail address']);
    expect(faultsWith({ ADMIN_EMAIL: 'admin@cinema.example', ADMIN_PASSWORD: 'seven quiet rows' })).toEqual([]);
  });

  it('a URL without a host and a number with a unit are refused', () => {
    for (const url of ['postgres:cinema', 'postgres://', 'postgres:///cinema', '127.0.0.1:5432'])
      expect(faultsWith({ DATABASE_URL: url })).toEqual([expect.stringMatching(/^DATABASE_URL must be a URL/)]);
    expect(faultsWith({ DATABASE_URL: 'postgres:///cinema?host=/run/postgresql' })).toEqual([]);
    expect(faultsWith({ ACCESS_TOKEN_SECONDS: '10m', PORT: '3000/tcp' })).toEqual([
      'PORT must be a whole number from 0 to 65535',
      'ACCESS_TOKEN_SECONDS must be a whole number from 5 to 86400, without a unit',
    ]);
  });
});
