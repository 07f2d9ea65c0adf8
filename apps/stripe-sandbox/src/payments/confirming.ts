import type { Stripe } from 'stripe';
import { ApiError, invalidRequest, unexpectedState } from '../http/api-error.js';
import { newId } from '../ledger/ids.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import type { Later } from '../ledger/later.js';
import { cardOf, type Decline } from './cards.js';
import { newCharge, settledCharge } from './charge.js';
import type { Holds } from './holds.js';

export interface Confirmation {
  /** Given with the request; otherwise the one the intent has. */
  paymentMethod: Stripe.PaymentMethod | undefined;
  returnUrl: string | undefined;
  offSession: boolean;
  errorOnRequiresAction: boolean;
  /** Stripe.js, or a server that leaves the next action to it: no return URL is needed. */
  handledByStripeJs: boolean;
}

export type PaymentOutcome = 'succeed' | 'fail';

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
const declinedByBank: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
  adviceCode: 'try_again_later',
};

/** What happens to an intent between its confirmation and its end. A returned ApiError is a decline, whose traces stay. */
export class Confirming {
  constructor(
    private readonly ledger: Ledger,
    private readonly later: Later,
    private readonly holds: Holds,
    private readonly sandboxUrl: () => string,
  ) {}

  confirm(intent: Stripe.PaymentIntent, confirmation: Confirmation, cause: Cause): Stripe.PaymentIntent | ApiError {
    const paymentMethod = this.#payableWith(intent, confirmation);
    const attempted: Stripe.PaymentIntent = { ...intent, payment_method: paymentMethod.id };
    const { authentication } = cardOf(paymentMethod.card?.fingerprint);
    const mustAuthenticate = authentication === 'always' || (authentication === 'unless_off_session' && !confirmation.offSession);
    if (!mustAuthenticate) return this.#pay(attempted, paymentMethod, false, cause);
    if (confirmation.offSession || confirmation.errorOnRequiresAction) {
      return this.#decline(attempted, paymentMethod, authenticationRequired, false, cause);
    }
    const waiting: Stripe.PaymentIntent = {
      ...attempted,
      status: 'requires_action',
      last_payment_error: null,
      next_action: this.#nextAction(attempted, confirmation.returnUrl),
    };
    this.ledger.paymentIntents.change(waiting);
    this.ledger.record('payment_intent.requires_action', waiting, cause);
    return waiting;
  }

  /** The customer passed or failed what `requires_action` asked for. */
  authenticate(intent: Stripe.PaymentIntent, outcome: PaymentOutcome, cause: Cause): Stripe.PaymentIntent {
    const paymentMethod = this.#paymentMethodOf(intent);
    if (outcome === 'succeed') {
      const paid = this.#pay(intent, paymentMethod, true, cause);
      return paid instanceof ApiError ? this.#current(intent) : paid;
    }
    const failed: Stripe.PaymentIntent = {
      ...intent,
      status: 'requires_payment_method',
      next_action: null,
      payment_method: null,
      last_payment_error: {
        code: 'payment_intent_authentication_failure',
        doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
        message:
          'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
        payment_method: paymentMethod,
        type: 'invalid_request_error',
      },
    };
    this.ledger.paymentIntents.change(failed);
    this.ledger.record('payment_intent.payment_failed', failed, cause);
    return failed;
  }

  /** The bank answered a payment that was processing. */
  settle(intent: Stripe.PaymentIntent, outcome: PaymentOutcome, cause: Cause): Stripe.PaymentIntent {
    const charge = this.ledger.charges.behind(intent.latest_charge);
    if (charge === undefined) throw new Error(`payment intent ${intent.id} is processing without a charge`);
    if (outcome === 'succeed') {
      const succeeded = settledCharge(charge, { kind: 'succeeded' });
      this.ledger.charges.change(succeeded);
      return this.#succeed(intent, succeeded, cause);
    }
    const failed = settledCharge(charge, { kind: 'failed', decline: declinedByBank });
    this.ledger.charges.change(failed);
    this.#fail(intent, this.#paymentMethodOf(intent), failed, declinedByBank, cause);
    return this.#current(intent);
  }

