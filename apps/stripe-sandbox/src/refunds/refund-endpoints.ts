import type { Stripe } from 'stripe';
import { invalidRequest, noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { applyMetadataChange, metadata } from '../http/metadata.js';
import { CREATED_PARAMETER, createdConditions, equalsCondition, listPage, LIST_PARAMETERS } from '../http/pagination.js';
import { integer, oneOf, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RefundService } from './refund-service.js';
import { requireRefundableCharge } from './refundable-charge.js';

interface RefundDependencies {
  readonly ledger: Ledger;
  readonly refunds: RefundService;
}

export function refundEndpoints(dependencies: RefundDependencies): Endpoint[] {
  return [create(dependencies), retrieve(dependencies), update(dependencies), cancel(dependencies), list(dependencies)];
}

function create({ ledger, refunds }: RefundDependencies): Endpoint {
  const readers = {
    amount: integer({ minimum: 1 }),
    charge: text(),
    payment_intent: text(),
    metadata: metadata(),
    reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  };
  return endpoint('POST', '/v1/refunds', readers, ({ parameters, cause }) =>
    refunds.create(
      {
        charge: requireRefundableCharge(ledger, parameters),
        amount: parameters.amount,
        reason: parameters.reason,
        metadata: applyMetadataChange({}, parameters.metadata),
      },
      cause,
    ),
  );
}

function retrieve({ ledger }: RefundDependencies): Endpoint {
  return endpoint('GET', '/v1/refunds/:id', {}, ({ id }) => requireRefund(ledger, id));
}

function update({ ledger, refunds }: RefundDependencies): Endpoint {
  return endpoint('POST', '/v1/refunds/:id', { metadata: metadata() }, ({ id, parameters, cause }) => {
    const refund = requireRefund(ledger, id);
    return refunds.changeMetadata(refund, applyMetadataChange(refund.metadata ?? {}, parameters.metadata), cause);
  });
}

function cancel({ ledger, refunds }: RefundDependencies): Endpoint {
  return endpoint('POST', '/v1/refunds/:id/cancel', {}, ({ id, cause }) => {
    const refund = requireRefund(ledger, id);
    if (refund.status !== 'pending' && refund.status !== 'requires_action') {
      throw invalidRequest(
        `You cannot cancel this Refund because it has a status of ${refund.status}. Only a Refund with one of the following statuses may be canceled: pending, requires_action.`,
      );
    }
    return refunds.cancel(refund, cause);
  });
}

function list({ ledger }: RefundDependencies): Endpoint {
  const readers = { ...LIST_PARAMETERS, ...CREATED_PARAMETER, charge: text(), payment_intent: text() };
  return endpoint('GET', '/v1/refunds', readers, ({ parameters }) =>
    listPage({
      collection: ledger.refunds,
      kind: 'refund',
      url: '/v1/refunds',
      parameters,
      conditions: [
        ...createdConditions(parameters.created),
        ...equalsCondition('charge', parameters.charge),
        ...equalsCondition('payment_intent', parameters.payment_intent),
      ],
    }),
  );
}

function requireRefund(ledger: Ledger, id: string): Stripe.Refund {
  const refund = ledger.refunds.find(id);
  if (refund === undefined) throw noSuchObject('refund', id, { param: 'refund' });
  return refund;
}
