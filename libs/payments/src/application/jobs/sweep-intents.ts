import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { ORPHANED_INTENT, SWEEP_FAILED } from '../../domain/alert-codes.js';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { LISTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';
import { applyEach, pageAt } from '../sweep-pages.js';

/** Compares a page of Stripe's recent intents with our payments, and has the next page compared. The subject is where the page begins. */
@Job('payments.sweep-intents', { lane: LISTS })
export class SweepIntents implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly jobs: Jobs,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
  ) {}

  async run(subject: string): Promise<void> {
    const { facts, next } = await this.cards.intentsPage(pageAt(subject));
    await applyEach(await this.payments.differingIntents(facts), {
      apply: (intent) => this.apply(intent),
      failed: ({ intentId }, error) =>
        this.alerts.raise(SWEEP_FAILED, 'An intent of the sweep could not be applied', { intentId, err: error }),
    });
    if (next !== null) await this.jobs.enqueue([{ kind: 'payments.sweep-intents', subject: next }]);
  }

  /** An intent that names a payment we do not have raises an alert and is left alone: it may belong to another installation on the same account. */
  private async apply(intent: IntentFact): Promise<void> {
    const { intentId, paymentId, status } = intent;
    const outcome = await this.sync.applyIntent(intent, 'stripe');
    if (outcome !== 'unknown' || paymentId === null || status === 'cancelled') return;
    this.alerts.raise(ORPHANED_INTENT, 'Stripe has an intent of a payment that does not exist', { intentId, paymentId, status });
  }
}
