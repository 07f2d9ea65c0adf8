import type { FastifyInstance } from 'fastify';
import type { Stripe } from 'stripe';
import { byItself } from '../ledger/ledger.js';
import type { PaymentOutcome } from '../payments/charging.js';
import { KnobError } from './knob-input.js';
import type { Controls } from './controls.js';

interface Named {
  Params: { id: string };
}

const paymentOutcome = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome'],
  properties: { outcome: { enum: ['succeed', 'fail'] } },
};
const newDispute = {
  type: 'object',
  additionalProperties: false,
  properties: {
    charge: { type: 'string' },
    payment_intent: { type: 'string' },
    amount: { type: 'integer', minimum: 1 },
    reason: { type: 'string', pattern: '^[a-z_]+$' },
    inquiry: { type: 'boolean' },
  },
  oneOf: [{ required: ['charge'] }, { required: ['payment_intent'] }],
};
const disputeOutcome = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome'],
  properties: { outcome: { enum: ['won', 'lost'] } },
};

interface DisputeBody {
  charge?: string;
  payment_intent?: string;
  amount?: number;
  reason?: string;
  inquiry?: boolean;
}

/** What customers and banks do: authenticate, answer late, send money back, dispute. */
export function moneyKnobs(server: FastifyInstance, controls: Controls): void {
  const { database, ledger, charging, confirming, holds, refunding, disputing } = controls;

  function intentIn(id: string, status: string): Stripe.PaymentIntent {
    const intent = known(ledger.paymentIntents.find(id), 'payment intent', id);
    if (intent.status !== status) throw new KnobError(`payment intent ${id} is ${intent.status}, not ${status}`, 409);
    return intent;
  }

  function authenticate(id: string, outcome: PaymentOutcome): Stripe.PaymentIntent {
    return database.transaction(() => confirming.authenticate(intentIn(id, 'requires_action'), outcome, byItself));
  }

  server.post<Named & { Body: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/authenticate',
    { schema: { body: paymentOutcome } },
    ({ params, body }) => authenticate(params.id, body.outcome),
  );

  // Where a redirect for 3D Secure leads: ?outcome=succeed or ?outcome=fail, then back to the shop.
  server.get<Named & { Querystring: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/authenticate',
    { schema: { querystring: paymentOutcome } },
    ({ params, query }, reply) => {
      const action = intentIn(params.id, 'requires_action').next_action?.redirect_to_url;
      const intent = authenticate(params.id, query.outcome);
      if (!action?.return_url) return intent;
      const back = new URL(action.return_url);
      back.searchParams.set('payment_intent', intent.id);
      back.searchParams.set('payment_intent_client_secret', String(intent.client_secret));
      back.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed');
      return reply.redirect(back.href, 303);
    },
  );

  server.post<Named>('/sandbox/payment_intents/:id/hold_processing', ({ params }) => {
    const intent = known(ledger.paymentIntents.find(params.id), 'payment intent', params.id);
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw new KnobError(`payment intent ${params.id} is already ${intent.status}`, 409);
    holds.place(params.id);
    return intent;
  });

  server.post<Named & { Body: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/settle',
    { schema: { body: paymentOutcome } },
    ({ params, body }) => database.transaction(() => charging.settle(intentIn(params.id, 'processing'), body.outcome, byItself)),
  );

  function refundIn(id: string, ...statuses: string[]): Stripe.Refund {
    const refund = known(ledger.refunds.find(id), 'refund', id);
    if (!statuses.includes(String(refund.status)))
      throw new KnobError(`refund ${id} is ${refund.status}, not ${statuses.join(' or ')}`, 409);
    return refund;
  }

  server.post<Named>('/sandbox/refunds/:id/fail', ({ params }) =>
    database.transaction(() => refunding.fail(refundIn(params.id, 'pending', 'succeeded'), byItself)),
  );

  server.post<Named>('/sandbox/refunds/:id/succeed', ({ params }) =>
    database.transaction(() => refunding.succeed(refundIn(params.id, 'pending'), byItself)),
  );

  function disputed(body: DisputeBody): Stripe.Charge {
    if (body.charge !== undefined) return known(ledger.charges.find(body.charge), 'charge', body.charge);
    const intent = known(ledger.paymentIntents.find(body.payment_intent ?? ''), 'payment intent', body.payment_intent ?? '');
    return known(ledger.charges.behind(intent.latest_charge), 'charge of payment intent', intent.id);
  }

  server.post<{ Body: DisputeBody }>('/sandbox/disputes', { schema: { body: newDispute } }, ({ body }) => {
    const charge = disputed(body);
    return database.transaction(() =>
      disputing.open({ charge, amount: body.amount, reason: body.reason ?? 'fraudulent', inquiry: body.inquiry ?? false }, byItself),
    );
  });

  server.post<Named & { Body: { outcome: 'won' | 'lost' } }>(
    '/sandbox/disputes/:id/close',
    { schema: { body: disputeOutcome } },
    ({ params, body }) =>
      database.transaction(() => disputing.close(known(ledger.disputes.find(params.id), 'dispute', params.id), body.outcome, byItself)),
  );
}

function known<T>(object: T | undefined, kind: string, id: string): T {
  if (object === undefined) throw new KnobError(`there is no ${kind} ${id}`, 404);
  return object;
}
