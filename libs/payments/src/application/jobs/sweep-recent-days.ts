import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { ORPHANED_INTENT } from '../../domain/alert-codes.js';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { LISTS } from '../stripe-lanes.js';
import { StripeSync } from '../stripe-sync.js';

const WITHIN_MS = 3 * 24 * 3_600_000;

/** Compares our payments with what Stripe's lists hold for the last three days, and applies what differs. */
@Job('payments.sweep-recent-days', { lane: LISTS })
export class SweepRecentDays implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly jobs: Jobs,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.reconcileDaysMs;
  }

  async run(): Promise<void> {
    for await (const intents of this.cards.recentIntents({ withinMs: WITHIN_MS })) {
      for (const intent of await this.payments.differingIntents(intents)) await this.apply(intent);
    }
    for await (const refunds of this.cards.recentRefunds({ withinMs: WITHIN_MS })) {
      await this.listRefunds(await this.payments.withDifferingRefunds(refunds));
    }
    // A bank may take longer than three days.
    await this.listRefunds(await this.payments.withSubmittedRefunds());
  }

  /** An intent that names a payment we do not have raises an alert and is left alone: it may belong to another installation on the same account. */
  private async apply(intent: IntentFact): Promise<void> {
    const { intentId, paymentId, status } = intent;
    const outcome = await this.sync.applyIntent(intent, 'stripe');
    if (outcome !== 'unknown' || paymentId === null || status === 'cancelled') return;
    this.alerts.raise(ORPHANED_INTENT, 'Stripe has an intent of a payment that does not exist', { intentId, paymentId, status });
  }

  private async listRefunds(paymentIds: readonly string[]): Promise<void> {
    await this.jobs.enqueue(paymentIds.map((subject) => ({ kind: 'payments.list-refunds', subject })));
  }
}
