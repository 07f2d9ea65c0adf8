import type { RefundReason } from '@app/contracts/payments.js';
import { isUuid } from '@app/kernel/id.js';
import { storableText } from '@app/kernel/text.js';
import { UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import type {
  DisputeFact,
  DisputeFunds,
  IntentFact,
  IntentStatus,
  NamedObjects,
  RefundFact,
  StripeFact,
  StripeRefundStatus,
} from '../domain/stripe-facts.js';

/** An object of Stripe's, from its API or from an event of any API version. An event is input, so every field is checked. */
type Json = Readonly<Record<string, unknown>>;

const MAX_INT = 2_147_483_647;

/** The types that payments uses. Other events are stored and ignored, and are not fetched where Stripe could not deliver them. */
export const EVENT_TYPES = [
  'payment_intent.succeeded',
  'payment_intent.processing',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.refunded',
  // The older name of `refund.updated`, which Stripe still sends.
  'charge.refund.updated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
] as const;

const CHANGED_SEATS = 'seats-changed';

/** What a refund is for, where a restored database must know it again: see decision 31. Other refunds are requested as by the release before. */
export function metadataOfReason(reason: RefundReason | 'external' | null): { readonly reason?: string } {
  return reason === CHANGED_SEATS ? { reason } : {};
}

/** Statuses that say a decision, whichever event brings them. docs.stripe.com/api/disputes/object#dispute_object-status */
const DECIDED_DISPUTES: ReadonlySet<string> = new Set(['won', 'lost', 'warning_closed', 'prevented']);

/**
 * Null for a type that is not used, and for an event of a connected account (docs.stripe.com/connect/webhooks): what is paid there is not paid to us,
 * also where its metadata names a payment of ours. Throws `UnreadableEvent`.
 */
export function parseFact({ type, livemode, body }: StripeEvent): StripeFact | null {
  if (!EVENT_TYPES.some((known) => known === type) || isOfConnectedAccount(body)) return null;
  const object = record(record(body, 'event')['data'], 'data')['object'];
  if (type.startsWith('payment_intent.')) {
    const fact = parseIntent(object, { isDeclined: type === 'payment_intent.payment_failed' });
    // An event says twice whether real money moves, and both must be right.
    return { ...fact, livemode: fact.livemode === livemode ? livemode : null };
  }
  if (type.startsWith('refund.') || type === 'charge.refund.updated') return parseRefund(object);
  if (type === 'charge.refunded') return parseRefundedCharge(record(object, 'charge'));
  return parseDispute(object, { isClosing: type === 'charge.dispute.closed' });
}

/** Never throws. An intent is the object itself or its `payment_intent`, as in refunds, charges and disputes. */
export function parseNamedObjects({ type, body }: StripeEvent): NamedObjects {
  const data = 'data' in body && isRecord(body.data) ? body.data : {};
  const object = isRecord(data['object']) ? data['object'] : {};
  const { paymentId, refundId } = metadata(object);
  const intentId = type.startsWith('payment_intent.') ? optionalText(object['id']) : idOf(object['payment_intent']);
  const chargeId = chargeIdOf(type === 'charge.refunded' ? object : object['charge']);
  return { intentId, chargeId, paymentId: uuid(paymentId), refundId: uuid(refundId) };
}

/** The payment that the metadata of an intent names; null where that is no UUID. Never throws. */
export function parsePaymentId(intent: unknown): string | null {
  return isRecord(intent) ? uuid(metadata(intent)['paymentId']) : null;
}

/** `isDeclined`: the event says that the last card was declined, whether the intent does or not. */
export function parseIntent(value: unknown, { isDeclined = false } = {}): IntentFact {
  const intent = record(value, 'payment intent');
  const lastError = isRecord(intent['last_payment_error']) ? intent['last_payment_error'] : null;
  return {
    kind: 'intent',
    intentId: text(intent['id'], 'id'),
    paymentId: parsePaymentId(intent),
    status: intentStatus(text(intent['status'], 'status'), { isDeclined: isDeclined || lastError !== null }),
    amount: money(intent),
    received: intent['status'] === 'succeeded' ? amountReceived(intent) : 0,
    livemode: intent['livemode'] === true,
    lastError:
      lastError === null
        ? null
        : {
            code: optionalText(lastError['code']),
            declineCode: optionalText(lastError['decline_code']),
            message: optionalText(lastError['message']),
          },
  };
}

export function parseRefund(value: unknown): RefundFact {
  const refund = record(value, 'refund');
  return {
    kind: 'refund',
    stripeRefundId: text(refund['id'], 'id'),
    intentId: idOf(refund['payment_intent']),
    chargeId: chargeIdOf(refund['charge']),
    refundId: uuid(metadata(refund)['refundId']),
    isForChangedSeats: metadata(refund)['reason'] === CHANGED_SEATS,
    amount: money(refund),
    status: refundStatus(refund['status']),
    failure: optionalText(refund['failure_reason']),
  };
}

export function parseDispute(value: unknown, { isClosing = false } = {}): DisputeFact {
  const dispute = record(value, 'dispute');
  const status = text(dispute['status'], 'status');
  return {
    kind: 'dispute',
    disputeId: text(dispute['id'], 'id'),
    intentId: idOf(dispute['payment_intent']),
    chargeId: chargeIdOf(dispute['charge']),
    amount: money(dispute),
    status,
    reason: optionalText(dispute['reason']),
    closed: isClosing || DECIDED_DISPUTES.has(status),
    funds: disputeFunds(dispute['balance_transactions'], amount(dispute['amount'], 'amount')),
  };
}

/** The intent of a charge; null where it was made without one. */
export function parseIntentOfCharge(value: unknown): string | null {
  return idOf(record(value, 'charge')['payment_intent']);
}

function parseRefundedCharge(charge: Json): StripeFact {
  return { kind: 'refunds-changed', intentId: parseIntentOfCharge(charge), chargeId: chargeIdOf(charge) };
}

function isOfConnectedAccount(event: object): boolean {
  return 'account' in event && event.account !== null && event.account !== undefined;
}

/**
 * The first transaction withdraws the disputed amount, and later ones return all of it, a part, or withdraw it again. They are in the currency of
 * the account, which need not be that of the dispute, so they tell a share. docs.stripe.com/api/disputes/object#dispute_object-balance_transactions
 */
function disputeFunds(value: unknown, disputed: number): DisputeFunds {
  const transactions = (Array.isArray(value) ? value : []).filter(isRecord);
  const [first] = transactions;
  if (first === undefined) return { movements: 0, reinstated: 0, fee: null };
  const withdrawn = -transactionAmount(first['amount']);
  const kept = transactions.reduce((sum, transaction) => sum - transactionAmount(transaction['amount']), 0);
  const share = withdrawn <= 0 ? 0 : Math.min(1, Math.max(0, 1 - kept / withdrawn));
  return {
    movements: transactions.length,
    reinstated: Math.round(disputed * share),
    fee: disputeFee(transactions, optionalText(first['currency'])),
  };
}

/** It is only shown, so a dispute without it is recorded too. */
function disputeFee(transactions: readonly Json[], currency: string | null): DisputeFunds['fee'] {
  if (currency === null || transactions.some(({ fee }) => !Number.isSafeInteger(fee))) return null;
  const amount = transactions.reduce((sum, { fee }) => sum + Number(fee), 0);
  if (Math.abs(amount) > MAX_INT) throw new UnreadableEvent('fee is no amount');
  return { amount, currency: currency.toUpperCase() };
}

/** Of a balance transaction: negative where money leaves the balance. */
function transactionAmount(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new UnreadableEvent('a balance transaction has no amount');
  return Number(value);
}

/** docs.stripe.com/payments/paymentintents/lifecycle */
function intentStatus(status: string, { isDeclined }: { readonly isDeclined: boolean }): IntentStatus {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'canceled') return 'cancelled';
  return status === 'requires_payment_method' && isDeclined ? 'failed' : 'open';
}

