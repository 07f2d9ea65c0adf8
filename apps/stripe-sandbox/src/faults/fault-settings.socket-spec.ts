import { SandboxHarness } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
beforeEach(async () => {
  harness = await SandboxHarness.start();
});
afterEach(() => harness.close());

describe('Invalid faults', () => {
  it.each([
    [{ api: [{}] }, "api/0 must have required property 'answer'"],
    [
      { api: [{ answer: 'explode' }] },
      'api/0/answer must be one of rate_limit, lock_timeout, server_error, close, hang, delay, balance_too_low',
    ],
    [{ api: [{ answer: 'close', probability: 2 }] }, 'api/0/probability must be <= 1'],
    [{ api: [{ answer: 'rate_limit', when: 'after' }] }, 'api/0/when must be before: rate_limit refuses a request that was never executed'],
    [{ api: [{ answer: 'balance_too_low' }] }, 'api/0 must have the method POST and the path /v1/refunds'],
    [{ webhooks: [{ duplicate: 0 }] }, 'webhooks/0/duplicate must be >= 1'],
    [{ webhooks: [{ next: '3' }] }, 'webhooks/0/next must be integer'],
    [{ webhooks: [{ wrongAmmount: 3 }] }, 'webhooks/0 has an unknown property wrongAmmount'],
    [{ omits: ['amount'] }, 'omits/0 must be one of replay_headers, metadata, amount_received'],
    [{ webhook: [] }, 'the body has an unknown property webhook'],
    [{ webhooks: [{ events: ['Payment Intent'] }] }, 'webhooks/0/events/0 must match pattern'],
  ])('the settings %j are refused with the reason', async (settings, reason) => {
    const response = await harness.tryControl('PUT', '/faults', settings);
    expect(response.status).toBe(400);
    expect(response.json().error).toContain(reason);
    expect(await harness.control('GET', '/faults')).toEqual({ webhooks: [], api: [] });
  });
});
