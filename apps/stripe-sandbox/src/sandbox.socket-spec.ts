import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from './sandbox.js';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf, WEBHOOK_SECRET } from './testing/sandbox-harness.js';
import { WebhookReceiver } from './testing/webhook-receiver.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('Restarting the sandbox', () => {
  it('payments, refunds, keys and faults survive a restart', async () => {
    const dataFile = join(folder, 'subfolder', 'ledger.sqlite');
    const before = await SandboxHarness.start({ dataFile });
    const paid = await before.stripe.paymentIntents.create(
      { ...INTENT_PARAMETERS, confirm: true, payment_method: 'pm_card_visa' },
      { idempotencyKey: 'payment:1:1' },
    );
    await before.stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
    await before.control('PUT', '/faults', { webhooks: [{ events: ['charge.failed'], drop: true }] });
    await before.close();

    const after = await SandboxHarness.start({ dataFile });
    try {
      expect(await after.stripe.paymentIntents.retrieve(paid.id)).toEqual(paid);
      expect((await after.stripe.refunds.list({ payment_intent: paid.id })).data).toMatchObject([{ amount: 400 }]);
      const replayed = await after.stripe.paymentIntents.create(
        { ...INTENT_PARAMETERS, confirm: true, payment_method: 'pm_card_visa' },
        { idempotencyKey: 'payment:1:1' },
      );
      expect(replayed.id).toBe(paid.id);
      expect(await after.control('GET', '/faults')).toMatchObject({ webhooks: [{ drop: true }] });
      expect(await stripeErrorOf(after.stripe.refunds.create({ payment_intent: paid.id, amount: 2001 }))).toMatchObject({
        param: 'amount',
      });
    } finally {
      await after.close();
    }
  });

  it('failed webhooks are sent after a restart', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const receiver = await WebhookReceiver.start(WEBHOOK_SECRET);
    const options = { port: 0, dataFile, webhookUrl: receiver.url, webhookSecret: WEBHOOK_SECRET, retryDelaysMs: [50, 50, 50, 50, 50, 50] };
    receiver.respond = () => 503;
    const before = await SandboxHarness.start({ ...options });
    await before.pay();
    await receiver.waitUntil(() => receiver.received.length >= 4);
    await before.close();

    receiver.respond = () => 200;
    receiver.received.length = 0;
    const after = await startSandbox(options);
    try {
      await receiver.waitUntil(() => new Set(receiver.eventTypes).size === 4);
      expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    } finally {
      await after.close();
      await receiver.close();
    }
  });

  it('a webhook without a response is sent again after a restart', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const before = await SandboxHarness.start({ dataFile });
    before.webhooks.respond = () => 'hang';
    const intent = await before.stripe.paymentIntents.create(INTENT_PARAMETERS);
    await before.webhooks.waitForCount(1);
    await before.close();

    const after = await SandboxHarness.start({ dataFile });
    try {
      expect((await after.webhooks.firstEvent('payment_intent.created')).data.object).toMatchObject({ id: intent.id });
    } finally {
      await after.close();
    }
  });

  it('a scheduled effect runs after a restart', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const before = await SandboxHarness.start({ dataFile, asyncDelayMs: 400 });
    const paid = await before.pay('pm_card_pendingRefund');
    const refund = await before.stripe.refunds.create({ payment_intent: paid.id });
    await before.close();
    expect(refund.status).toBe('pending');

    const after = await SandboxHarness.start({ dataFile });
    try {
      await after.webhooks.firstEvent('refund.updated');
      expect((await after.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    } finally {
      await after.close();
    }
  });
});

describe('Starting the sandbox', () => {
  it('a port in use is reported', async () => {
    const harness = await SandboxHarness.start();
    try {
      await expect(
        startSandbox({ port: harness.sandbox.port, dataFile: ':memory:', webhookUrl: null, webhookSecret: WEBHOOK_SECRET }),
      ).rejects.toThrow(`The Stripe sandbox cannot start: port ${harness.sandbox.port} on 127.0.0.1 is already in use.`);
    } finally {
      await harness.close();
    }
  });

  it('a ledger that cannot be opened is reported', async () => {
    await writeFile(join(folder, 'file'), '');
    const dataFile = join(folder, 'file', 'ledger.sqlite');
    await expect(startSandbox({ port: 0, dataFile, webhookUrl: null, webhookSecret: WEBHOOK_SECRET })).rejects.toThrow(
      `The Stripe sandbox cannot open its ledger ${dataFile}: `,
    );
  });
});

describe('Stopping the sandbox', () => {
  it('requests that hang are closed', async () => {
    const harness = await SandboxHarness.start();
    await harness.control('PUT', '/faults', { api: [{ answer: 'hang' }] });
    const hanging = stripeErrorOf(harness.stripe.paymentIntents.create(INTENT_PARAMETERS));
    await harness.control('GET', '/faults');
    await harness.close();
    expect((await hanging).type).toBe('StripeConnectionError');
  });
});
