import { readOptions } from './environment.js';

describe('The environment of the sandbox', () => {
  it('the webhook secret is the only required variable', () => {
    expect(readOptions({ STRIPE_WEBHOOK_SECRET: 'whsec_1' })).toEqual({
      port: 12111,
      host: '127.0.0.1',
      dataFile: '.data/stripe-sandbox.sqlite',
      webhookUrl: 'http://127.0.0.1:3000/api/v1/webhooks/stripe',
      webhookSecret: 'whsec_1',
      secretKey: undefined,
      retryDelaysMs: undefined,
      asyncDelayMs: undefined,
    });
  });

  it('every option is read from its variable', () => {
    const options = readOptions({
      SANDBOX_PORT: '0',
      SANDBOX_HOST: '0.0.0.0',
      SANDBOX_DATA: '/data/ledger.sqlite',
      SANDBOX_WEBHOOK_URL: 'none',
      SANDBOX_RETRY_DELAYS_MS: '100, 200',
      SANDBOX_ASYNC_DELAY_MS: '50',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_SECRET_KEY: 'sk_test_1',
    });
    expect(options).toMatchObject({ port: 0, webhookUrl: null, retryDelaysMs: [100, 200], asyncDelayMs: 50, secretKey: 'sk_test_1' });
  });

  it('one error lists every invalid variable', () => {
    const wrong = {
      SANDBOX_PORT: '70000',
      SANDBOX_WEBHOOK_URL: 'ftp://there',
      STRIPE_SECRET_KEY: 'sk_live_1',
      SANDBOX_RETRY_DELAYS_MS: '1s',
    };
    expect(() => readOptions(wrong)).toThrow(
      'The Stripe sandbox cannot start: SANDBOX_PORT must be a port between 0 and 65535; SANDBOX_WEBHOOK_URL must be an http or https URL, or `none`; ' +
        'STRIPE_SECRET_KEY must be a test key that starts with sk_test_; SANDBOX_RETRY_DELAYS_MS must be milliseconds separated by commas; ' +
        'STRIPE_WEBHOOK_SECRET is missing: webhooks are signed with it.',
    );
  });
});
