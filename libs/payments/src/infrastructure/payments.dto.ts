import { PageRequest } from '@app/platform/http/page.dto.js';
import { MAXIMUM_CHARGE } from '@app/contracts/chargeable-currencies.js';
import type { RefundReason } from '@app/contracts/payments.js';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { MAX_RETRIED_REFUNDS } from '../application/commands/retry-refunds.js';
import { Text } from '@app/platform/http/text.js';

const PAYMENT_STATUSES = ['created', 'open', 'failed', 'cancelled', 'succeeded'] as const;
const REFUND_STATUSES = ['requested', 'submitted', 'succeeded', 'failed'] as const;
const REFUND_REASONS = [
  'reservation-cancelled',
  'showtime-cancelled',
  'showtime-moved',
  'seats-changed',
  'payment-came-too-late',
  'surplus-payment',
  'wrong-amount',
  'goodwill',
] as const satisfies readonly RefundReason[];
const STRIPE_EVENT_STATUSES = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked'] as const;

export class AdminPaymentsRequest extends PageRequest {
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  @IsOptional()
  @IsUUID()
  reservationId?: string;

  /** @example "succeeded" */
  @IsOptional()
  @IsIn(PAYMENT_STATUSES)
  status?: (typeof PAYMENT_STATUSES)[number];

  /**
   * Stripe's PaymentIntent.
   * @example "pi_3OkJ2e"
   */
  @IsOptional()
  @Text({ max: 255, form: 'as-written', optional: true })
  @Matches(/^[\w-]+$/, { message: 'intentId must be an id of Stripe' })
  intentId?: string;
}

export class AdminRefundsRequest extends PageRequest {
  /** @example "failed" */
  @IsOptional()
  @IsIn(REFUND_STATUSES)
  status?: (typeof REFUND_STATUSES)[number];

  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  @IsOptional()
  @IsUUID()
  paymentId?: string;
}

export class RefundPaymentRequest {
  /**
   * Minor units as Stripe counts them for the currency of the payment: 1250 is 12.50 EUR, 1250 JPY, 1.250 KWD; 125000 is 1250 ISK.
   * Without it, all that is left is refunded.
   * @example 1250
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAXIMUM_CHARGE)
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
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RETRIED_REFUNDS)
  @IsUUID(undefined, { each: true })
  refundIds?: string[];

  /**
   * Only failed refunds of this reason.
   */
  @IsOptional()
  @IsIn(REFUND_REASONS)
  reason?: RefundReason;
}

export class StripeEventsRequest extends PageRequest {
  /** @example "parked" */
  @IsOptional()
  @IsIn(STRIPE_EVENT_STATUSES)
  status?: (typeof STRIPE_EVENT_STATUSES)[number];
}

export class WebhookReceived {
  /** @example true */
  received!: boolean;
}
