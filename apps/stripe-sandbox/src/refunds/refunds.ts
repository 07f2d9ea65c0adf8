import type { Stripe } from 'stripe';
import { invalidRequest, noSuch } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { changedMetadata, metadata } from '../http/metadata.js';
import { createdParameter, createdWithin, equals, listPage, listParameters } from '../http/pagination.js';
import { integer, oneOf, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Refunding } from './refunding.js';

export function refundEndpoints(ledger: Ledger, refunding: Refunding): Endpoint[] {
  function existing(id: string): Stripe.Refund {
    const refund = ledger.refunds.find(id);
    if (refund === undefined) throw noSuch('refund', id, 'refund');
    return refund;
  }

  function paidCharge(given: { charge: string | undefined; payment_intent: string | undefined }): Stripe.Charge {
    if (given.charge !== undefined) {
      const charge = ledger.charges.find(given.charge);
      if (charge === undefined) throw noSuch('charge', given.charge, 'charge', 400);
      if (given.payment_intent !== undefined && charge.payment_intent !== given.payment_intent) {
        throw invalidRequest(`Charge ${charge.id} does not belong to PaymentIntent ${given.payment_intent}.`, { param: 'charge' });
      }
      return charge;
    }
    if (given.payment_intent === undefined) {
      throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
        code: 'parameter_missing',
      });
    }
    const intent = ledger.paymentIntents.find(given.payment_intent);
    if (intent === undefined) throw noSuch('payment_intent', given.payment_intent, 'payment_intent', 400);
    const charge = intent.status === 'succeeded' ? ledger.charges.behind(intent.latest_charge) : undefined;
    if (charge === undefined) {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, { param: 'payment_intent' });
    }
    return charge;
  }

  function create(): Endpoint {
    const readers = {
      amount: integer(1),
      charge: text(),
      payment_intent: text(),
      metadata: metadata(),
      reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
    };
    return endpoint('POST', '/v1/refunds', readers, ({ parameters, cause }) =>
      refunding.refund(
        {
          charge: paidCharge(parameters),
          amount: parameters.amount,
          reason: parameters.reason,
          metadata: changedMetadata({}, parameters.metadata),
        },
        cause,
      ),
    );
  }

  function retrieve(): Endpoint {
    return endpoint('GET', '/v1/refunds/:id', {}, ({ id }) => existing(id));
  }

  function update(): Endpoint {
    return endpoint('POST', '/v1/refunds/:id', { metadata: metadata() }, ({ id, parameters, cause }) => {
      const refund = existing(id);
      return refunding.describe(refund, changedMetadata(refund.metadata ?? {}, parameters.metadata), cause);
    });
  }

  function cancel(): Endpoint {
    return endpoint('POST', '/v1/refunds/:id/cancel', {}, ({ id, cause }) => {
      const refund = existing(id);
      if (refund.status !== 'pending' && refund.status !== 'requires_action') {
        throw invalidRequest(
          `You cannot cancel this Refund because it has a status of ${refund.status}. Only a Refund with one of the following statuses may be canceled: pending, requires_action.`,
        );
      }
      return refunding.cancel(refund, cause);
    });
  }

  function list(): Endpoint {
    const readers = { ...listParameters, ...createdParameter, charge: text(), payment_intent: text() };
    return endpoint('GET', '/v1/refunds', readers, ({ parameters }) =>
      listPage(ledger.refunds, 'refund', '/v1/refunds', parameters, [
        ...createdWithin(parameters.created),
        ...equals('charge', parameters.charge),
        ...equals('payment_intent', parameters.payment_intent),
      ]),
    );
  }

  return [create(), retrieve(), update(), cancel(), list()];
}
