import type { Stripe } from 'stripe';
import { noSuch } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { changedMetadata, metadata } from '../http/metadata.js';
import { createdParameter, createdWithin, equals, listPage, listParameters } from '../http/pagination.js';
import { boolean, object, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Disputing } from './disputing.js';

const evidence = object({
  access_activity_log: text(20_000),
  cancellation_policy_disclosure: text(20_000),
  cancellation_rebuttal: text(20_000),
  customer_email_address: text(),
  customer_name: text(),
  customer_purchase_ip: text(),
  product_description: text(20_000),
  refund_policy_disclosure: text(20_000),
  refund_refusal_explanation: text(20_000),
  service_date: text(),
  uncategorized_text: text(20_000),
});

export function disputeEndpoints(ledger: Ledger, disputing: Disputing): Endpoint[] {
  function existing(id: string): Stripe.Dispute {
    const dispute = ledger.disputes.find(id);
    if (dispute === undefined) throw noSuch('dispute', id, 'dispute');
    return dispute;
  }

  const retrieve = endpoint('GET', '/v1/disputes/:id', {}, ({ id }) => existing(id));

  const update = endpoint(
    'POST',
    '/v1/disputes/:id',
    { evidence, metadata: metadata(), submit: boolean() },
    ({ id, parameters, cause }) => {
      const dispute = existing(id);
      const change = {
        evidence: given(parameters.evidence ?? {}),
        metadata: changedMetadata(dispute.metadata, parameters.metadata),
        // Stripe submits at once unless told not to.
        submit: parameters.submit ?? parameters.evidence !== undefined,
      };
      return disputing.answer(dispute, change, cause);
    },
  );

  const close = endpoint('POST', '/v1/disputes/:id/close', {}, ({ id, cause }) => disputing.close(existing(id), 'lost', cause));

  const readers = { ...listParameters, ...createdParameter, charge: text(), payment_intent: text() };
  const list = endpoint('GET', '/v1/disputes', readers, ({ parameters }) =>
    listPage(ledger.disputes, 'dispute', '/v1/disputes', parameters, [
      ...createdWithin(parameters.created),
      ...equals('charge', parameters.charge),
      ...equals('payment_intent', parameters.payment_intent),
    ]),
  );

  return [retrieve, update, close, list];
}

function given<T extends Record<string, string | undefined>>(fields: T): Partial<Record<keyof T, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Record<keyof T, string>>;
}
