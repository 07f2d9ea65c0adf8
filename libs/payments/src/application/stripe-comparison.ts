/** Compares what Stripe has with what we have, as after a restore: money may have arrived that our tables no longer know. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ReservationsByIds, type ReservationSummary } from '@app/contracts/reservations.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { CardPayments, IdempotencyKeySpent, type PageOf, type StripePage } from '../domain/card-payments.js';
import { Disputes } from '../domain/disputes.js';
import { type ExternalRefund, Payments } from '../domain/payments.js';
import type { DisputeFact, IntentFact, RefundFact } from '../domain/stripe-facts.js';
import { IntentsOfCharges } from './intents-of-charges.js';
import { StripeSync } from './stripe-sync.js';

/** Money at Stripe for a payment that does not exist here. In minor units. */
interface Orphan {
  readonly intentId: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly received: number;
  /** What went back, or is on its way. */
  readonly refunded: number;
}

/** A reservation that has its seats although money of its payment went back without a request that is known here. In minor units. */
interface RefundedReservation extends Pick<ReservationSummary, 'code' | 'status'>, ExternalRefund {}

interface StripeComparisonReport {
  readonly intents: number;
  readonly refunds: number;
  readonly disputes: number;
  /** Intents, refunds and disputes: payments that had missed what Stripe says, and have it now. */
  readonly corrected: number;
  readonly orphans: readonly Orphan[];
  /** They need a person: a ticket without its money, or seats that were changed for cheaper ones after the backup. */
  readonly refundedReservations: readonly RefundedReservation[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };
/** Reservations that are asked for at once. */
const RESERVATIONS_AT_ONCE = 100;
const MAX_SPENT_KEYS = 3;
const ENDED: readonly ReservationSummary['status'][] = ['cancelled', 'expired'];

@Injectable()
export class StripeComparison {
  constructor(
    private readonly cards: CardPayments,
    private readonly payments: Payments,
    private readonly disputes: Disputes,
    private readonly intents: IntentsOfCharges,
    private readonly sync: StripeSync,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly queries: QueryBus,
  ) {}

  /**
   * Applies what payments of ours have missed, and names the orphans and the reservations whose money went back. `onProgress` gets how many objects of
   * Stripe's were read. Throws what Stripe's requests throw; a repetition begins anew.
   */
  async compare(withinMs: number, onProgress: (read: number) => void = () => undefined): Promise<StripeComparisonReport> {
    const report: Mutable<StripeComparisonReport> = {
      intents: 0,
      refunds: 0,
      disputes: 0,
      corrected: 0,
      orphans: [],
      refundedReservations: [],
    };
    const advance = () => onProgress(report.intents + report.refunds + report.disputes);
    // Intents first: money goes back only of a payment that has some.
    for await (const facts of pagesOf((page) => this.cards.intentsPage({ ...page, withinMs }))) {
      report.intents += facts.length;
      await this.compareIntents(facts, report);
      advance();
    }
    for await (const facts of pagesOf((page) => this.cards.refundsPage({ ...page, withinMs }))) {
      report.refunds += facts.length;
      await this.compareRefunds(facts, report);
      advance();
    }
    for await (const facts of pagesOf((page) => this.cards.disputesPage({ ...page, withinMs }))) {
      report.disputes += facts.length;
      await this.compareDisputes(facts, report);
      advance();
    }
    return report;
  }

