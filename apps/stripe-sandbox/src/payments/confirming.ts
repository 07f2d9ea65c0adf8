import type { Stripe } from 'stripe';
import { ApiError, docUrl, invalidRequest, unexpectedState } from '../http/api-error.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardOf, type Decline } from './cards.js';
import type { Charging, PaymentOutcome } from './charging.js';

export interface Confirmation {
  /** Given with the request; otherwise the one the intent has. */
  paymentMethod: Stripe.PaymentMethod | undefined;
  returnUrl: string | undefined;
  offSession: boolean;
  errorOnRequiresAction: boolean;
  /** Stripe.js, or a server that leaves the next action to it: no return URL is needed. */
  handledByStripeJs: boolean;
}

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
const authenticationFailure = 'payment_intent_authentication_failure';

/** When an intent may be paid, and when the customer is asked first. A returned ApiError is a decline, whose traces stay. */
export class Confirming {
  constructor(
    private readonly ledger: Ledger,
    private readonly charging: Charging,
    private readonly sandboxUrl: () => string,
  ) {}

  confirm(intent: Stripe.PaymentIntent, confirmation: Confirmation, cause: Cause): Stripe.PaymentIntent | ApiError {
    const paymentMethod = this.#payableWith(intent, confirmation);
    const attempted: Stripe.PaymentIntent = { ...intent, payment_method: paymentMethod.id };
    const attempt = { intent: attempted, paymentMethod, authenticated: false };
    const { authentication } = cardOf(paymentMethod.card?.fingerprint);
    const mustAuthenticate = authentication === 'always' || (authentication === 'unless_off_session' && !confirmation.offSession);
    if (!mustAuthenticate) return this.charging.pay(attempt, cause);
    if (confirmation.offSession || confirmation.errorOnRequiresAction) {
      return this.charging.decline(attempt, authenticationRequired, cause);
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
    const paymentMethod = this.ledger.paymentMethods.existing(intent.payment_method);
    if (outcome === 'succeed') {
      const paid = this.charging.pay({ intent, paymentMethod, authenticated: true }, cause);
      return paid instanceof ApiError ? this.ledger.paymentIntents.existing(intent.id) : paid;
    }
    const failed: Stripe.PaymentIntent = {
      ...intent,
      status: 'requires_payment_method',
      next_action: null,
      payment_method: null,
      last_payment_error: {
        code: authenticationFailure,
        doc_url: docUrl(authenticationFailure),
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
}
