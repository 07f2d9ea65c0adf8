import { PrintedSecrets } from './support/printed-secrets.js';

const ENV = {
  JWT_SECRET: '0123456789abcdef0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789abcdef',
  DATABASE_URL: 'postgres://cinema:a%20long%20password@127.0.0.1/cinema',
};
const JWT = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(40)}.${'c'.repeat(43)}`;

describe('The search for secrets in logs', () => {
  it.each([
    [ENV.JWT_SECRET, 'JWT_SECRET'],
    ['a long password', 'the password of DATABASE_URL'],
    ['the customer’s password', 'the password of a customer'],
    [`Bearer ${JWT}`, 'an access token'],
    ['01a21b30-9db1-7000-be12-54a7626b6246.qwertyuiopasdfghjklzxcvb', 'a refresh token'],
    [`cinema_0123456789ab_${'f'.repeat(64)}`, 'an API key'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'a secret of a webhook'],
    ['pi_3MtwBw_secret_YrKJUKribcBjcG8HVhfZluoGH', 'a client secret'],
    ['4242 4242 4242 4242', 'a card number'],
    ['$argon2id$v=19$m=19456', 'a password hash'],
  ])('%j is found, also in two parts', (text, name) => {
    for (const at of [0, 5]) {
      const secrets = new PrintedSecrets(ENV, { 'the password of a customer': 'the customer’s password' });
      secrets.read(`{"level":"info","msg":"about ${text.slice(0, at)}`);
      secrets.read(`${text.slice(at)}"}\n`);
      expect([...secrets.found]).toEqual([name]);
    }
  });

  it('ids, times, addresses and the publishable key are no secrets', () => {
    const secrets = new PrintedSecrets(ENV);
    secrets.read(
      `{"time":1795752663952,"req":{"id":"01a21b30-9db1-7000-be12-54a7626b6246","address":"127.0.0.1"},"payment":"pi_3MtwBwLkdIwHu7ix"}\n`,
    );
    secrets.read(`${ENV.STRIPE_PUBLISHABLE_KEY} 01a21b30-9db1-7000-be12-54a7626b6246.jpg`);
    expect([...secrets.found]).toEqual([]);
  });
});
