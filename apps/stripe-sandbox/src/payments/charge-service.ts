import type { Stripe } from 'stripe';
import { ApiError, docUrl } from '../http/api-error.js';
import { newId } from '../ledger/ids.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import type { ScheduledEffects } from '../ledger/scheduled-effects.js';
import { cardByFingerprint, type Decline } from './cards.js';
import { cardOfCharge, newCharge, withResult, type PaymentAttempt } from './charge.js';
import type { ProcessingOverrides } from './processing-overrides.js';

export type PaymentOutcome = 'succeed' | 'fail';

const DECLINED_BY_BANK: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  adviceCode: 'try_again_later',
};

/** Writes the charge, the payment intent and the events of an attempt to pay. */
export class ChargeService {
  constructor(
    private readonly ledger: Ledger,
    private readonly effects: ScheduledEffects,
    private readonly processingOverrides: ProcessingOverrides,
  ) {}

  /** Returns an ApiError when the card is declined. The failed charge stays. */
  pay(attempt: PaymentAttempt, cause: Cause): Stripe.PaymentIntent | ApiError {
    if (this.processingOverrides.consume(attempt.intent.id)) return this.process(attempt, cause);
    const { decline } = cardByFingerprint(attempt.paymentMethod.card?.fingerprint);
    if (decline !== undefined) return this.decline(attempt, decline, cause);
    const charge = newCharge(attempt, { kind: 'succeeded' });
    this.ledger.charges.add(charge);
    return this.succeed(attempt.intent, charge, cause);
  }

  /** Returns the error to send. The failed charge stays. */
  decline(attempt: PaymentAttempt, decline: Decline, cause: Cause): ApiError {
    const charge = newCharge(attempt, { kind: 'failed', decline });
    this.ledger.charges.add(charge);
    return this.fail(attempt, charge, decline, cause);
  }

  /** The bank answers a payment that is `processing`. */
  completeProcessing(intent: Stripe.PaymentIntent, outcome: PaymentOutcome, cause: Cause): Stripe.PaymentIntent {
    const pending = this.ledger.charges.getReferenced(intent.latest_charge);
    const charge = withResult(pending, outcome === 'succeed' ? { kind: 'succeeded' } : { kind: 'failed', decline: DECLINED_BY_BANK });
    this.ledger.charges.update(charge);
    if (outcome === 'succeed') return this.succeed(intent, charge, cause);
    this.fail({ intent, paymentMethod: this.ledger.paymentMethods.getReferenced(intent.payment_method) }, charge, DECLINED_BY_BANK, cause);
    return this.ledger.paymentIntents.getReferenced(intent.id);
  }

  private process(attempt: PaymentAttempt, cause: Cause): Stripe.PaymentIntent {
    const charge = newCharge(attempt, { kind: 'pending' });
    const processing: Stripe.PaymentIntent = {
      ...attempt.intent,
      status: 'processing',
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      processing: { card: {}, type: 'card' },
    };
    this.ledger.charges.add(charge);
    this.ledger.paymentIntents.update(processing);
    this.ledger.recordEvent('charge.pending', charge, { cause });
    this.ledger.recordEvent('payment_intent.processing', processing, { cause });
    return processing;
  }

  private succeed(intent: Stripe.PaymentIntent, charge: Stripe.Charge, cause: Cause): Stripe.PaymentIntent {
    const succeeded: Stripe.PaymentIntent = {
      ...intent,
      status: 'succeeded',
      amount_received: intent.amount,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      processing: null,
    };
    const withBalance: Stripe.Charge = { ...charge, balance_transaction: newId('balanceTransaction') };
    const capturedSynchronously = intent.capture_method === 'automatic';
    this.ledger.charges.update(withBalance);
    this.ledger.paymentIntents.update(succeeded);
    this.ledger.recordEvent('charge.succeeded', capturedSynchronously ? withBalance : charge, { cause });
    this.ledger.recordEvent('payment_intent.succeeded', succeeded, { cause });
    if (!capturedSynchronously) this.ledger.recordEvent('charge.updated', withBalance, { cause, before: charge });
    if (cardOfCharge(charge).dispute !== undefined) this.effects.schedule('open-dispute', charge.id);
    return succeeded;
  }

  private fail(
    { intent, paymentMethod }: Pick<PaymentAttempt, 'intent' | 'paymentMethod'>,
    charge: Stripe.Charge,
    decline: Decline,
    cause: Cause,
  ): ApiError {
    const failure = {
      ...(decline.adviceCode === undefined ? {} : { advice_code: decline.adviceCode }),
      charge: charge.id,
      code: decline.code,
      ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
      ...(decline.code === 'incorrect_cvc' ? { param: 'cvc' } : {}),
      payment_method: paymentMethod,
    };
    const failed: Stripe.PaymentIntent = {
      ...intent,
      status: 'requires_payment_method',
      last_payment_error: {
        ...failure,
        doc_url: docUrl(decline.code),
        message: decline.message,
        type: 'card_error',
      },
      latest_charge: charge.id,
      next_action: null,
      payment_method: null,
      processing: null,
    };
    this.ledger.paymentIntents.update(failed);
    this.ledger.recordEvent('charge.failed', charge, { cause });
    this.ledger.recordEvent('payment_intent.payment_failed', failed, { cause });
    return new ApiError(402, 'card_error', decline.message, { ...failure, payment_intent: failed });
  }
}
