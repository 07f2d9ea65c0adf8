import { Alerts } from '@app/kernel/alerts.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { SWEEP_FAILED } from '../../domain/alert-codes.js';
import { CardPayments } from '../../domain/card-payments.js';
import { Disputes } from '../../domain/disputes.js';
import { Payments } from '../../domain/payments.js';
import type { DisputeFact } from '../../domain/stripe-facts.js';
import { IntentsOfCharges } from '../intents-of-charges.js';
import { LISTS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';
import { applyEach, pageAt } from '../sweep-pages.js';

/** Compares a page of Stripe's recent disputes with ours, and has the next page compared. The subject is where the page begins. */
@Job('payments.sweep-disputes', { lane: LISTS })
export class SweepDisputes implements JobHandler {
  constructor(
    private readonly disputes: Disputes,
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly jobs: Jobs,
    private readonly intents: IntentsOfCharges,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
  ) {}

  async run(subject: string): Promise<void> {
    const { facts, next } = await this.cards.disputesPage(pageAt(subject));
    await applyEach(await this.intents.complete(await this.disputes.differing(facts)), {
      apply: (dispute) => this.apply(dispute),
      failed: ({ disputeId }, error) =>
        this.alerts.raise(SWEEP_FAILED, 'A dispute of the sweep could not be applied', { disputeId, err: error }),
    });
    if (next !== null) await this.jobs.enqueue([{ kind: 'payments.sweep-disputes', subject: next }]);
  }

  /** As an event, because events may have overtaken the list. A dispute over money that is not ours is left alone. */
  private async apply(dispute: DisputeFact): Promise<void> {
    const paymentId = dispute.intentId === null ? null : await this.payments.idOfIntent(dispute.intentId);
    if (paymentId !== null) await this.sync.applyDispute(dispute, paymentId);
  }
}
