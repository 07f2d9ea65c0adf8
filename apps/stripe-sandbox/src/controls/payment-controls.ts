import type { FastifyInstance } from 'fastify';
import type { Stripe } from 'stripe';
import { STRIPE_INITIATED } from '../ledger/ledger.js';
import type { PaymentOutcome } from '../payments/charge-service.js';
import type { ControlDependencies } from './control-dependencies.js';
import { ControlError, found } from './control-error.js';

interface IntentRoute {
  Params: { id: string };
}

const OUTCOME_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome'],
  properties: { outcome: { enum: ['succeed', 'fail'] } },
};

/** What customers and banks do with a payment: authenticate it, or answer late. */
export function registerPaymentControls(server: FastifyInstance, dependencies: ControlDependencies): void {
  const { database, ledger, charges, confirmations, processingOverrides } = dependencies;

  function intentWithStatus(id: string, status: string): Stripe.PaymentIntent {
    const intent = found(ledger.paymentIntents.find(id), 'payment intent', id);
    if (intent.status !== status) throw new ControlError(`payment intent ${id} is ${intent.status}, not ${status}`, 409);
    return intent;
  }

  function authenticate(id: string, outcome: PaymentOutcome): Stripe.PaymentIntent {
    return database.transaction(() => confirmations.authenticate(intentWithStatus(id, 'requires_action'), outcome, STRIPE_INITIATED));
  }

  server.post<IntentRoute & { Body: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/authenticate',
    { schema: { body: OUTCOME_SCHEMA } },
    ({ params, body }) => authenticate(params.id, body.outcome),
  );

  // The URL of a 3D Secure redirect, with ?outcome=succeed or ?outcome=fail. It redirects to the intent's return URL.
  server.get<IntentRoute & { Querystring: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/authenticate',
    { schema: { querystring: OUTCOME_SCHEMA } },
    ({ params, query }, reply) => {
      const redirect = intentWithStatus(params.id, 'requires_action').next_action?.redirect_to_url;
      const intent = authenticate(params.id, query.outcome);
      if (!redirect?.return_url) return intent;
      const returnUrl = new URL(redirect.return_url);
      returnUrl.searchParams.set('payment_intent', intent.id);
      returnUrl.searchParams.set('payment_intent_client_secret', String(intent.client_secret));
      returnUrl.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed');
      return reply.redirect(returnUrl.href, 303);
    },
  );

  server.post<IntentRoute>('/sandbox/payment_intents/:id/hold_processing', ({ params }) => {
    const intent = found(ledger.paymentIntents.find(params.id), 'payment intent', params.id);
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw new ControlError(`payment intent ${params.id} is already ${intent.status}`, 409);
    processingOverrides.set(params.id);
    return intent;
  });

  server.post<IntentRoute & { Body: { outcome: PaymentOutcome } }>(
    '/sandbox/payment_intents/:id/settle',
    { schema: { body: OUTCOME_SCHEMA } },
    ({ params, body }) =>
      database.transaction(() => charges.completeProcessing(intentWithStatus(params.id, 'processing'), body.outcome, STRIPE_INITIATED)),
  );
}
