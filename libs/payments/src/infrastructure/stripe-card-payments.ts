import { Injectable } from '@nestjs/common';
import { Admission, withoutSlot } from '@app/platform/concurrency/admission.js';
import { LastingFault } from '@app/platform/telemetry/lasting-fault.js';
import { SPAN_KIND, inSpan } from '@app/platform/telemetry/tracing.js';
import { counter, durationHistogram, secondsSince } from '@app/platform/telemetry/metrics.js';
import Stripe from 'stripe';
import { STRIPE_KEY_REFUSED, STRIPE_OBJECT_UNREADABLE, STRIPE_REFUSES_PAYMENTS } from '../domain/alert-codes.js';
import {
  ApiKeyRefused,
  CardPayments,
  CardRefused,
  type IntentRequest,
  type OpenedIntent,
  type PageOf,
  type RefundOrder,
  type TimeWindow,
  type StripePage,
  TooManyCardRequests,
} from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import type { DisputeFact, IntentFact, NamedObjects, RefundFact, StripeFact } from '../domain/stripe-facts.js';
import { PaymentsSettings } from '../payments.settings.js';
import { toCardPaymentError } from './stripe-errors.js';
import { parseStripeEvent } from './stripe-event-parser.js';
import {
  EVENT_TYPES,
  metadataOfReason,
  parseDispute,
  parseFact,
  parseIntent,
  parseIntentOfCharge,
  parseNamedObjects,
  parsePaymentId,
  parseRefund,
} from './stripe-fact-parser.js';
import { pageOf, startingAfter } from './stripe-lists.js';

const REQUESTS = counter('cinema_stripe_requests_total', 'Requests to Stripe by what came of them', ['operation', 'outcome']);
const DURATIONS = durationHistogram(
  'cinema_stripe_request_duration_seconds',
  'From a request to Stripe to its answer, the wait for its turn included',
  ['operation'],
);

const CREATE_INTENT = 'create-intent';
const PAGE = 100;
/** A Stripe that does not answer must not occupy every request of ours: so many run at the same time, so many wait, and not longer than this. */
const MAX_RUNNING_REQUESTS = 64;
const MAX_WAITING_REQUESTS = 1_000;
const MAX_WAIT_MS = 2_000;
/** Stripe's clock may differ from ours, and an object is a little younger than the decision to make it. */
const SLACK_MS = 300_000;

