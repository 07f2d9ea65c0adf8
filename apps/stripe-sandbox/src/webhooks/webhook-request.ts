import { createHmac } from 'node:crypto';
import type { Stripe } from 'stripe';
import type { Alteration } from '../faults/faults.js';
import { withoutMembers } from '../faults/omissions.js';

interface WebhookRequest {
  body: string;
  headers: Record<string, string>;
}

/** Returns the request for an event. Its signature contains the current time: https://docs.stripe.com/webhooks#verify-manually. */
export function newWebhookRequest(event: Stripe.EventBase, secret: string, alteration: Alteration | null): WebhookRequest {
  const body = JSON.stringify(alteration === null ? event : applyAlteration(event, alteration), null, 2);
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', alteration?.secret ?? secret)
    .update(`${timestamp}.${body}`)
    .digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      'stripe-signature': `t=${timestamp},v1=${signature}`,
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    },
  };
}

/** Changes only the delivery. The API still returns the unaltered event and object. */
function applyAlteration(event: Stripe.EventBase, alteration: Alteration): Stripe.EventBase {
  const object: Record<string, unknown> = { ...event.data.object };
  if (alteration.amount !== undefined) {
    for (const field of ['amount', 'amount_received', 'amount_captured']) {
      if (typeof object[field] === 'number') object[field] = alteration.amount;
    }
  }
  if (alteration.currency !== undefined) object['currency'] = alteration.currency;
  if (alteration.livemode !== undefined) object['livemode'] = alteration.livemode;
  return {
    ...event,
    api_version: alteration.apiVersion ?? event.api_version,
    livemode: alteration.livemode ?? event.livemode,
    data: withoutMembers({ ...event.data, object }, alteration.omits ?? []) as Stripe.EventBase['data'],
  };
}
