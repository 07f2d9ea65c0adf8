import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const WRONG_KEY = 'sk_test_of_another_account_1';

describe('The API key of Stripe', () => {
  let system: InProcessSystem;
  let lines: { alert?: string; cause?: string; code?: string; reason?: string }[];

  beforeEach(() => {
    lines = [];
    for (const level of ['error', 'warn'] as const)
      vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push(line as object));
  });
  afterEach(async () => {
    await system.close();
    vi.restoreAllMocks();
  });

  const alerts = () => lines.filter(({ alert }) => alert === 'stripe-key-refused');

  it('a key that Stripe refuses is an alert, and the cause of a 503 is logged', async () => {
    system = await startInProcessSystem({ worker: false });
    const refused = await startInProcessSystem({
      worker: false,
      env: { STRIPE_API_URL: system.sandboxUrl, STRIPE_SECRET_KEY: WRONG_KEY },
    });
    try {
      await until(() => alerts().length > 0, { what: 'the alert' });
      expect(alerts()[0]).toMatchObject({ reason: expect.stringMatching(/StripeAuthenticationError/) });
      const { showtimeId } = await refused.createShowtime();
      const customer = await refused.registerCustomer();
      const held = await refused.hold(customer, showtimeId, ['A1']);
      expect(await refused.startPayment(customer, held.body.id)).toMatchObject({ status: 503, body: { code: 'payments.unavailable' } });
      const line = lines.find(({ code }) => code === 'payments.unavailable');
      expect(line?.cause).toMatch(/^ApiKeyRefused: StripeAuthenticationError/);
      expect(JSON.stringify(lines)).not.toContain(WRONG_KEY);
    } finally {
      await refused.close();
    }
  }, 60_000);

  it('the system starts while Stripe is away, which is no alert', async () => {
    system = await startInProcessSystem({ env: { STRIPE_API_URL: 'http://127.0.0.1:1' } });
    await until(() => lines.some(({ cause }) => cause?.includes('OutcomeUnknown')), { what: 'the warning' });
    expect(alerts()).toEqual([]);
    expect((await system.get('//readyz')).status).toBe(200);
  }, 60_000);
});
