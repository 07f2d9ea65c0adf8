import type { FastifyInstance } from 'fastify';
import type { Stripe } from 'stripe';
import { STRIPE_INITIATED } from '../ledger/ledger.js';
import type { ControlDependencies } from './control-dependencies.js';
import { found } from './control-error.js';

const NEW_DISPUTE_SCHEMA = {
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
const OUTCOME_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome'],
  properties: { outcome: { enum: ['won', 'lost'] } },
};
const CLOSING_SCHEMA = {
  ...OUTCOME_SCHEMA,
  properties: { ...OUTCOME_SCHEMA.properties, reinstated: { type: 'integer', minimum: 1 } },
};

interface NewDisputeBody {
  charge?: string;
  payment_intent?: string;
  amount?: number;
  reason?: string;
  inquiry?: boolean;
}

/** What a customer's bank does with a dispute: open it, close it, and decide it anew. */
export function registerDisputeControls(server: FastifyInstance, { database, ledger, disputes }: ControlDependencies): void {
  function disputedCharge(body: NewDisputeBody): Stripe.Charge {
    if (body.charge !== undefined) return found(ledger.charges.find(body.charge), 'charge', body.charge);
    const intent = found(ledger.paymentIntents.find(body.payment_intent ?? ''), 'payment intent', body.payment_intent ?? '');
    return found(ledger.charges.findReferenced(intent.latest_charge), 'charge of payment intent', intent.id);
  }

  server.post<{ Body: NewDisputeBody }>('/sandbox/disputes', { schema: { body: NEW_DISPUTE_SCHEMA } }, ({ body }) => {
    const charge = disputedCharge(body);
    const request = { charge, amount: body.amount, reason: body.reason ?? 'fraudulent', inquiry: body.inquiry ?? false };
    return database.transaction(() => disputes.open(request, STRIPE_INITIATED));
  });

  server.post<{ Params: { id: string }; Body: { outcome: 'won' | 'lost'; reinstated?: number } }>(
    '/sandbox/disputes/:id/close',
    { schema: { body: CLOSING_SCHEMA } },
    ({ params, body }) =>
      database.transaction(() => disputes.close(found(ledger.disputes.find(params.id), 'dispute', params.id), body, STRIPE_INITIATED)),
  );

  server.post<{ Params: { id: string }; Body: { outcome: 'won' | 'lost' } }>(
    '/sandbox/disputes/:id/appeal',
    { schema: { body: OUTCOME_SCHEMA } },
    ({ params, body }) =>
      database.transaction(() =>
        disputes.appeal(found(ledger.disputes.find(params.id), 'dispute', params.id), body.outcome, STRIPE_INITIATED),
      ),
  );
}
