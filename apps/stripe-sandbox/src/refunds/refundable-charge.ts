import type { Stripe } from 'stripe';
import { invalidRequest, noSuchObject } from '../http/api-error.js';
import type { Ledger } from '../ledger/ledger.js';

/** Throws Stripe's error when no charge that was paid is named. */
export function requireRefundableCharge(
  ledger: Ledger,
  parameters: { readonly charge: string | undefined; readonly payment_intent: string | undefined },
): Stripe.Charge {
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
