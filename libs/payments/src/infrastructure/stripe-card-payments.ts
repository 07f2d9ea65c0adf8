import { Injectable } from '@nestjs/common';
import type { MoneyJson } from '@app/kernel/money.js';
import { Admission, withoutSlot } from '@app/platform/concurrency/admission.js';
import Stripe from 'stripe';
import type { StripeFact, IntentFact, RefundFact } from '../domain/stripe-facts.js';
import { PaymentsSettings } from '../payments.settings.js';
import { CardPayments, type OpenedIntent, TooManyCardRequests, UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import { parseStripeEvent } from './stripe-event-parser.js';
import { toCardPaymentError } from './stripe-errors.js';
import { EVENT_TYPES, parseFact, parseIntent, parseRefund } from './stripe-fact-parser.js';

const PAGE = 100;
/** Requests at once, those that may wait for a place, and how long: a Stripe that hangs must not tie up every request of ours. */
const AT_ONCE = 64;
const WAITING = 1_000;
const MAX_WAIT = 2_000;
/** Stripe's clock and ours may differ, and an object is a little younger than the intention to make it. */
const SLACK = 300_000;

@Injectable()
export class StripeCardPayments extends CardPayments {
  readonly publishableKey: string;
  readonly livemode: boolean;
  readonly #stripe: Stripe;
  readonly #door = new Admission({ admitted: AT_ONCE, waiting: WAITING, longestWaitMs: MAX_WAIT });

  constructor({ stripe: { secretKey, publishableKey, apiUrl, timeoutMs } }: PaymentsSettings) {
    super();
    this.publishableKey = publishableKey;
    this.livemode = /^[a-z]+_live_/.test(secretKey);
    // No retries of the SDK's own: due rows retry, and only they know when a key must be left behind.
    this.#stripe = new Stripe(secretKey, { ...addressOf(apiUrl), timeout: timeoutMs, maxNetworkRetries: 0, telemetry: false });
  }

  async createIntent(
    { paymentId, reservationId, amount }: { paymentId: string; reservationId: string; amount: MoneyJson },
    key: string,
  ): Promise<OpenedIntent> {
    return this.ask(async () =>
      opened(
        await this.#stripe.paymentIntents.create(
          {
            amount: amount.amount,
            currency: amount.currency.toLowerCase(),
            capture_method: 'automatic',
            // Methods that lead away need a page to come back to, which a back end does not have.
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata: { paymentId, reservationId },
          },
          { idempotencyKey: key },
        ),
      ),
    );
  }

  async intent(intentId: string): Promise<OpenedIntent> {
    return this.ask(async () => opened(await this.#stripe.paymentIntents.retrieve(intentId)));
  }

  async findIntent(paymentId: string, within: number): Promise<OpenedIntent | null> {
    return this.ask(async () => {
      // Stripe's search is a minute behind; the list is not.
      for await (const intent of this.#stripe.paymentIntents.list({ created: since(within), limit: PAGE })) {
        if (intent.metadata['paymentId'] === paymentId) return opened(intent);
      }
      return null;
    });
  }

  async cancelIntent(intentId: string): Promise<IntentFact> {
    return this.ask(async () => parseIntent(await this.#stripe.paymentIntents.cancel(intentId, { cancellation_reason: 'abandoned' })));
  }

  async refund(
    { intentId, refundId, paymentId, amount }: { intentId: string; refundId: string; paymentId: string; amount: number },
    key: string,
  ): Promise<RefundFact> {
    return this.ask(async () =>
      parseRefund(
        await this.#stripe.refunds.create(
          { payment_intent: intentId, amount, reason: 'requested_by_customer', metadata: { refundId, paymentId } },
          { idempotencyKey: key },
        ),
      ),
    );
  }

  async refundsOf(intentId: string): Promise<RefundFact[]> {
    return this.ask(async () => {
      const refunds: RefundFact[] = [];
      for await (const refund of this.#stripe.refunds.list({ payment_intent: intentId, limit: PAGE })) refunds.push(parseRefund(refund));
      return refunds;
    });
  }

  recentIntents(within: number): AsyncIterable<IntentFact[]> {
    const created = since(within);
    return this.pages((starting_after) => this.#stripe.paymentIntents.list({ created, limit: PAGE, ...starting_after }), parseIntent);
  }

  recentRefunds(within: number): AsyncIterable<RefundFact[]> {
    const created = since(within);
    return this.pages((starting_after) => this.#stripe.refunds.list({ created, limit: PAGE, ...starting_after }), parseRefund);
  }

  undeliveredEvents(within: number): AsyncIterable<StripeEvent[]> {
    const created = since(within);
    return this.pages(
      (starting_after) =>
        this.#stripe.events.list({ created, delivery_success: false, types: [...EVENT_TYPES], limit: PAGE, ...starting_after }),
      parseStripeEvent,
    );
  }

  factOf(event: StripeEvent): StripeFact | null {
    return parseFact(event);
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    return withoutSlot(() => this.askInTurn(request));
  }

  private async askInTurn<T>(request: () => Promise<T>): Promise<T> {
    await this.#door.enter().catch(() => {
      throw new TooManyCardRequests('So many requests are under way that this one never began');
    });
    try {
      return await request();
    } catch (error) {
      throw toCardPaymentError(error);
    } finally {
      this.#door.leave('neither');
    }
  }

  /** A page at a time; no place is held while the caller works through one. */
  private async *pages<Item extends { id: string }, Fact>(
    list: (position: { starting_after?: string }) => Promise<Stripe.ApiList<Item>>,
    read: (item: Item) => Fact,
  ): AsyncGenerator<Fact[]> {
    let position: { starting_after?: string } = {};
    for (;;) {
      const page = await this.ask(() => list(position));
      yield readable(page.data, read);
      const last = page.data.at(-1);
      if (!page.has_more || last === undefined) return;
      position = { starting_after: last.id };
    }
  }
}

function opened(intent: Stripe.PaymentIntent): OpenedIntent {
  return { ...parseIntent(intent), clientSecret: intent.client_secret ?? '' };
}

/** What cannot be read tells nothing: it must not keep the rest of a list from being taken in. */
function readable<Item, Fact>(items: readonly Item[], read: (item: Item) => Fact): Fact[] {
  return items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      if (error instanceof UnreadableEvent) return [];
      throw error;
    }
  });
}

/** In Stripe's time, which is real time, whatever our own clock says. */
function since(within: number): { gte: number } {
  return { gte: Math.floor((Date.now() - within - SLACK) / 1_000) };
}

function addressOf(apiUrl: string | null): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  if (apiUrl === null) return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  const isHttp = protocol === 'http:';
  return { host: hostname, port: port === '' ? (isHttp ? 80 : 443) : Number(port), protocol: isHttp ? 'http' : 'https' };
}
