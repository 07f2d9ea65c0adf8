import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { CardPayments, CardRefused, IdempotencyKeyInUse, type OpenedIntent, OutcomeUnknown } from '../domain/card-payments.js';
import { AmountRefused, PaymentsUnavailable } from '../domain/errors.js';
import type { PaymentState } from '../domain/payment-state.js';
import { Payments } from '../domain/payments.js';
import { IdempotentRequests } from './idempotent-requests.js';
import { StripeSync } from './stripe-sync.js';

/** Two requests at the same moment share a key. The second one waits this long, this often, for the answer to the first. */
const KEY_IN_USE_PAUSE_MS = 250;
const KEY_IN_USE_RETRIES = 12;

/** Makes sure that a payment has its intent at Stripe. */
@Injectable()
export class IntentOpener {
  readonly #logger = new Logger(IntentOpener.name);

  constructor(
    private readonly payments: Payments,
    private readonly jobs: Jobs,
    private readonly cards: CardPayments,
    private readonly requests: IdempotentRequests,
    private readonly sync: StripeSync,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the intent, or null where the payment has left `created` meanwhile. An earlier request for the same intent is continued.
   * Throws `AmountRefused` and `PaymentsUnavailable` (the payment is cancelled then), `OutcomeUnknown` after a second attempt, `TooManyCardRequests`, `PaymentNotFound`.
   */
  async open(paymentId: string): Promise<OpenedIntent | null> {
    const job: JobName = { kind: 'payments.open-payment', subject: paymentId };
    let unknownOutcomes = 0;
    let retries = 0;
    for (;;) {
      const payment = await this.payments.get(paymentId);
      if (payment.status !== 'created') return null;
      try {
        const intent = await this.make(payment, job);
        const outcome = await this.sync.applyIntent(intent, 'stripe');
        // A customer who paid it would pay for nothing: its events would not be about a payment of ours.
        if (outcome === 'unknown') throw new OutcomeUnknown(`Intent ${intent.intentId} does not name payment ${paymentId}`);
        await this.jobs.withdraw(job);
        // A second one is cancelled: nobody may pay it.
        return outcome === 'surplus' ? null : intent;
      } catch (error) {
        if (error instanceof CardRefused) return this.giveUp(payment, job, error);
        if (!(error instanceof OutcomeUnknown)) throw error;
        if (error instanceof IdempotencyKeyInUse ? ++retries > KEY_IN_USE_RETRIES : ++unknownOutcomes > 1) throw error;
        if (error instanceof IdempotencyKeyInUse) await pause(KEY_IN_USE_PAUSE_MS);
      }
    }
  }

  /** For those who ask for no secret. A refusal throws nothing: it has cancelled the payment, and nothing is left to do. */
  async openOrGiveUp(paymentId: string): Promise<void> {
    try {
      await this.open(paymentId);
    } catch (error) {
      if (!(error instanceof AmountRefused || error instanceof PaymentsUnavailable)) throw error;
    }
  }

  private make({ id, reservationId, amount, currency, createdAt }: PaymentState, job: JobName): Promise<OpenedIntent> {
    const request = { paymentId: id, reservationId, amount: { amount, currency } };
    return this.requests.make(job, {
      send: (keyAttempt) => this.cards.createIntent({ ...request, idempotencyKey: `payment:${id}:${keyAttempt}` }),
      // A second intent is cancelled, and nobody has its secret.
      isHarmfulTwice: false,
      askedAt: createdAt,
      find: () => this.cards.findIntent(id, { withinMs: this.clock.now().getTime() - createdAt.getTime() }),
    });
  }

  /** The amount is what a customer can change. Anything else, such as an API version that is refused, is an alert of the requests to Stripe. */
  private async giveUp({ id: paymentId, amount, currency }: PaymentState, job: JobName, error: CardRefused): Promise<never> {
    const { code, param, message: reason } = error;
    this.#logger.warn({ paymentId, code, param, reason }, 'Stripe refuses to make a payment intent');
    await this.payments.change(paymentId, (payment) => payment.cancelWithoutIntent());
    await this.jobs.withdraw(job);
    throw error.isAboutAmount ? new AmountRefused({ amount, currency }) : new PaymentsUnavailable(error);
  }
}
