/** Whether Stripe takes our key, and in which mode we are. */
import { type Finding, fault, ok, reasonOf, warning } from '@app/platform/operations/findings/finding.js';
import { ApiKeyRefused } from '../domain/card-payments.js';
import type { PaymentsSettings } from '../payments.settings.js';
import { StripeCardPayments } from './stripe-card-payments.js';

const PART = 'stripe';

export async function stripeFindings(settings: PaymentsSettings, { isProduction }: { isProduction: boolean }): Promise<Finding[]> {
  const cards = new StripeCardPayments(settings);
  const mode = cards.livemode ? 'live' : 'test';
  const address = settings.stripe.apiUrl === null ? 'Stripe' : `the stand-in at ${new URL(settings.stripe.apiUrl).host}`;
  try {
    await cards.checkKey();
  } catch (error) {
    if (error instanceof ApiKeyRefused)
      return [
        fault(
          PART,
          `The key is refused: ${reasonOf(error)}`,
          'Copy STRIPE_SECRET_KEY from the dashboard of your account; a restricted key needs to write PaymentIntents and refunds, and to read events, charges and disputes.',
        ),
      ];
    return [fault(PART, `It does not answer: ${reasonOf(error)}`, 'Open the way to api.stripe.com:443, or check STRIPE_API_URL.')];
  }
  const taken = ok(PART, `The key is taken by ${address}, in ${mode} mode.`);
  if (!isProduction || cards.livemode) return [taken];
  return [
    taken,
    warning(PART, 'Production runs with test keys: no money moves.', 'Set the live keys, and the webhook secret of the live endpoint.'),
  ];
}
