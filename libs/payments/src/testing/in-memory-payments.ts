import type { DomainEvent } from '@app/kernel/domain-event.js';
import type { Clock } from '@app/kernel/clock.js';
import type { Jobs } from '@app/platform/jobs/jobs.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import {
  type BegunPayment,
  type ExternalRefund,
  MAX_CHECK_PAUSE_MS,
  MAX_REFUND_CHECK_PAUSE_MS,
  type OwedRefund,
  Payments,
  type RefundOfPayment,
  type UnfinishedPayment,
} from '../domain/payments.js';
import { refundableOf } from '../domain/owed-refunds.js';
import type { RefundState } from '../domain/refund.js';
import type { IntentFact, RefundFact } from '../domain/stripe-facts.js';
import type { InMemoryDisputes } from './in-memory-disputes.js';

export class InMemoryPayments extends Payments {
  readonly all = new Map<string, PaymentState>();
  readonly events: DomainEvent[] = [];
  /** When each payment is checked next. */
  readonly #checks = new Map<string, number>();

  /** When each refund changed, and is checked next. */
  readonly #refundTimes = new Map<string, { changedAt: number; nextAt: number | null }>();

  constructor(
    private readonly jobs: Jobs,
    private readonly disputes: InMemoryDisputes,
    private readonly clock: Clock,
  ) {
    super();
  }

  async begin(reservationId: string, { lock, decide }: Parameters<Payments['begin']>[1]): Promise<BegunPayment> {
    await lock();
    const states = this.find((payment) => payment.reservationId === reservationId);
    const payments = states.reverse().map((state) => new Payment(state));
    const payment = decide(payments);
    const isAdded = !payments.includes(payment);
    if (isAdded) await this.add(payment);
    return { payment, isAdded };
  }

  async add(payment: Payment): Promise<void> {
    const unfinished = this.find(({ reservationId, ...state }) => reservationId === payment.state.reservationId && isUnfinished(state));
    if (payment.isUnfinished && unfinished.length > 0) throw new Error('payments_unfinished_of_reservation');
    await this.store(payment);
  }

  async change<T>(id: string, decide: (payment: Payment) => T): Promise<T> {
    await this.get(id);
    // Read and stored without a pause in between, as under the lock of the row.
    const payment = new Payment(this.complete(this.all.get(id)!));
    const result = decide(payment);
    await this.store(payment);
    return result;
  }

  get(id: string): Promise<PaymentState> {
    const state = this.all.get(id);
    return state === undefined ? Promise.reject(new PaymentNotFound()) : Promise.resolve(this.complete(state));
  }

  ofIds(ids: readonly string[]): Promise<Payment[]> {
    return Promise.resolve(ids.flatMap((id) => this.all.get(id) ?? []).map((state) => new Payment(this.complete(state))));
  }

  has(id: string): Promise<boolean> {
    return Promise.resolve(this.all.has(id));
  }

  idOfIntent(intentId: string): Promise<string | null> {
    return Promise.resolve(this.ofIntent(intentId)?.id ?? null);
  }

  idOfRefund(refundId: string): Promise<string> {
    const [found] = this.find(({ refunds }) => refunds.some(({ id }) => id === refundId));
    return found === undefined ? Promise.reject(new RefundNotFound()) : Promise.resolve(found.id);
  }

  paymentsOfRefunds(refundIds: readonly string[]): Promise<RefundOfPayment[]> {
    return Promise.resolve(this.refunds(({ id }) => refundIds.includes(id)));
  }

  failedRefunds({ reason, limit }: Parameters<Payments['failedRefunds']>[0]): Promise<RefundOfPayment[]> {
    const found = this.refunds((refund, payment) => {
      const isWanted =
        refund.status === 'failed' &&
        refund.paidOutAt === null &&
        refund.reason !== 'external' &&
        (reason ?? refund.reason) === refund.reason;
      return isWanted && refundableOf(this.complete(payment)) > 0;
    });
    return Promise.resolve(found.slice(0, limit));
  }

  unfinishedOf(reservationIds: readonly string[]): Promise<UnfinishedPayment[]> {
    const unfinished = this.find((payment) => reservationIds.includes(payment.reservationId) && isUnfinished(payment));
    return Promise.resolve(unfinished.map(({ id, reservationId, intentId }) => ({ id, reservationId, intentId })));
  }

  claimDueForCheck({ now, afterMs, limit }: Parameters<Payments['claimDueForCheck']>[0]): Promise<UnfinishedPayment[]> {
    const at = now.getTime();
    const due = this.find(({ id, createdAt, ...payment }) => {
      const nextAt = this.#checks.get(id) ?? at;
      return isUnfinished(payment) && createdAt.getTime() <= at - afterMs && (nextAt <= at || nextAt > at + MAX_CHECK_PAUSE_MS);
    }).slice(0, limit);
    for (const { id, createdAt } of due) {
      const halfAge = (at - createdAt.getTime()) / 2;
      this.#checks.set(id, at + Math.max(afterMs, Math.min(halfAge, MAX_CHECK_PAUSE_MS)));
    }
    return Promise.resolve(due.map(({ id, reservationId, intentId }) => ({ id, reservationId, intentId })));
  }

