import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import { IntentsOfCharges } from '../intents-of-charges.js';
import { LISTS } from '../lanes.js';
import { pageAt } from '../sweep-pages.js';

/** Compares a page of Stripe's recent refunds with ours, and has the next page compared. The subject is where the page begins. */
@Job('payments.sweep-refunds', { lane: LISTS })
export class SweepRefunds implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly intents: IntentsOfCharges,
    private readonly jobs: Jobs,
  ) {}

  async run(subject: string): Promise<void> {
    const { facts, next } = await this.cards.refundsPage(pageAt(subject));
    const differing = await this.payments.withDifferingRefunds(await this.intents.complete(facts));
    const jobs: JobName[] = differing.map((paymentId) => ({ kind: 'payments.list-refunds', subject: paymentId }));
    if (next !== null) jobs.push({ kind: 'payments.sweep-refunds', subject: next });
    await this.jobs.enqueue(jobs);
  }
}
