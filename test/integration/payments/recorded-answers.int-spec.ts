/** The adapter of Stripe with answers that its documents allow, or that other stand-ins give, and that the sandbox does not give. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { PaymentsSettings } from '@app/payments';
import { vi } from 'vitest';
import { readSettings } from '../../../apps/settings.js';
import { CardRefused, OutcomeUnknown } from '../../../libs/payments/src/domain/card-payments.js';
import { StripeCardPayments } from '../../../libs/payments/src/infrastructure/stripe-card-payments.js';
import { testEnvironment } from '../../support/in-process-system.js';

const [PAYMENT, REFUND] = ['0195e0a0-0000-7000-8000-000000000001', '0195e0a0-0000-7000-8000-000000000002'];

let server: Server;
let answers: Record<string, object>;
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[`${request.method} ${request.url!.split('?')[0]}`];
    response.statusCode = answer === undefined ? 404 : 'error' in answer ? 400 : 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? { message: 'Not Found' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
beforeEach(() => {
  answers = {};
});
afterAll(() => server.close());

function adapter(url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`): StripeCardPayments {
  const variables = testEnvironment({ DATABASE_URL: 'postgres://u:p@127.0.0.1/none', STRIPE_API_URL: url });
  return new StripeCardPayments(readSettings(variables).get(PaymentsSettings));
}

const intent = { id: 'pi_1', object: 'payment_intent', status: 'requires_payment_method', amount: 2_500, currency: 'eur', livemode: false };
const refund = { id: 're_1', object: 'refund', status: 'succeeded', amount: 2_500, currency: 'eur' };

const createIntent = (cards = adapter()) =>
  cards.createIntent({
    paymentId: PAYMENT,
    reservationId: REFUND,
    amount: { amount: 2_500, currency: 'EUR' },
    idempotencyKey: `payment:${PAYMENT}:1`,
  });

describe('Answers of Stripe', () => {
  it('what we asked for is known from the request where metadata is missing', async () => {
    answers = { 'POST /v1/payment_intents': { ...intent, client_secret: 'pi_1_secret' }, 'POST /v1/refunds': refund };
    expect(await createIntent()).toMatchObject({ intentId: 'pi_1', paymentId: PAYMENT, clientSecret: 'pi_1_secret' });
    const order = {
      intentId: 'pi_1',
      reason: 'goodwill' as const,
      refundId: REFUND,
      paymentId: PAYMENT,
      amount: 2_500,
      idempotencyKey: `refund:${REFUND}:1`,
    };
    expect(await adapter().refund(order)).toMatchObject({ stripeRefundId: 're_1', refundId: REFUND, intentId: 'pi_1' });
  });

  it('a refusal that is not about the amount is one alert, until a payment is made', async () => {
    const lines: { alert?: string; over?: string }[] = [];
    for (const level of ['error', 'log'] as const)
      vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push(line as object));
    const refusal = { type: 'invalid_request_error', message: 'Received unknown parameter', param: 'automatic_payment_methods' };
    const cards = adapter();
    try {
      answers = { 'POST /v1/payment_intents': { error: { ...refusal, param: 'amount' } } };
      await expect(createIntent(cards)).rejects.toThrow(CardRefused);
      answers = { 'POST /v1/payment_intents': { error: refusal } };
      for (const _ of [1, 2]) await expect(createIntent(cards)).rejects.toThrow(CardRefused);
      answers = { 'POST /v1/payment_intents': { ...intent, client_secret: 'pi_1_secret' } };
      await createIntent(cards);
      expect(lines.map(({ alert, over }) => alert ?? over)).toEqual(['stripe-refuses-payments', 'stripe-refuses-payments']);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('an answer that is no list is no answer', async () => {
    await expect(adapter().checkKey()).rejects.toThrow(OutcomeUnknown);
    answers = { 'GET /v1/payment_intents': { message: 'down' } };
    await expect(adapter().checkKey()).rejects.toThrow(OutcomeUnknown);
    await expect(adapter().intentsPage({ withinMs: 1, after: null })).rejects.toThrow(OutcomeUnknown);
    answers = { 'GET /v1/payment_intents': { object: 'list', data: [], has_more: false } };
    await adapter().checkKey();
  });

  it('an address of IPv6 is reached', async () => {
    const listening = createServer((_request, response) => response.end('{"data":[]}'));
    await new Promise<void>((done) => listening.listen(0, '::1', done));
    try {
      await adapter(`http://[::1]:${(listening.address() as AddressInfo).port}`).checkKey();
    } finally {
      listening.close();
    }
  });

  it('an object of ours that a list gives unreadable is an alert', async () => {
    const lines: { alert?: string; id?: string; paymentId?: string }[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(line as object));
    const metadata = { paymentId: PAYMENT };
    const data = [
      { ...intent, metadata },
      { ...intent, id: 'pi_2', amount: null, metadata },
      { ...intent, id: 'pi_others', amount: null },
    ];
    answers = { 'GET /v1/payment_intents': { object: 'list', data, has_more: false } };
    try {
      const { facts } = await adapter().intentsPage({ withinMs: 1, after: null });
      expect(facts.map(({ intentId }) => intentId)).toEqual(['pi_1']);
      expect(lines).toMatchObject([{ alert: 'stripe-object-unreadable', id: 'pi_2', paymentId: PAYMENT }]);
    } finally {
      vi.restoreAllMocks();
    }
  });
});
