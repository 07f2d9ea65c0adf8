import type { Stripe } from 'stripe';
import { noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { applyMetadataChange, metadata } from '../http/metadata.js';
import { CREATED_PARAMETER, createdConditions, equalsCondition, listPage, LIST_PARAMETERS } from '../http/pagination.js';
import { boolean, object, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { DisputeService } from './dispute-service.js';

const readEvidence = object({
  access_activity_log: text({ maximumLength: 20_000 }),
  cancellation_policy_disclosure: text({ maximumLength: 20_000 }),
  cancellation_rebuttal: text({ maximumLength: 20_000 }),
  customer_email_address: text(),
  customer_name: text(),
  customer_purchase_ip: text(),
  product_description: text({ maximumLength: 20_000 }),
  refund_policy_disclosure: text({ maximumLength: 20_000 }),
  refund_refusal_explanation: text({ maximumLength: 20_000 }),
  service_date: text(),
  uncategorized_text: text({ maximumLength: 20_000 }),
});

interface DisputeDependencies {
  readonly ledger: Ledger;
  readonly disputes: DisputeService;
}

export function disputeEndpoints(dependencies: DisputeDependencies): Endpoint[] {
  return [retrieve(dependencies), update(dependencies), close(dependencies), list(dependencies)];
}

function retrieve({ ledger }: DisputeDependencies): Endpoint {
  return endpoint('GET', '/v1/disputes/:id', {}, ({ id }) => requireDispute(ledger, id));
}

function update({ ledger, disputes }: DisputeDependencies): Endpoint {
  const readers = { evidence: readEvidence, metadata: metadata(), submit: boolean() };
  return endpoint('POST', '/v1/disputes/:id', readers, ({ id, parameters, cause }) => {
    const dispute = requireDispute(ledger, id);
    const change = {
      evidence: withoutUndefined(parameters.evidence ?? {}),
      metadata: applyMetadataChange(dispute.metadata, parameters.metadata),
      // Stripe submits new evidence at once, except with `submit=false`.
      submit: parameters.submit ?? parameters.evidence !== undefined,
    };
    return disputes.submitEvidence(dispute, change, cause);
  });
}

function close({ ledger, disputes }: DisputeDependencies): Endpoint {
  return endpoint('POST', '/v1/disputes/:id/close', {}, ({ id, cause }) =>
    disputes.close(requireDispute(ledger, id), { outcome: 'lost' }, cause),
  );
}

function list({ ledger }: DisputeDependencies): Endpoint {
  const readers = { ...LIST_PARAMETERS, ...CREATED_PARAMETER, charge: text(), payment_intent: text() };
  return endpoint('GET', '/v1/disputes', readers, ({ parameters }) =>
    listPage({
      collection: ledger.disputes,
      kind: 'dispute',
      url: '/v1/disputes',
      parameters,
      conditions: [
        ...createdConditions(parameters.created),
        ...equalsCondition('charge', parameters.charge),
        ...equalsCondition('payment_intent', parameters.payment_intent),
      ],
    }),
  );
}

function requireDispute(ledger: Ledger, id: string): Stripe.Dispute {
  const dispute = ledger.disputes.find(id);
  if (dispute === undefined) throw noSuchObject('dispute', id, { param: 'dispute' });
  return dispute;
}

function withoutUndefined<T extends Record<string, string | undefined>>(fields: T): Partial<Record<keyof T, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Record<keyof T, string>>;
}
