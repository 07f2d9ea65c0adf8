import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** Asks Stripe for the intent of an unfinished payment. The subject is the payment's id. */
@Job('payments.check-payment', { lane: REQUESTS })
export class CheckPayment implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
  ) {}

  async run(paymentId: string): Promise<void> {
    const { status, intentId } = await this.payments.get(paymentId);
    if (intentId === null || status === 'cancelled' || status === 'succeeded') return;
    try {
      await this.sync.applyIntent(await this.cards.intent(intentId), 'stripe');
    } catch (error) {
      // An alert says so when the payment is cancelled, at the end of the hold at the latest.
      if (!(error instanceof CardRefused && error.isMissing)) throw error;
    }
  }
}
