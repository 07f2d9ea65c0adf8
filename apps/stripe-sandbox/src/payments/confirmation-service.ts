import type { Stripe } from 'stripe';
import { ApiError, docUrl, invalidRequest, unexpectedState } from '../http/api-error.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardByFingerprint, type Decline } from './cards.js';
import type { ChargeService, PaymentOutcome } from './charge-service.js';

export interface Confirmation {
  /** The payment method of the request. When undefined, the intent's own is used. */
  paymentMethod: Stripe.PaymentMethod | undefined;
  returnUrl: string | undefined;
  offSession: boolean;
  errorOnRequiresAction: boolean;
  /** Stripe.js does the next action. Then no return URL is needed. */
  handledByStripeJs: boolean;
}

const CONFIRMABLE_STATUSES = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
const AUTHENTICATION_FAILURE_CODE = 'payment_intent_authentication_failure';

/** Confirms payment intents: checks that they can be paid, and asks for authentication when the card requires it. */
export class ConfirmationService {
  constructor(
    private readonly ledger: Ledger,
    private readonly charges: ChargeService,
    /** A function, because the port is known only after the sandbox listens. */
    private readonly sandboxUrl: () => string,
  ) {}

  /** Returns an ApiError when the payment is declined. The failed charge stays. Throws ApiError when the intent cannot be confirmed. */
  confirm(intent: Stripe.PaymentIntent, confirmation: Confirmation, cause: Cause): Stripe.PaymentIntent | ApiError {
    const paymentMethod = this.requirePaymentMethod(intent, confirmation);
    const attemptedIntent: Stripe.PaymentIntent = { ...intent, payment_method: paymentMethod.id };
    const attempt = { intent: attemptedIntent, paymentMethod, authenticated: false };
    const { authentication } = cardByFingerprint(paymentMethod.card?.fingerprint);
    const requiresAuthentication = authentication === 'always' || (authentication === 'unless_off_session' && !confirmation.offSession);
    if (!requiresAuthentication) return this.charges.pay(attempt, cause);
    if (confirmation.offSession || confirmation.errorOnRequiresAction) {
      return this.charges.decline(attempt, AUTHENTICATION_REQUIRED, cause);
    }
    const waiting: Stripe.PaymentIntent = {
      ...attemptedIntent,
      status: 'requires_action',
      last_payment_error: null,
      next_action: this.newNextAction(attemptedIntent, confirmation.returnUrl),
    };
    this.ledger.paymentIntents.update(waiting);
    this.ledger.recordEvent('payment_intent.requires_action', waiting, { cause });
    return waiting;
  }

  /** The customer passes or fails the authentication of an intent in `requires_action`. */
  authenticate(intent: Stripe.PaymentIntent, outcome: PaymentOutcome, cause: Cause): Stripe.PaymentIntent {
    const paymentMethod = this.ledger.paymentMethods.getReferenced(intent.payment_method);
    if (outcome === 'succeed') {
      const paid = this.charges.pay({ intent, paymentMethod, authenticated: true }, cause);
      return paid instanceof ApiError ? this.ledger.paymentIntents.getReferenced(intent.id) : paid;
    }
    const failed: Stripe.PaymentIntent = {
      ...intent,
      status: 'requires_payment_method',
      next_action: null,
      payment_method: null,
      last_payment_error: {
        code: AUTHENTICATION_FAILURE_CODE,
        doc_url: docUrl(AUTHENTICATION_FAILURE_CODE),
        message:
          'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
        payment_method: paymentMethod,
        type: 'invalid_request_error',
      },
    };
    this.ledger.paymentIntents.update(failed);
    this.ledger.recordEvent('payment_intent.payment_failed', failed, { cause });
    return failed;
  }

  private requirePaymentMethod(intent: Stripe.PaymentIntent, confirmation: Confirmation): Stripe.PaymentMethod {
    if (intent.status === 'succeeded') {
      throw unexpectedState(
        'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
        intent,
      );
    }
    if (!CONFIRMABLE_STATUSES.includes(intent.status)) {
      throw unexpectedState(
        confirmation.paymentMethod === undefined
          ? `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`
          : `This PaymentIntent's payment_method could not be updated because it has a status of ${intent.status}. You may only update the payment_method of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
        intent,
      );
    }
    const paymentMethod = confirmation.paymentMethod ?? this.ledger.paymentMethods.findReferenced(intent.payment_method);
    if (paymentMethod === undefined) {
      throw unexpectedState(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        intent,
      );
    }
    const redirectsAllowed =
      intent.automatic_payment_methods?.enabled === true && intent.automatic_payment_methods.allow_redirects !== 'never';
    if (redirectsAllowed && confirmation.returnUrl === undefined && !confirmation.handledByStripeJs && !confirmation.offSession) {
      throw invalidRequest(
        'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. ' +
          "If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
      );
    }
    return paymentMethod;
  }

  private newNextAction(intent: Stripe.PaymentIntent, returnUrl: string | undefined): Stripe.PaymentIntent.NextAction {
    const url = `${this.sandboxUrl()}/sandbox/payment_intents/${intent.id}/authenticate`;
    if (returnUrl !== undefined) return { redirect_to_url: { return_url: returnUrl, url }, type: 'redirect_to_url' };
    return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  }
}
