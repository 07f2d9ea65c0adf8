import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { storableText } from '@app/kernel/text.js';
import { Job, type JobHandler, JobPostponed } from '@app/platform/jobs/job.js';
import { REFUND_FAILED, STRIPE_BALANCE_TOO_LOW } from '../../domain/alert-codes.js';
import { BalanceTooLow, CardPayments, CardRefused } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import type { RefundState } from '../../domain/refund.js';
import type { RefundFact } from '../../domain/stripe-facts.js';
import { IdempotentRequests } from '../idempotent-requests.js';
import { REFUNDS } from '../lanes.js';
import { StripeSync } from '../stripe-sync.js';

/** A refund that the balance does not cover is tried again when half of its age has passed, within these bounds. */
const MIN_WAIT_MS = 15 * MINUTE_MS;
const MAX_WAIT_MS = 60 * MINUTE_MS;
/** Hundreds of refunds of one showtime wait for the same money. */
const ALERT_EVERY_MS = 24 * 60 * MINUTE_MS;

/** Has Stripe make a requested refund, once, however often this runs. The subject is the refund's id. */
@Job('payments.submit-refund', { lane: REFUNDS })
export class SubmitRefund implements JobHandler {
  #alertedAt = 0;

  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly requests: IdempotentRequests,
    private readonly sync: StripeSync,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async run(refundId: string): Promise<void> {
    const { id: paymentId, intentId, refunds } = await this.payments.get(await this.payments.idOfRefund(refundId));
    const refund = refunds.find(({ id }) => id === refundId);
    if (refund?.status !== 'requested' || intentId === null) return;
    try {
      await this.sync.applyRefunds(paymentId, [await this.submit(refund, intentId)]);
    } catch (error) {
      if (error instanceof BalanceTooLow) throw this.postponed(refund, error);
      if (!(error instanceof CardRefused)) throw error;
      // Perhaps part of it went back meanwhile, and its event is late.
      await this.sync.applyRefunds(paymentId, await this.cards.refundsOf(intentId));
      const { code, message: failure } = error;
      const outcome = await this.payments.change(paymentId, (payment) => payment.refuseRefund(refund, storableText(`${code}: ${failure}`)));
      if (outcome === 'failed')
        this.alerts.raise(REFUND_FAILED, 'Stripe refuses to give money back', { paymentId, refundId, code, failure });
    }
  }

  private postponed({ id: refundId, paymentId, amount, currency, createdAt }: RefundState, cause: BalanceTooLow): JobPostponed {
    const now = this.clock.now().getTime();
    if (Math.abs(now - this.#alertedAt) >= ALERT_EVERY_MS) {
      this.#alertedAt = now;
      const details = { paymentId, refundId, amount: { amount, currency }, failure: cause.message };
      this.alerts.raise(STRIPE_BALANCE_TOO_LOW, 'Refunds wait until the balance at Stripe covers them', details);
    }
    const waitMs = Math.min(Math.max((now - createdAt.getTime()) / 2, MIN_WAIT_MS), MAX_WAIT_MS);
    return new JobPostponed(waitMs, cause.message, { cause });
  }

  private submit(
    { id: refundId, paymentId, amount, reason, createdAt, failedStripeRefundIds }: RefundState,
    intentId: string,
  ): Promise<RefundFact> {
    const order = { intentId, refundId, paymentId, amount, reason: reason === 'external' ? null : reason };
    return this.requests.make(
      { kind: 'payments.submit-refund', subject: refundId },
      {
        send: (keyAttempt) => this.cards.refund({ ...order, idempotencyKey: `refund:${refundId}:${keyAttempt}` }),
        isHarmfulTwice: true,
        askedAt: createdAt,
        find: async () => {
          const facts = await this.cards.refundsOf(intentId);
          return facts.find((fact) => fact.refundId === refundId && !failedStripeRefundIds.includes(fact.stripeRefundId)) ?? null;
        },
      },
    );
  }
}