  #payableWith(intent: Stripe.PaymentIntent, confirmation: Confirmation): Stripe.PaymentMethod {
    if (intent.status === 'succeeded') {
      throw unexpectedState(
        'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
        intent,
      );
    }
    if (!confirmable.includes(intent.status)) {
      throw unexpectedState(
        confirmation.paymentMethod === undefined
          ? `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`
          : `This PaymentIntent's payment_method could not be updated because it has a status of ${intent.status}. You may only update the payment_method of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
        intent,
      );
    }
    const paymentMethod = confirmation.paymentMethod ?? this.ledger.paymentMethods.behind(intent.payment_method);
    if (paymentMethod === undefined) {
      throw unexpectedState(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        intent,
      );
    }
    const mayRedirect = intent.automatic_payment_methods?.enabled === true && intent.automatic_payment_methods.allow_redirects !== 'never';
    if (mayRedirect && confirmation.returnUrl === undefined && !confirmation.handledByStripeJs && !confirmation.offSession) {
      throw invalidRequest(
        'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. ' +
          "If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
      );
    }
    return paymentMethod;
  }

  #nextAction(intent: Stripe.PaymentIntent, returnUrl: string | undefined): Stripe.PaymentIntent.NextAction {
    const url = `${this.sandboxUrl()}/sandbox/payment_intents/${intent.id}/authenticate`;
    if (returnUrl !== undefined) return { redirect_to_url: { return_url: returnUrl, url }, type: 'redirect_to_url' };
    return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  }

  #pay(
    intent: Stripe.PaymentIntent,
    paymentMethod: Stripe.PaymentMethod,
    authenticated: boolean,
    cause: Cause,
  ): Stripe.PaymentIntent | ApiError {
    if (this.holds.take(intent.id)) return this.#process(intent, paymentMethod, authenticated, cause);
    const { decline } = cardOf(paymentMethod.card?.fingerprint);
    if (decline !== undefined) return this.#decline(intent, paymentMethod, decline, authenticated, cause);
    const charge = newCharge({ intent, paymentMethod, authenticated, result: { kind: 'succeeded' } });
    this.ledger.charges.add(charge);
    return this.#succeed(intent, charge, cause);
  }

  #process(intent: Stripe.PaymentIntent, paymentMethod: Stripe.PaymentMethod, authenticated: boolean, cause: Cause): Stripe.PaymentIntent {
    const charge = newCharge({ intent, paymentMethod, authenticated, result: { kind: 'pending' } });
    const processing: Stripe.PaymentIntent = {
      ...intent,
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
    if (cardOf(charge.payment_method_details?.card?.fingerprint).dispute !== undefined) this.later.schedule('open-dispute', charge.id);
    return succeeded;
  }

  #decline(
    intent: Stripe.PaymentIntent,
    paymentMethod: Stripe.PaymentMethod,
    decline: Decline,
    authenticated: boolean,
    cause: Cause,
  ): ApiError {
    const charge = newCharge({ intent, paymentMethod, authenticated, result: { kind: 'failed', decline } });
    this.ledger.charges.add(charge);
    return this.#fail(intent, paymentMethod, charge, decline, cause);
  }

  #fail(
    intent: Stripe.PaymentIntent,
    paymentMethod: Stripe.PaymentMethod,
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
        doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
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

  #paymentMethodOf(intent: Stripe.PaymentIntent): Stripe.PaymentMethod {
    const paymentMethod = this.ledger.paymentMethods.behind(intent.payment_method);
    if (paymentMethod === undefined) throw new Error(`payment intent ${intent.id} has no payment method`);
    return paymentMethod;
  }

  #current(intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
    const current = this.ledger.paymentIntents.find(intent.id);
    if (current === undefined) throw new Error(`payment intent ${intent.id} is gone`);
    return current;
  }
}
