import { newWebhookSecret, webhookHeaders } from './webhook-signature.js';

describe('The signature of a webhook', () => {
  it('the example of the specification has its signature', () => {
    // From the tests of the reference libraries.
    const content = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(webhookHeaders(content, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('two secrets make two signatures, separated by a space', () => {
    const content = { id: 'e1', timestamp: 1, body: '{}' };
    const [one, two] = [newWebhookSecret(), newWebhookSecret()];
    const signatureOf = (secret: string): string | undefined => webhookHeaders(content, [secret])['webhook-signature'];
    expect(webhookHeaders(content, [one, two])['webhook-signature']).toBe(`${signatureOf(one)} ${signatureOf(two)}`);
  });

  it('a secret is whsec_ and 32 random bytes in Base64', () => {
    const secret = newWebhookSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(secret);
  });
});