  deleteOldChecks({ before, limit }: Parameters<Payments['deleteOldChecks']>[0]): Promise<number> {
    const old = [...this.#checks].filter(([, nextAt]) => nextAt < before.getTime()).slice(0, limit);
    for (const [id] of old) this.#checks.delete(id);
    return Promise.resolve(old.length);
  }

  differingIntents(intents: readonly IntentFact[]): Promise<IntentFact[]> {
    const differs = ({ intentId, status }: IntentFact): boolean => {
      const payment = this.ofIntent(intentId);
      return payment === undefined || (payment.status !== status && payment.status !== 'succeeded');
    };
    return Promise.resolve(intents.filter(differs));
  }

  withDifferingRefunds(refunds: readonly RefundFact[]): Promise<string[]> {
    const differing = refunds.flatMap(({ intentId, stripeRefundId, status }) => {
      const payment = intentId === null ? undefined : this.ofIntent(intentId);
      if (payment === undefined) return [];
      const refund = this.find(() => true)
        .flatMap((each) => each.refunds)
        .find((each) => each.stripeRefundId === stripeRefundId);
      return refund?.status === status ? [] : [payment.id];
    });
    return Promise.resolve([...new Set(differing)]);
  }

  externalRefunds(stripeRefundIds: readonly string[]): Promise<ExternalRefund[]> {
    const found = this.find(() => true).flatMap(({ id: paymentId, reservationId, refunds }) =>
      refunds
        .filter(
          ({ reason, status, stripeRefundId: of }) => reason === 'external' && status !== 'failed' && stripeRefundIds.includes(of ?? ''),
        )
        .map(({ amount, currency }) => ({ paymentId, reservationId, amount, currency })),
    );
    return Promise.resolve(found);
  }

  withoutRefund<Owed extends OwedRefund>(owed: readonly Owed[]): Promise<Owed[]> {
    const isRequested = ({ paymentId, reason }: OwedRefund): boolean =>
      this.all.get(paymentId)?.refunds.some((refund) => refund.reason === reason) ?? false;
    return Promise.resolve(owed.filter((each) => each.reason === 'seats-changed' || !isRequested(each)));
  }

  claimSubmittedRefunds({ now, afterMs, limit }: Parameters<Payments['claimSubmittedRefunds']>[0]): Promise<string[]> {
    const at = now.getTime();
    const submitted = this.refunds(({ status }) => status === 'submitted').map((refund) => ({
      ...refund,
      ...this.#refundTimes.get(refund.id)!,
    }));
    const due = submitted
      .filter(({ nextAt, changedAt }) => {
        const isDue = nextAt === null || nextAt <= at || nextAt > at + MAX_REFUND_CHECK_PAUSE_MS;
        return changedAt <= at - afterMs && isDue;
      })
      .sort((a, b) => (a.nextAt ?? a.changedAt) - (b.nextAt ?? b.changedAt))
      .slice(0, limit);
    for (const { id, changedAt } of due) {
      const pause = Math.max(afterMs, Math.min((at - changedAt) / 2, MAX_REFUND_CHECK_PAUSE_MS));
      this.#refundTimes.set(id, { changedAt, nextAt: at + pause });
    }
    return Promise.resolve([...new Set(due.map(({ paymentId }) => paymentId))].sort());
  }

  /** With what the disputes say now. */
  private complete(state: PaymentState): PaymentState {
    const disputes = [...this.disputes.all.values()].filter(({ paymentId }) => paymentId === state.id);
    return { ...state, lost: disputes.reduce((sum, { lost }) => sum + lost, 0) };
  }

  /** Oldest first. */
  private refunds(matches: (refund: RefundState, payment: PaymentState) => boolean): RefundOfPayment[] {
    const found = this.find(() => true).flatMap((payment) => payment.refunds.filter((refund) => matches(refund, payment)));
    return found.map(({ id, paymentId }) => ({ id, paymentId })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private ofIntent(intentId: string): PaymentState | undefined {
    return this.find((payment) => payment.intentId === intentId)[0];
  }

  /** In the order of their ids. */
  private find(matches: (payment: PaymentState) => boolean): PaymentState[] {
    return [...this.all.values()].filter(matches).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private async store(payment: Payment): Promise<void> {
    const before = this.all.get(payment.id)?.refunds ?? [];
    for (const refund of payment.state.refunds.filter((each) => !before.includes(each)))
      this.#refundTimes.set(refund.id, { changedAt: this.clock.now().getTime(), nextAt: null });
    this.all.set(payment.id, payment.state);
    this.events.push(...payment.takeEvents().map(({ event }) => event));
    await this.jobs.enqueue(payment.takeJobs());
  }
}

function isUnfinished({ status }: Pick<PaymentState, 'status'>): boolean {
  return status !== 'cancelled' && status !== 'succeeded';
}
