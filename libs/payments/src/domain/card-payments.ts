import type { RefundReason } from '@app/contracts/payments.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { StripeEvent } from './stripe-events.js';
import type { DisputeFact, IntentFact, NamedObjects, RefundFact, StripeFact } from './stripe-facts.js';

/** Why a request to Stripe did not give what was asked for. */
export abstract class CardPaymentError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A time-out, a cut connection or a 5xx: the same idempotency key again will tell whether it happened. */
export class OutcomeUnknown extends CardPaymentError {}

/** A 5xx that does not say whether it is a new answer: the key may only repeat it. */
export class ServerFailure extends OutcomeUnknown {}

/** Another request uses this idempotency key right now. It has an answer a moment later. */
export class IdempotencyKeyInUse extends OutcomeUnknown {}

/** Stripe answers, but refuses our API key. The same idempotency key again will tell, once a person has mended that. */
export class ApiKeyRefused extends OutcomeUnknown {}

/** This idempotency key only repeats a stored failure or refusal: look for what it may have made, then take the next key. */
export class IdempotencyKeySpent extends CardPaymentError {}

/** Stripe refused; nothing happened. */
export class CardRefused extends CardPaymentError {
  constructor(
    readonly code: string,
    message: string,
    /** The parameter that it is about; null where Stripe does not say. */
    readonly param: string | null = null,
  ) {
    super(message);
  }

  /** Stripe knows no such object. Its code may be missing; an address that is not known has another text. */
  get isMissing(): boolean {
    return this.code === 'resource_missing' || /^no such /i.test(this.message);
  }

  /** docs.stripe.com/error-codes */
  get isAboutAmount(): boolean {
    return (
      /^(amount|currency)$/.test(this.param ?? '') ||
      /^(amount|currency)_|^(invalid_charge_amount|parameter_invalid_integer)$/.test(this.code)
    );
  }
}

/** Our balance at Stripe does not cover a refund; nothing happened. It passes when customers pay, so the next key may succeed. */
export class BalanceTooLow extends CardRefused {}

/** Too many requests; nothing happened. */
export class TooManyCardRequests extends CardPaymentError {}

/** An event of a known type without what such an event must have. */
export class UnreadableEvent extends CardPaymentError {}

export interface OpenedIntent extends IntentFact {
  /** Lets its holder pay. Never logged, stored or put into an event. */
  readonly clientSecret: string;
}

export interface IntentRequest {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: MoneyJson;
  readonly idempotencyKey: string;
}

export interface RefundOrder {
  /** Null: of no payment that is here. */
  readonly reason: RefundReason | null;
  readonly intentId: string;
  readonly refundId: string;
  readonly paymentId: string;
  /** Minor units. */
  readonly amount: number;
  readonly idempotencyKey: string;
}

/** How far back a list goes. */
export interface TimeWindow {
  readonly withinMs: number;
}

export interface PageOf extends TimeWindow {
  readonly after: string | null;
}

export interface StripePage<Fact> {
  readonly facts: Fact[];
  /** The next page begins after this id; null: this is the last one. */
  readonly next: string | null;
}

/** Stripe, as far as payments uses it. Each method makes requests and throws the errors above, so none belongs into a transaction. */
export abstract class CardPayments {
  abstract readonly publishableKey: string;
  /** Whether real money moves. */
  abstract readonly livemode: boolean;

  /** Throws `ApiKeyRefused` where Stripe refuses our key, any other error where it does not answer. */
  abstract checkKey(): Promise<void>;

  abstract createIntent(request: IntentRequest): Promise<OpenedIntent>;
  abstract intent(intentId: string): Promise<OpenedIntent>;
  /** An intent whose metadata names this payment; null where there is none. */
  abstract findIntent(paymentId: string, since: TimeWindow): Promise<OpenedIntent | null>;
  /** Throws `CardRefused` where the intent cannot be cancelled in its state. */
  abstract cancelIntent(intentId: string): Promise<IntentFact>;

  abstract refund(order: RefundOrder): Promise<RefundFact>;
  abstract refundsOf(intentId: string): Promise<RefundFact[]>;

  /** The intent that a charge was made for; null where there is none, or no such charge. */
  abstract intentOfCharge(chargeId: string): Promise<string | null>;

  /** Throws `CardRefused` where Stripe has no such dispute. */
  abstract dispute(disputeId: string): Promise<DisputeFact>;

  /** Newest first. A page begins after this id, or at the newest. What cannot be parsed is left out. */
  abstract intentsPage(page: PageOf): Promise<StripePage<IntentFact>>;
  abstract refundsPage(page: PageOf): Promise<StripePage<RefundFact>>;
  abstract disputesPage(page: PageOf): Promise<StripePage<DisputeFact>>;
  /** Events that we have not acknowledged, page by page. */
  abstract undeliveredEvents(since: TimeWindow): AsyncIterable<StripeEvent[]>;

  /** What an event names. It may hold anything else. */
  abstract namedIn(event: StripeEvent): NamedObjects;
  /** What an event says, without a request; null for a type that payments does not use. Throws `UnreadableEvent`. */
  abstract factOf(event: StripeEvent): StripeFact | null;
}
