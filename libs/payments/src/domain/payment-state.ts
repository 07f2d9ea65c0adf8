import type { AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { RefundState } from './refund.js';
import type { PaymentError } from './stripe-facts.js';

/** `created`: no intent is known yet. `open`: the customer can pay. `failed`: a card was declined, and the next one may be tried. */
export const PAYMENT_STATUSES = ['created', 'open', 'failed', 'cancelled', 'succeeded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Money that arrived through an intent. */
export interface Receipt {
  readonly intentId: string;
  readonly money: MoneyJson;
  readonly now: Date;
}

/** A payment only moves up, so the order of facts does not matter. Money comes last, because it counts after every other end. */
export const PAYMENT_RANK: Readonly<Record<PaymentStatus, number>> = { created: 0, open: 1, failed: 2, cancelled: 3, succeeded: 4 };

export interface PaymentState extends AggregateState {
  readonly reservationId: string;
  readonly customerId: string;
  /** The price, in minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PaymentStatus;
  readonly intentId: string | null;
  /** What arrived, in `capturedCurrency`. That is the currency of the price unless somebody changed the intent at Stripe. */
  readonly captured: number;
  readonly capturedCurrency: string;
  readonly refunded: number;
  readonly createdAt: Date;
  /** When the whole price was known to have arrived; null for any other money. */
  readonly settledAt: Date | null;
  /** Of the last card that was declined; null once the money arrived. */
  readonly lastError: PaymentError | null;
  readonly refunds: readonly RefundState[];
  /** What banks keep by disputes that were lost, in minor units of `capturedCurrency`. It is read with the payment, and stored with the disputes. */
  readonly lost: number;
}

export interface NewPayment {
  readonly reservationId: string;
  readonly customerId: string;
  readonly amount: MoneyJson;
  readonly now: Date;
}

export function newPaymentState({ reservationId, customerId, amount: { amount, currency }, now }: NewPayment): PaymentState {
  return {
    id: newId(),
    version: 0,
    reservationId,
    customerId,
    amount,
    currency,
    status: 'created',
    intentId: null,
    captured: 0,
    capturedCurrency: currency,
    refunded: 0,
    createdAt: now,
    settledAt: null,
    lastError: null,
    refunds: [],
    lost: 0,
  };
}
