import { createHmac } from 'node:crypto';
import { eventAbout, postEvent } from './delivered-events.js';
import { PaymentsApp } from './payments-app.js';

const OLD_SECRET = 'whsec_the_one_being_replaced_0123456789';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_WEBHOOK_PREVIOUS_SECRET: OLD_SECRET } });
}, 60_000);
afterAll(() => app?.close());

describe('The signature of a webhook', () => {
  const harmless = () => eventAbout({ id: 'cus_1' }, { type: 'customer.created' });

  it('a signature by the current or the previous secret is accepted', async () => {
    expect((await postEvent(app, harmless())).body).toEqual({ received: true });
    expect((await postEvent(app, harmless(), { secret: OLD_SECRET })).status).toBe(200);
    expect((await postEvent(app, harmless(), { secret: 'whsec_of_somebody_else_01234567890' })).status).toBe(400);
  });

  it('a trailing slash and a foreign Authorization header are accepted', async () => {
    const at = Math.floor(Date.now() / 1_000);
    const body = JSON.stringify(harmless());
    const signature = createHmac('sha256', app.stripeSettings.webhookSecrets[0]!).update(`${at}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}`, authorization: 'Basic cHJveHk6' };
    expect((await app.call('POST', '/webhooks/stripe/', { body, headers })).status).toBe(200);
  });

  it('a signature older or newer than five minutes is refused', async () => {
    const statuses = await Promise.all([-290, 290, -310, 310].map(async (at) => (await postEvent(app, harmless(), { at })).status));
    expect(statuses).toEqual([200, 200, 400, 400]);
  });

  it('a missing or malformed signature is refused with 400', async () => {
    for (const signature of ['', 't=,v1=', 'v1=00', 't=1', `t=${Math.floor(Date.now() / 1_000)},v1=zz`, 'nonsense']) {
      const { status, body, headers } = await postEvent(app, harmless(), { signature });
      expect([status, body.code, headers.get('content-type')]).toEqual([
        400,
        'http.invalid-input',
        expect.stringContaining('application/problem+json'),
      ]);
    }
    expect((await app.call('POST', '/webhooks/stripe')).status).toBe(400);
    expect((await app.call('POST', '/webhooks/stripe', { body: 'a=b', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('a body with one byte more is refused', async () => {
    const event = harmless();
    const timestamp = Math.floor(Date.now() / 1_000);
    const secret = app.stripeSettings.webhookSecrets[0]!;
    const signature = `t=${timestamp},v1=${createHmac('sha256', secret)
      .update(`${timestamp}.${JSON.stringify(event)}`)
      .digest('hex')}`;
    expect((await postEvent(app, `${JSON.stringify(event)} `, { signature })).status).toBe(400);
  });

  it('a signed body that is no event is refused', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"id":"evt_1"}',
      '{"id":"evt_1","type":"x"}',
      '{"id":"evt_1","type":"x","created":1e99}',
    ]) {
      expect([body, (await postEvent(app, body)).status]).toEqual([body, 400]);
    }
  });
});
