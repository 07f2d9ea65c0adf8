import { PageRequest } from '@app/platform/http/page.dto.js';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';

const PAYMENT_STATUSES = ['created', 'open', 'failed', 'cancelled', 'succeeded'] as const;
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
  @IsString()
  @MaxLength(255)
  @Matches(/^\w+$/, { message: 'intentId must be an id of Stripe' })
  intentId?: string;
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
