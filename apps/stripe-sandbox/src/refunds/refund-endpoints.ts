import type { Stripe } from 'stripe';
import { invalidRequest, noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { applyMetadataChange, metadata } from '../http/metadata.js';
import { CREATED_PARAMETER, createdConditions, equalsCondition, listPage, LIST_PARAMETERS } from '../http/pagination.js';
import { integer, oneOf, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RefundService } from './refund-service.js';

export function refundEndpoints(ledger: Ledger, refunds: RefundService): Endpoint[] {
  function requireRefund(id: string): Stripe.Refund {
    const refund = ledger.refunds.find(id);
    if (refund === undefined) throw noSuchObject('refund', id, { param: 'refund' });
    return refund;
  }

  function requireRefundableCharge(parameters: { charge: string | undefined; payment_intent: string | undefined }): Stripe.Charge {
    if (parameters.charge !== undefined) {
      const charge = ledger.charges.find(parameters.charge);
      if (charge === undefined) throw noSuchObject('charge', parameters.charge, { param: 'charge', status: 400 });
      if (parameters.payment_intent !== undefined && charge.payment_intent !== parameters.payment_intent) {
        throw invalidRequest(`Charge ${charge.id} does not belong to PaymentIntent ${parameters.payment_intent}.`, { param: 'charge' });
      }
      return charge;
    }
    if (parameters.payment_intent === undefined) {
      throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
        code: 'parameter_missing',
      });
    }
    const intent = ledger.paymentIntents.find(parameters.payment_intent);
    if (intent === undefined) throw noSuchObject('payment_intent', parameters.payment_intent, { param: 'payment_intent', status: 400 });
    const charge = intent.status === 'succeeded' ? ledger.charges.findReferenced(intent.latest_charge) : undefined;
    if (charge === undefined) {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, { param: 'payment_intent' });
    }
    return charge;
  }

  function create(): Endpoint {
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
          charge: requireRefundableCharge(parameters),
          amount: parameters.amount,
          reason: parameters.reason,
          metadata: applyMetadataChange({}, parameters.metadata),
        },
        cause,
      ),
    );
  }

  function retrieve(): Endpoint {
    return endpoint('GET', '/v1/refunds/:id', {}, ({ id }) => requireRefund(id));
  }

  function update(): Endpoint {
    return endpoint('POST', '/v1/refunds/:id', { metadata: metadata() }, ({ id, parameters, cause }) => {
      const refund = requireRefund(id);
      return refunds.changeMetadata(refund, applyMetadataChange(refund.metadata ?? {}, parameters.metadata), cause);
    });
  }

  function cancel(): Endpoint {
    return endpoint('POST', '/v1/refunds/:id/cancel', {}, ({ id, cause }) => {
      const refund = requireRefund(id);
      if (refund.status !== 'pending' && refund.status !== 'requires_action') {
        throw invalidRequest(
          `You cannot cancel this Refund because it has a status of ${refund.status}. Only a Refund with one of the following statuses may be canceled: pending, requires_action.`,
        );
      }
      return refunds.cancel(refund, cause);
    });
  }

  function list(): Endpoint {
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

  return [create(), retrieve(), update(), cancel(), list()];
}
