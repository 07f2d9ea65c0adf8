import type { Stripe } from 'stripe';
import { ApiError, docUrl } from '../http/api-error.js';
import { newId } from '../ledger/ids.js';
import type { Later } from '../ledger/later.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardOf, type Decline } from './cards.js';
import { cardBehind, newCharge, settledCharge, type Attempt } from './charge.js';
import type { Holds } from './holds.js';

export type PaymentOutcome = 'succeed' | 'fail';

const declinedByBank: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  adviceCode: 'try_again_later',
};

/** What becomes of an attempt to pay: the charge, the intent and the events of each outcome. */
export class Charging {
  constructor(
    private readonly ledger: Ledger,
    private readonly later: Later,
    private readonly holds: Holds,
  ) {}

  pay(attempt: Attempt, cause: Cause): Stripe.PaymentIntent | ApiError {
    if (this.holds.take(attempt.intent.id)) return this.#process(attempt, cause);
    const { decline } = cardOf(attempt.paymentMethod.card?.fingerprint);
    if (decline !== undefined) return this.decline(attempt, decline, cause);
    const charge = newCharge(attempt, { kind: 'succeeded' });
    this.ledger.charges.add(charge);
    return this.#succeed(attempt.intent, charge, cause);
  }

  /** The ApiError it returns tells of the decline, whose traces stay. */
  decline(attempt: Attempt, decline: Decline, cause: Cause): ApiError {
    const charge = newCharge(attempt, { kind: 'failed', decline });
    this.ledger.charges.add(charge);
    return this.#fail(attempt, charge, decline, cause);
  }

  /** The bank answered a payment that was processing. */
  settle(intent: Stripe.PaymentIntent, outcome: PaymentOutcome, cause: Cause): Stripe.PaymentIntent {
    const pending = this.ledger.charges.existing(intent.latest_charge);
    const charge = settledCharge(pending, outcome === 'succeed' ? { kind: 'succeeded' } : { kind: 'failed', decline: declinedByBank });
    this.ledger.charges.change(charge);
    if (outcome === 'succeed') return this.#succeed(intent, charge, cause);
    this.#fail({ intent, paymentMethod: this.ledger.paymentMethods.existing(intent.payment_method) }, charge, declinedByBank, cause);
    return this.ledger.paymentIntents.existing(intent.id);
  }

  #process(attempt: Attempt, cause: Cause): Stripe.PaymentIntent {
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
    this.ledger.paymentIntents.change(processing);
    this.ledger.record('charge.pending', charge, cause);
    this.ledger.record('payment_intent.processing', processing, cause);
    return processing;
  }

  #succeed(intent: Stripe.PaymentIntent, charge: Stripe.Charge, cause: Cause): Stripe.PaymentIntent {
    const succeeded: Stripe.PaymentIntent = {
      ...intent,
      status: 'succeeded',
      amount_received: intent.amount,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      processing: null,
    };
    const booked: Stripe.Charge = { ...charge, balance_transaction: newId.balanceTransaction() };
    const bookedAtOnce = intent.capture_method === 'automatic';
    this.ledger.charges.change(booked);
    this.ledger.paymentIntents.change(succeeded);
    this.ledger.record('charge.succeeded', bookedAtOnce ? booked : charge, cause);
    this.ledger.record('payment_intent.succeeded', succeeded, cause);
    if (!bookedAtOnce) this.ledger.record('charge.updated', booked, cause, charge);
    if (cardBehind(charge).dispute !== undefined) this.later.schedule('open-dispute', charge.id);
    return succeeded;
  }

  #fail(
    { intent, paymentMethod }: Pick<Attempt, 'intent' | 'paymentMethod'>,
    charge: Stripe.Charge,
    decline: Decline,
    cause: Cause,
  ): ApiError {
    const reason = {
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
        ...reason,
        doc_url: docUrl(decline.code),
        message: decline.message,
        type: 'card_error',
      },
      latest_charge: charge.id,
      next_action: null,
      payment_method: null,
      processing: null,
    };
    this.ledger.paymentIntents.change(failed);
    this.ledger.record('charge.failed', charge, cause);
    this.ledger.record('payment_intent.payment_failed', failed, cause);
    return new ApiError(402, 'card_error', decline.message, { ...reason, payment_intent: failed });
  }
}
