import { PageRequest } from '@app/platform/http/page.dto.js';
import { QueryBoolean } from '@app/platform/http/query-values.js';
import { IdList, QueryList, ValueList } from '@app/platform/http/query-list.js';
import { MAX_CHARGE } from '@app/contracts/chargeable-currencies.js';
import { REFUND_REASONS, REFUND_STATUSES, type RefundReason } from '@app/contracts/payments.js';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsUUID, Matches, Max, Min } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { PAYMENT_STATUSES } from '../domain/payment-state.js';
import { MAX_RETRIED_REFUNDS } from '../application/commands/retry-refunds.js';
import { Text } from '@app/platform/http/text.js';

const STRIPE_EVENT_STATUSES = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked', 'dismissed'] as const;
const INTENT_ID = '[\\w-]{1,255}';
const MAX_INTENT_IDS = 20;

export class AdminPaymentsRequest extends PageRequest {
  /** Reservations: one id, or up to 20 separated by commas. */
  @IdList()
  reservationId?: string[];

  /** Any of these states, separated by commas. */
  @ValueList(PAYMENT_STATUSES)
  status?: readonly (typeof PAYMENT_STATUSES)[number][];

  /** PaymentIntents of Stripe: one id, or up to 20 separated by commas. */
  @QueryList({
    value: INTENT_ID,
    isValue: Matches(new RegExp(`^${INTENT_ID}$`), { each: true, message: 'must be an id of Stripe, or ids separated by commas' }),
    max: MAX_INTENT_IDS,
    maxLength: MAX_INTENT_IDS * 256 - 1,
    name: 'ids',
  })
  intentId?: string[];
}

export class AdminRefundsRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(REFUND_STATUSES)
  status?: readonly (typeof REFUND_STATUSES)[number][];

  /** Payments: one id, or up to 20 separated by commas. */
  @IdList()
  paymentId?: string[];

  /** Those that the staff paid out in another way, or all others. */
  @QueryBoolean()
  paidOut?: boolean;

  /**
   * Those that wait for somebody, or all others. A refund waits where it failed, its money is still here, and it was not paid out in another way. One that
   * somebody made at Stripe never does: it cannot be retried.
   */
  @QueryBoolean()
  waiting?: boolean;
}

export class RefundPaidOutRequest {
  /**
   * What is paid out, in minor units as Stripe counts them for the currency of the payment. It is exactly what the refund can still give back: another sum is
   * refused with that one.
   * @example 1250
   */
  @IsInt()
  @Min(1)
  @Max(MAX_CHARGE)
  amount!: number;

  /**
   * How it is paid, and by which reference, for the staff and the audit trail; customers do not see it. The same of the same admin again changes nothing;
   * anything else is refused.
   * @example "Bank transfer of 3 March, reference 2026-0117"
   */
  @Text({ max: 500 })
  note!: string;
}

export class RefundPaymentRequest {
  /**
   * Minor units as Stripe counts them for the currency of the payment: 1250 is 12.50 EUR, 1250 JPY, 1.250 KWD; 125000 is 1250 ISK.
   * Without it, all that is left is refunded.
   * @example 1250
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MAX_CHARGE)
  amount?: number;

  /**
   * Why, for the audit trail; customers do not see it.
   * @example "The heating was off"
   */
  @Text({ max: 500 })
  reason!: string;
}

export class RetryRefundsRequest {
  /**
   * These refunds. Without it, every failed refund is tried again, oldest first, up to a hundred at a time.
   * @example ["01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RETRIED_REFUNDS)
  @IsUUID(undefined, { each: true })
  refundIds?: string[];

  /**
   * Only failed refunds of this reason.
   */
  @MayBeLeftOut()
  @IsIn(REFUND_REASONS)
  reason?: RefundReason;
}

export class StripeEventsRequest extends PageRequest {
  /** Any of these states, separated by commas. */
  @ValueList(STRIPE_EVENT_STATUSES)
  status?: readonly (typeof STRIPE_EVENT_STATUSES)[number][];
}

export class DismissStripeEventRequest {
  /**
   * Why nothing is to be done about it, for the audit trail.
   * @example "The money went back; the dashboard says so"
   */
  @Text({ max: 500 })
  reason!: string;
}

export class WebhookReceived {
  /** @example true */
  received!: boolean;
}
