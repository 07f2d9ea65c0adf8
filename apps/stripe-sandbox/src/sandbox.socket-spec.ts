import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox } from './sandbox.js';
import { Bench, order, refusal, webhookSecret } from './testing/bench.js';
import { Receiver } from './testing/receiver.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('A sandbox that is started again', () => {
  it('still knows its payments, refunds, keys and faults', async () => {
    const dataFile = join(folder, 'deeper', 'ledger.sqlite');
    const before = await Bench.start({ dataFile });
    const paid = await before.stripe.paymentIntents.create(
      { ...order, confirm: true, payment_method: 'pm_card_visa' },
      { idempotencyKey: 'payment:1:1' },
    );
    await before.stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
    await before.knob('PUT', '/faults', { webhooks: [{ events: ['charge.failed'], drop: true }] });
    await before.close();

    const after = await Bench.start({ dataFile });
    try {
      expect(await after.stripe.paymentIntents.retrieve(paid.id)).toEqual(paid);
      expect((await after.stripe.refunds.list({ payment_intent: paid.id })).data).toMatchObject([{ amount: 400 }]);
      const replayed = await after.stripe.paymentIntents.create(
        { ...order, confirm: true, payment_method: 'pm_card_visa' },
        { idempotencyKey: 'payment:1:1' },
      );
      expect(replayed.id).toBe(paid.id);
      expect(await after.knob('GET', '/faults')).toMatchObject({ webhooks: [{ drop: true }] });
      expect(await refusal(after.stripe.refunds.create({ payment_intent: paid.id, amount: 2001 }))).toMatchObject({ param: 'amount' });
    } finally {
      await after.close();
    }
  });

  it('sends the webhooks it still owes', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const receiver = await Receiver.start(webhookSecret);
    const options = { port: 0, dataFile, webhookUrl: receiver.url, webhookSecret, retryDelaysMs: [50, 50, 50, 50, 50, 50] };
    receiver.answer = () => 503;
    const before = await Bench.start({ ...options });
    await before.pay();
    await receiver.until(() => receiver.received.length >= 4);
    await before.close();

    receiver.answer = () => 200;
    receiver.received.length = 0;
    const after = await startSandbox(options);
    try {
      await receiver.until(() => new Set(receiver.types).size === 4);
      expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    } finally {
      await after.close();
      await receiver.close();
    }
  });

  it('sends again what nobody had answered yet', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const before = await Bench.start({ dataFile });
    before.webhooks.answer = () => 'hang';
    const intent = await before.stripe.paymentIntents.create(order);
    await before.webhooks.until(() => before.webhooks.received.length === 1);
    await before.close();

    const after = await Bench.start({ dataFile });
    try {
      expect((await after.webhooks.first('payment_intent.created')).data.object).toMatchObject({ id: intent.id });
    } finally {
      await after.close();
    }
  });

  it('finishes what it was about to do by itself', async () => {
    const dataFile = join(folder, 'ledger.sqlite');
    const before = await Bench.start({ dataFile, asyncDelayMs: 400 });
    const paid = await before.pay('pm_card_pendingRefund');
    const refund = await before.stripe.refunds.create({ payment_intent: paid.id });
    await before.close();
    expect(refund.status).toBe('pending');

    const after = await Bench.start({ dataFile });
    try {
      await after.webhooks.first('refund.updated');
      expect((await after.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    } finally {
      await after.close();
    }
  });
});

describe('A sandbox that cannot start', () => {
  it('says that the port is taken', async () => {
    const bench = await Bench.start();
    try {
      await expect(startSandbox({ port: bench.sandbox.port, dataFile: ':memory:', webhookUrl: null, webhookSecret })).rejects.toThrow(
        `The Stripe sandbox cannot start: port ${bench.sandbox.port} on 127.0.0.1 is already in use.`,
      );
    } finally {
      await bench.close();
    }
  });
});

describe('A sandbox without its ledger', () => {
  it('says what it could not open', async () => {
    await writeFile(join(folder, 'file'), '');
    const dataFile = join(folder, 'file', 'ledger.sqlite');
    await expect(startSandbox({ port: 0, dataFile, webhookUrl: null, webhookSecret })).rejects.toThrow(
      `The Stripe sandbox cannot open its ledger ${dataFile}: `,
    );
  });
});

describe('A sandbox that stops', () => {
  it('lets go of requests that hang', async () => {
    const bench = await Bench.start();
    await bench.knob('PUT', '/faults', { api: [{ answer: 'hang' }] });
    const hanging = refusal(bench.stripe.paymentIntents.create(order));
    await bench.knob('GET', '/faults');
    await bench.close();
    expect((await hanging).type).toBe('StripeConnectionError');
  });
});
