import type { FastifyInstance } from 'fastify';
import type { Stripe } from 'stripe';
import { STRIPE_INITIATED } from '../ledger/ledger.js';
import type { ControlDependencies } from './control-dependencies.js';
import { ControlError, found } from './control-error.js';

interface RefundRoute {
  Params: { id: string };
}

/** What a bank does with a refund: accept it, or send the money back. */
export function registerRefundControls(server: FastifyInstance, { database, ledger, refunds }: ControlDependencies): void {
  function refundWithStatus(id: string, ...statuses: string[]): Stripe.Refund {
    const refund = found(ledger.refunds.find(id), 'refund', id);
    if (!statuses.includes(String(refund.status)))
      throw new ControlError(`refund ${id} is ${refund.status}, not ${statuses.join(' or ')}`, 409);
    return refund;
  }

  server.post<RefundRoute>('/sandbox/refunds/:id/fail', ({ params }) =>
    database.transaction(() => refunds.fail(refundWithStatus(params.id, 'pending', 'succeeded'), STRIPE_INITIATED)),
  );

  server.post<RefundRoute>('/sandbox/refunds/:id/succeed', ({ params }) =>
    database.transaction(() => refunds.succeed(refundWithStatus(params.id, 'pending'), STRIPE_INITIATED)),
  );
}
