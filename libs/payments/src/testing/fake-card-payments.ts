import type { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import {
  CardPayments,
  CardRefused,
  IdempotencyKeySpent,
  type IntentRequest,
  type OpenedIntent,
  OutcomeUnknown,
  ServerFailure,
  type PageOf,
  type RefundOrder,
  type TimeWindow,
  type StripePage,
  UnreadableEvent,
} from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import type { DisputeFact, IntentFact, NamedObjects, PaymentError, RefundFact, StripeFact } from '../domain/stripe-facts.js';

const NAMES_NOTHING: NamedObjects = { intentId: null, chargeId: null, paymentId: null, refundId: null };

/** What happens to a request: lost or failed with a 5xx, before or after Stripe made the object, or another error. */
type Fault = 'lost-before' | 'lost-after' | 'failed-before' | 'failed-after' | Error;

/** Stripe in memory with its idempotency: a key repeats its first answer, a failure included. */
export class FakeCardPayments extends CardPayments {
  readonly publishableKey = 'pk_test_fake';
  readonly livemode = false;
  readonly intents = new Map<string, OpenedIntent>();
  readonly refunds = new Map<string, RefundFact>();
  readonly disputes = new Map<string, DisputeFact>();
  /** The intents of charges. */
  readonly charges = new Map<string, string | null>();
  readonly chargesRead: string[] = [];
  /** Of every request that creates something. */
  readonly keys: string[] = [];
  /** Whether a key repeats its first answer. */
  keepsKeys = true;
  /** Whether an answer says that it is a repetition. */
  marksReplays = true;
  pageSize = 100;
  /** Where each page of a list began. */
  readonly pagesRead: (string | null)[] = [];
  /** Events that were not acknowledged. */
  readonly undelivered: StripeEvent[] = [];
  readonly #answers = new Map<string, OpenedIntent | RefundFact | 'failure'>();
  readonly #faults: Fault[] = [];
  #ids = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** The faults of the next requests that create something, one each. */
  failNext(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  checkKey(): Promise<void> {
    return Promise.resolve();
  }

  createIntent({ paymentId, amount, idempotencyKey }: IntentRequest): Promise<OpenedIntent> {
    return this.create(idempotencyKey, () => {
      const intentId = `pi_${++this.#ids}`;
      const intent: OpenedIntent = { ...anIntent({ intentId, paymentId, amount }), clientSecret: `${intentId}_secret` };
      this.intents.set(intentId, intent);
      return intent;
    });
  }

  intent(intentId: string): Promise<OpenedIntent> {
    const intent = this.intents.get(intentId);
    return intent === undefined ? Promise.reject(new CardRefused('resource_missing', 'No such intent')) : Promise.resolve(intent);
  }

  findIntent(paymentId: string): Promise<OpenedIntent | null> {
    return Promise.resolve([...this.intents.values()].find((intent) => intent.paymentId === paymentId) ?? null);
  }

  async cancelIntent(intentId: string): Promise<IntentFact> {
    const intent = await this.intent(intentId);
    if (intent.status === 'succeeded') throw new CardRefused('payment_intent_unexpected_state', 'It has succeeded');
    return this.change(intentId, { status: 'cancelled' });
  }

  refund({ intentId, refundId, amount, reason, idempotencyKey }: RefundOrder): Promise<RefundFact> {
    return this.create(idempotencyKey, () => {
      const stripeRefundId = `re_${++this.#ids}`;
      const fact = aRefund({
        stripeRefundId,
        intentId,
        refundId,
        isForChangedSeats: reason === 'seats-changed',
        amount: { amount, currency: 'EUR' },
      });
      this.refunds.set(stripeRefundId, fact);
      return fact;
    });
  }

  refundsOf(intentId: string): Promise<RefundFact[]> {
    return Promise.resolve([...this.refunds.values()].filter((refund) => refund.intentId === intentId));
  }

  intentOfCharge(chargeId: string): Promise<string | null> {
    this.chargesRead.push(chargeId);
    return Promise.resolve(this.charges.get(chargeId) ?? null);
  }

  dispute(disputeId: string): Promise<DisputeFact> {
    const dispute = this.disputes.get(disputeId);
    return dispute === undefined ? Promise.reject(new CardRefused('resource_missing', 'No such dispute')) : Promise.resolve(dispute);
  }

  intentsPage({ after }: PageOf): Promise<StripePage<IntentFact>> {
    return this.page([...this.intents.values()], ({ intentId }) => intentId, after);
  }

  refundsPage({ after }: PageOf): Promise<StripePage<RefundFact>> {
    return this.page([...this.refunds.values()], ({ stripeRefundId }) => stripeRefundId, after);
  }

  disputesPage({ after }: PageOf): Promise<StripePage<DisputeFact>> {
    return this.page([...this.disputes.values()], ({ disputeId }) => disputeId, after);
  }

  private page<Fact>(all: Fact[], idOf: (fact: Fact) => string, after: string | null): Promise<StripePage<Fact>> {
    this.pagesRead.push(after);
    const start = after === null ? 0 : all.findIndex((fact) => idOf(fact) === after) + 1;
    const facts = all.slice(start, start + this.pageSize);
    const last = facts.at(-1);
    return Promise.resolve({ facts, next: last === undefined || start + this.pageSize >= all.length ? null : idOf(last) });
  }

  /** One event a page. */
  async *undeliveredEvents({ withinMs }: TimeWindow): AsyncIterable<StripeEvent[]> {
    const since = this.clock.now().getTime() - withinMs;
    for (const event of this.undelivered) yield await Promise.resolve(event.occurredAt.getTime() < since ? [] : [event]);
  }

  namedIn({ body }: StripeEvent): NamedObjects {
    const { chargeId } = 'fact' in body ? (body.fact as NamedObjects) : NAMES_NOTHING;
    return { ...NAMES_NOTHING, chargeId, ...('named' in body ? (body.named as Partial<NamedObjects>) : {}) };
  }

  factOf({ body }: StripeEvent): StripeFact | null {
    if (!('fact' in body)) throw new UnreadableEvent('fact is missing');
    return body.fact as StripeFact | null;
  }

  change(intentId: string, change: Partial<IntentFact>): OpenedIntent {
    const intent = { ...this.intents.get(intentId)!, ...change };
    this.intents.set(intentId, intent);
    return intent;
  }

  /** An intent that was not made through this port. */
  addIntent(own: Partial<IntentFact> & { readonly intentId: string }): OpenedIntent {
    const intent = { ...anIntent(own), clientSecret: `${own.intentId}_secret` };
    this.intents.set(own.intentId, intent);
    return intent;
  }

  private create<Made extends OpenedIntent | RefundFact>(key: string, make: () => Made): Promise<Made> {
    this.keys.push(key);
    const stored = this.keepsKeys ? this.#answers.get(key) : undefined;
    if (stored === 'failure')
      return Promise.reject(this.marksReplays ? new IdempotencyKeySpent('500, replayed') : new ServerFailure('500'));
    if (stored !== undefined) return Promise.resolve(stored as Made);
    const fault = this.#faults.shift();
    if (fault instanceof Error) return Promise.reject(fault);
    if (fault === 'lost-before') return Promise.reject(new OutcomeUnknown('timed out'));
    const made = fault === 'failed-before' ? null : make();
    this.#answers.set(key, fault?.startsWith('failed') || made === null ? 'failure' : made);
    if (fault !== undefined || made === null)
      return Promise.reject(fault === 'lost-after' ? new OutcomeUnknown('timed out') : new ServerFailure('500'));
    return Promise.resolve(made);
  }
}

export function anIntent(own: Partial<IntentFact> = {}): IntentFact {
  const amount = own.amount ?? { amount: 2_500, currency: 'EUR' };
  const received = own.status === 'succeeded' ? amount.amount : 0;
  return {
    kind: 'intent',
    intentId: 'pi_1',
    paymentId: null,
    status: 'open',
    received,
    livemode: false,
    lastError: null,
    ...own,
    amount,
  };
}

export function declined(declineCode: string): PaymentError {
  return { code: 'card_declined', declineCode, message: 'Your card was declined.' };
}

export function aRefund(own: Partial<RefundFact> = {}): RefundFact {
  const amount = { amount: 2_500, currency: 'EUR' };
  const made = { stripeRefundId: 're_1', intentId: 'pi_1', chargeId: null, refundId: null, isForChangedSeats: false } as const;
  return { kind: 'refund', ...made, amount, status: 'succeeded', failure: null, ...own };
}

export function aDispute(own: Partial<DisputeFact> = {}): DisputeFact {
  const amount = { amount: 2_500, currency: 'EUR' };
  const funds = { movements: 0, reinstated: 0, fee: null };
  const opened = { status: 'needs_response', reason: 'fraudulent', closed: false, funds } as const;
  return { kind: 'dispute', disputeId: 'dp_1', intentId: 'pi_1', chargeId: null, amount, ...opened, ...own };
}

/** Without a fact, its type is none that payments uses. */
export function anEvent(fact: StripeFact | null, own: Partial<StripeEvent> = {}): StripeEvent {
  const occurredAt = new Date('2026-03-01T12:00:00Z');
  return { id: `evt_${newId()}`, type: 'something.happened', livemode: false, occurredAt, body: { fact }, ...own };
}