@Injectable()
export class StripeCardPayments extends CardPayments {
  readonly publishableKey: string;
  readonly livemode: boolean;
  readonly #stripe: Stripe;
  /** By operation: a restricted key may be refused for some only. */
  readonly #keyRefused = new Map<string, LastingFault>();
  readonly #paymentsRefused = new LastingFault({
    code: STRIPE_REFUSES_PAYMENTS,
    message: 'Stripe refuses to make any payment',
    afterMs: 0,
  });
  readonly #unreadable = new LastingFault({ code: STRIPE_OBJECT_UNREADABLE, message: 'Lists leave out an object of ours', afterMs: 0 });
  readonly #admission = newAdmission();
  /** Refunds have their own, which customers who pay cannot fill. */
  readonly #refundAdmission = newAdmission();

  constructor({ stripe: { secretKey, publishableKey, apiUrl, timeoutMs } }: PaymentsSettings) {
    super();
    this.publishableKey = publishableKey;
    this.livemode = /^[a-z]+_live_/.test(secretKey);
    // The SDK must not retry: only a job knows when its idempotency key is of no more use.
    this.#stripe = new Stripe(secretKey, { ...addressOf(apiUrl), timeout: timeoutMs, maxNetworkRetries: 0, telemetry: false });
  }

  /** With what payments needs most: a restricted key may lack other rights. */
  async checkKey(): Promise<void> {
    await this.page(
      'check-key',
      () => this.#stripe.paymentIntents.list({ limit: 1 }),
      (item) => parseIntent(item),
    );
  }

  async createIntent({ paymentId, reservationId, amount, idempotencyKey }: IntentRequest): Promise<OpenedIntent> {
    const request = {
      amount: amount.amount,
      currency: amount.currency.toLowerCase(),
      capture_method: 'automatic',
      // Methods that redirect need a page to return to, and this is only a back end.
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { paymentId, reservationId },
    } as const;
    // The answer is to our request, whether it repeats the metadata or not.
    return this.ask(CREATE_INTENT, async () => ({
      ...openedIntent(await this.#stripe.paymentIntents.create(request, { idempotencyKey })),
      paymentId,
    }));
  }

  async intent(intentId: string): Promise<OpenedIntent> {
    return this.ask('get-intent', async () => openedIntent(await this.#stripe.paymentIntents.retrieve(intentId)));
  }

  async findIntent(paymentId: string, since: TimeWindow): Promise<OpenedIntent | null> {
    return this.ask('find-intent', async () => {
      // Stripe's search is a minute behind; its list is not.
      for await (const intent of this.#stripe.paymentIntents.list({ created: createdSince(since), limit: PAGE })) {
        if (parsePaymentId(intent) === paymentId) return openedIntent(intent);
      }
      return null;
    });
  }

  async cancelIntent(intentId: string): Promise<IntentFact> {
    return this.ask('cancel-intent', async () =>
      parseIntent(await this.#stripe.paymentIntents.cancel(intentId, { cancellation_reason: 'abandoned' })),
    );
  }

  async refund({ intentId, refundId, paymentId, amount, reason, idempotencyKey }: RefundOrder): Promise<RefundFact> {
    const metadata = { refundId, paymentId, ...metadataOfReason(reason) };
    const request = { payment_intent: intentId, amount, reason: 'requested_by_customer', metadata } as const;
    return this.ask(
      'create-refund',
      async () => ({ ...parseRefund(await this.#stripe.refunds.create(request, { idempotencyKey })), intentId, refundId }),
      this.#refundAdmission,
    );
  }

  async refundsOf(intentId: string): Promise<RefundFact[]> {
    return this.ask(
      'list-refunds-of-intent',
      async () => {
        const refunds: RefundFact[] = [];
        for await (const refund of this.#stripe.refunds.list({ payment_intent: intentId, limit: PAGE })) refunds.push(parseRefund(refund));
        return refunds;
      },
      this.#refundAdmission,
    );
  }

  async intentOfCharge(chargeId: string): Promise<string | null> {
    try {
      return await this.ask('get-charge', async () => parseIntentOfCharge(await this.#stripe.charges.retrieve(chargeId)));
    } catch (error) {
      if (error instanceof CardRefused && error.isMissing) return null;
      throw error;
    }
  }

  async dispute(disputeId: string): Promise<DisputeFact> {
    return this.ask('get-dispute', async () => parseDispute(await this.#stripe.disputes.retrieve(disputeId)));
  }

  async intentsPage({ after, ...since }: PageOf): Promise<StripePage<IntentFact>> {
    const list = { created: createdSince(since), limit: PAGE, ...startingAfter(after) };
    return this.page(
      'list-intents',
      () => this.#stripe.paymentIntents.list(list),
      (item) => parseIntent(item),
    );
  }

  async refundsPage({ after, ...since }: PageOf): Promise<StripePage<RefundFact>> {
    const list = { created: createdSince(since), limit: PAGE, ...startingAfter(after) };
    return this.page(
      'list-refunds',
      () => this.#stripe.refunds.list(list),
      (item) => parseRefund(item),
    );
  }

  async disputesPage({ after, ...since }: PageOf): Promise<StripePage<DisputeFact>> {
    const list = { created: createdSince(since), limit: PAGE, ...startingAfter(after) };
    return this.page(
      'list-disputes',
      () => this.#stripe.disputes.list(list),
      (item) => parseDispute(item),
    );
  }

  /** A request for each page; none runs while the caller works with a page. */
  async *undeliveredEvents(since: TimeWindow): AsyncGenerator<StripeEvent[]> {
    const filter = { created: createdSince(since), delivery_success: false, types: [...EVENT_TYPES], limit: PAGE };
    let after: string | null = null;
    do {
      const list: Stripe.EventListParams = { ...filter, ...startingAfter(after) };
      const page: StripePage<StripeEvent> = await this.page('list-events', () => this.#stripe.events.list(list), parseStripeEvent);
      yield page.facts;
      after = page.next;
    } while (after !== null);
  }

  namedIn(event: StripeEvent): NamedObjects {
    return parseNamedObjects(event);
  }

  factOf(event: StripeEvent): StripeFact | null {
    return parseFact(event);
  }

  private page<Item extends { id: string }, Fact>(
    operation: string,
    request: () => Promise<Stripe.ApiList<Item>>,
    parse: (item: Item) => Fact,
  ): Promise<StripePage<Fact>> {
    return this.ask(operation, async () => pageOf(await request(), parse, (item) => this.reportUnreadable(operation, item)));
  }

  /** The account may be shared: what others have in it may hold anything. */
  private reportUnreadable(operation: string, item: { id: string }): void {
    const paymentId = parsePaymentId(item);
    if (paymentId !== null) this.#unreadable.report({ operation, id: item.id, paymentId });
  }

  /** Gives up the request slot of our own request meanwhile. */
  private async ask<T>(operation: string, request: () => Promise<T>, admission = this.#admission): Promise<T> {
    const span = { name: `stripe ${operation}`, kind: SPAN_KIND.client, attributes: { 'server.address': 'stripe' } };
    return withoutSlot(() => inSpan(span, () => measured(operation, () => this.askInTurn(operation, request, admission))));
  }

  private async askInTurn<T>(operation: string, request: () => Promise<T>, admission: Admission): Promise<T> {
    await admission.enter().catch(() => {
      throw new TooManyCardRequests('Too many requests to Stripe are running, so this one did not begin');
    });
    try {
      const answer = await request();
      this.#keyRefused.get(operation)?.clear();
      if (operation === CREATE_INTENT) this.#paymentsRefused.clear();
      return answer;
    } catch (error) {
      const meaning = toCardPaymentError(error);
      if (operation === CREATE_INTENT && meaning instanceof CardRefused && !meaning.isAboutAmount)
        this.#paymentsRefused.report({ code: meaning.code, param: meaning.param, reason: meaning.message });
      if (meaning instanceof ApiKeyRefused) this.keyRefusedFor(operation).report({ operation, reason: meaning.message });
      throw meaning;
    } finally {
      admission.leave('neither');
    }
  }

  private keyRefusedFor(operation: string): LastingFault {
    const known = this.#keyRefused.get(operation);
    if (known !== undefined) return known;
    const fault = new LastingFault({ code: STRIPE_KEY_REFUSED, message: 'Stripe refuses our API key', afterMs: 0 });
    this.#keyRefused.set(operation, fault);
    return fault;
  }
}

/** By the name of the error, of which there are few. */
async function measured<T>(operation: string, request: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  let outcome = 'answered';
  try {
    return await request();
  } catch (error) {
    outcome = toWords((error as Error).name);
    throw error;
  } finally {
    REQUESTS.inc({ operation, outcome });
    DURATIONS.observe({ operation }, secondsSince(startedAt));
  }
}

/** `OutcomeUnknown` becomes `outcome-unknown`. */
function toWords(className: string): string {
  return className.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function newAdmission(): Admission {
  return new Admission({ maxAdmitted: MAX_RUNNING_REQUESTS, maxWaiting: MAX_WAITING_REQUESTS, maxWaitMs: MAX_WAIT_MS });
}

function openedIntent(intent: Stripe.PaymentIntent): OpenedIntent {
  return { ...parseIntent(intent), clientSecret: intent.client_secret ?? '' };
}

/** Stripe's time is real time, even while our own clock is moved. */
function createdSince({ withinMs }: TimeWindow): { gte: number } {
  return { gte: Math.floor((Date.now() - withinMs - SLACK_MS) / 1_000) };
}

function addressOf(apiUrl: string | null): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  if (apiUrl === null) return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  const isHttp = protocol === 'http:';
  // Of an address of IPv6, the SDK takes no brackets.
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? (isHttp ? 80 : 443) : Number(port),
    protocol: isHttp ? 'http' : 'https',
  };
}
