import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import { REQUESTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** Asks Stripe for all refunds of a payment. The subject is the payment's id. */
@Job('payments.list-refunds', { lane: REQUESTS })
export class ListRefunds implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly sync: StripeSync,
  ) {}

  async run(paymentId: string): Promise<void> {
    const { intentId } = await this.payments.get(paymentId);
    if (intentId !== null) await this.sync.applyRefunds(paymentId, await this.cards.refundsOf(intentId));
  }
}