  /** Gives an orphan's money back, once however often this runs. Returns how much it gave, in minor units. */
  async refund(orphan: Orphan, spentKeys = 0): Promise<number> {
    const { intentId, paymentId, currency, received } = orphan;
    const refunds = await this.cards.refundsOf(intentId);
    const amount = received - refundedOf(refunds);
    if (amount <= 0) return 0;
    // The same under every repetition, as Stripe asks of one idempotency key. A refund that failed at the bank has used its key.
    const idempotencyKey = ['orphan', intentId, refunds.length, ...(spentKeys === 0 ? [] : [spentKeys])].join(':');
    try {
      await this.cards.refund({ intentId, refundId: paymentId, paymentId, amount, reason: null, idempotencyKey });
    } catch (error) {
      if (error instanceof IdempotencyKeySpent && spentKeys < MAX_SPENT_KEYS) return this.refund(orphan, spentKeys + 1);
      throw error;
    }
    const entry = { actor: null, action: 'payments.refund-orphan', subject: paymentId, details: { intentId, amount, currency } };
    await this.transactions.run(() => this.audit.record(entry));
    return amount;
  }

  private async compareIntents(facts: readonly IntentFact[], report: Mutable<StripeComparisonReport>): Promise<void> {
    for (const intent of await this.payments.differingIntents(facts)) {
      if ((await this.sync.applyIntent(intent, 'stripe')) !== 'unknown') report.corrected++;
      // An intent without a payment's id is not of this system.
      else if (intent.status === 'succeeded' && intent.paymentId !== null)
        report.orphans.push(await this.orphanOf(intent, intent.paymentId));
    }
  }

  private async compareRefunds(facts: readonly RefundFact[], report: Mutable<StripeComparisonReport>): Promise<void> {
    for (const paymentId of await this.payments.withDifferingRefunds(await this.intents.complete(facts))) {
      const { intentId, version } = await this.payments.get(paymentId);
      if (intentId === null) continue;
      await this.sync.applyRefunds(paymentId, await this.cards.refundsOf(intentId));
      // An attempt that failed before a retry differs and changes nothing.
      if ((await this.payments.get(paymentId)).version !== version) report.corrected++;
    }
    const external = await this.payments.externalRefunds(facts.map(({ stripeRefundId }) => stripeRefundId));
    report.refundedReservations.push(...(await this.withTheirSeats(external)));
  }

  private async compareDisputes(facts: readonly DisputeFact[], report: Mutable<StripeComparisonReport>): Promise<void> {
    for (const dispute of await this.intents.complete(await this.disputes.differing(facts))) {
      const paymentId = dispute.intentId === null ? null : await this.payments.idOfIntent(dispute.intentId);
      if (paymentId === null) continue;
      await this.sync.applyDispute(dispute, paymentId);
      report.corrected++;
    }
  }

  /** Of these refunds, those whose reservations have not ended. */
  private async withTheirSeats(refunds: readonly ExternalRefund[]): Promise<RefundedReservation[]> {
    const found: RefundedReservation[] = [];
    for (let from = 0; from < refunds.length; from += RESERVATIONS_AT_ONCE) {
      const some = refunds.slice(from, from + RESERVATIONS_AT_ONCE);
      const reservations = await this.queries.execute(new ReservationsByIds(some.map(({ reservationId }) => reservationId)));
      const byId = new Map(reservations.map((reservation) => [reservation.id, reservation]));
      for (const refund of some) {
        const { code, status } = byId.get(refund.reservationId) ?? {};
        if (code !== undefined && status !== undefined && !ENDED.includes(status)) found.push({ ...refund, code, status });
      }
    }
    return found;
  }

  private async orphanOf({ intentId, amount: { currency }, received }: IntentFact, paymentId: string): Promise<Orphan> {
    const refunds = await this.cards.refundsOf(intentId);
    return { intentId, paymentId, currency, received, refunded: refundedOf(refunds) };
  }
}

/** What went back, or is on its way. */
function refundedOf(refunds: readonly RefundFact[]): number {
  return refunds.filter(({ status }) => status !== 'failed').reduce((sum, { amount }) => sum + amount.amount, 0);
}

async function* pagesOf<Fact>(read: (page: Pick<PageOf, 'after'>) => Promise<StripePage<Fact>>): AsyncIterable<Fact[]> {
  let after: string | null = null;
  do {
    const { facts, next }: StripePage<Fact> = await read({ after });
    yield facts;
    after = next;
  } while (after !== null);
}
