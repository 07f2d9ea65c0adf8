/** Compares what Stripe has with what we have, as after a restore: money may have arrived that our tables no longer know. */
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { CardPayments } from '../domain/card-payments.js';
import { Payments } from '../domain/payments.js';
import type { IntentFact } from '../domain/stripe-facts.js';
import { StripeSync } from './stripe-sync.js';

/** Money at Stripe for a payment that does not exist here. In minor units. */
export interface Orphan {
  readonly intentId: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly received: number;
  /** What went back, or is on its way. */
  readonly refunded: number;
}

export interface StripeComparisonReport {
  readonly intents: number;
  /** Payments that had missed what Stripe says, and have it now. */
  readonly corrected: number;
  readonly orphans: readonly Orphan[];
}

@Injectable()
export class StripeComparison {
  constructor(
    private readonly cards: CardPayments,
    private readonly payments: Payments,
    private readonly sync: StripeSync,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Applies what payments of ours have missed, and names the orphans. `onProgress` gets how many intents were read. Throws what Stripe's requests throw; a repetition begins anew. */
  async compare(withinMs: number, onProgress: (intents: number) => void = () => undefined): Promise<StripeComparisonReport> {
    const report = { intents: 0, corrected: 0, orphans: [] as Orphan[] };
    let after: string | null = null;
    do {
      const { facts, next }: { facts: IntentFact[]; next: string | null } = await this.cards.intentsPage({ withinMs, after });
      report.intents += facts.length;
      for (const intent of await this.payments.differingIntents(facts)) {
        if ((await this.sync.applyIntent(intent, 'stripe')) !== 'unknown') report.corrected++;
        // An intent without a payment's id is not of this system.
        else if (intent.status === 'succeeded' && intent.paymentId !== null)
          report.orphans.push(await this.orphanOf(intent, intent.paymentId));
      }
      onProgress(report.intents);
      after = next;
    } while (after !== null);
    return report;
  }

  /** Gives an orphan's money back, once however often this runs. Returns how much, in minor units. */
  async refund({ intentId, paymentId, currency, received, refunded }: Orphan): Promise<number> {
    const amount = received - refunded;
    if (amount <= 0) return 0;
    // The same under every repetition, as Stripe asks of one idempotency key.
    await this.cards.refund({ intentId, refundId: paymentId, paymentId, amount, idempotencyKey: `orphan:${intentId}:${refunded}` });
    const entry = { actor: null, action: 'payments.refund-orphan', subject: paymentId, details: { intentId, amount, currency } };
    await this.transactions.run(() => this.audit.record(entry));
    return amount;
  }

  private async orphanOf({ intentId, amount: { currency }, received }: IntentFact, paymentId: string): Promise<Orphan> {
    const refunds = await this.cards.refundsOf(intentId);
    const refunded = refunds.filter(({ status }) => status !== 'failed').reduce((sum, { amount }) => sum + amount.amount, 0);
    return { intentId, paymentId, currency, received, refunded };
  }
}