/** docs.stripe.com/api/refunds/object#refund_object-status. A refund whose status is null or unknown has not ended. */
function refundStatus(status: unknown): StripeRefundStatus {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'submitted';
}

/** Some servers leave it out. Of an intent that captures automatically, all of the amount arrives or none. */
function amountReceived({ amount_received: received, amount: asked, capture_method: captureMethod }: Json): number {
  const isLeftOut = received === undefined && captureMethod !== 'manual';
  return amount(isLeftOut ? asked : received, 'amount_received');
}

function money(object: Json): { amount: number; currency: string } {
  return { amount: amount(object['amount'], 'amount'), currency: text(object['currency'], 'currency').toUpperCase() };
}

function amount(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_INT)
    throw new UnreadableEvent(`${name} is no amount`);
  return value;
}

function text(value: unknown, name: string): string {
  const found = optionalText(value);
  if (found === null) throw new UnreadableEvent(`${name} is missing`);
  return found;
}

function optionalText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 500 ? storableText(value) : null;
}

function idOf(value: unknown): string | null {
  return isRecord(value) ? optionalText(value['id']) : optionalText(value);
}

/** Stripe is asked for it, so it must look like an id of Stripe's: letters that say of what, and the rest. */
function chargeIdOf(value: unknown): string | null {
  const id = idOf(value);
  return id !== null && /^[a-z]{2,8}_\w{1,200}$/i.test(id) ? id : null;
}

function uuid(value: unknown): string | null {
  return typeof value === 'string' && isUuid(value) ? value.toLowerCase() : null;
}

function metadata(object: Json): Json {
  return isRecord(object['metadata']) ? object['metadata'] : {};
}

function record(value: unknown, name: string): Json {
  if (!isRecord(value)) throw new UnreadableEvent(`${name} is missing`);
  return value;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
