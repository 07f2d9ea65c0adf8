import type { MoneyJson } from '@app/kernel/money.js';
import type { StripeEvent } from './stripe-events.js';
import type { IntentFact, RefundFact, StripeFact } from './stripe-facts.js';

/** What can come of asking the card processor. */
export abstract class CardPaymentError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Nobody knows whether it happened (time-out, cut connection, 5xx): the same key again will tell. */
export class OutcomeUnknown extends CardPaymentError {}

/** Another request with this key is being worked on: a moment later it has an answer. */
export class IdempotencyKeyInUse extends OutcomeUnknown {}

/** This key answers with a stored failure for ever: look for what it may have made, then take the next key. */
export class IdempotencyKeySpent extends CardPaymentError {}

/** A definite no; nothing happened. */
export class CardRefused extends CardPaymentError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing happened: too many requests. */
export class TooManyCardRequests extends CardPaymentError {}

export interface OpenedIntent extends IntentFact {
  /** Lets its holder pay: never logged, stored or put into an event. */
  readonly clientSecret: string;
}

/** The card processor. Every method goes over the network and throws the errors above; none belongs into a transaction or a reaction. */
export abstract class CardPayments {
  abstract readonly publishableKey: string;
  /** Whether real money moves. */
  abstract readonly livemode: boolean;

  abstract createIntent(request: { paymentId: string; reservationId: string; amount: MoneyJson }, key: string): Promise<OpenedIntent>;
  abstract intent(intentId: string): Promise<OpenedIntent>;
  /** An intent whose metadata names this payment, made within the last `within` milliseconds. */
  abstract findIntent(paymentId: string, within: number): Promise<OpenedIntent | null>;
  /** Throws `CardRefused` when it cannot be cancelled as it stands. */
  abstract cancelIntent(intentId: string): Promise<IntentFact>;

  abstract refund(request: { intentId: string; refundId: string; paymentId: string; amount: number }, key: string): Promise<RefundFact>;
  abstract refundsOf(intentId: string): Promise<RefundFact[]>;

  /** Made within the last `within` milliseconds, page by page. */
  abstract recentIntents(within: number): AsyncIterable<IntentFact[]>;
  abstract recentRefunds(within: number): AsyncIterable<RefundFact[]>;
  /** Events of the last `within` milliseconds that we have not acknowledged. */
  abstract undeliveredEvents(within: number): AsyncIterable<StripeEvent[]>;

  /** What an event tells us (no network); null for a type that does not matter here. Throws `UnreadableEvent`. */
  abstract factOf(event: StripeEvent): StripeFact | null;
}

/** An event of a known type without what such an event must have. */
export class UnreadableEvent extends CardPaymentError {}
