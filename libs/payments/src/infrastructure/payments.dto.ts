import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';

const PAYMENT_STATUSES = ['created', 'open', 'failed', 'cancelled', 'succeeded'] as const;
const WEBHOOK_STATUSES = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked'] as const;

export class RefundResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  amount!: MoneyView;
  /** @example "requested" */
  status!: 'requested' | 'submitted' | 'succeeded' | 'failed';
  /**
   * What made it due; `external` when somebody made it at Stripe.
   * @example "reservation-cancelled"
   */
  reason!: 'reservation-cancelled' | 'payment-came-too-late' | 'surplus-payment' | 'wrong-amount' | 'external';
}

export class PaymentResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /**
   * `failed`: a card was declined, the same payment takes the next one.
   * @example "open"
   */
  status!: (typeof PAYMENT_STATUSES)[number];
  amount!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  captured!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  refunded!: MoneyView;
  /**
   * For Stripe.js; only in the answer to starting a payment, and null where nothing is to be paid.
   */
  clientSecret!: string | null;
  /** @example "pk_test_51N" */
  publishableKey!: string;
  /**
   * Until when the seats wait for the money; null once the payment has ended.
   * @example "2026-11-21T19:30:00.000Z"
   */
  expiresAt!: string | null;
  /** @example [] */
  refunds!: RefundResponse[];
}

export class PaymentPage {
  data!: PaymentResponse[];
  page!: PageInfo;
}

export class AdminPaymentResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /** @example "01998f1c-0a1b-7c2d-8e3f-4a5b6c7d8e9f" */
  customerId!: string;
  /** @example "succeeded" */
  status!: (typeof PAYMENT_STATUSES)[number];
  /**
   * Stripe's PaymentIntent.
   * @example "pi_3OkJ2e"
   */
  intentId!: string | null;
  amount!: MoneyView;
  captured!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  refunded!: MoneyView;
  /** @example "2026-11-21T19:00:00.000Z" */
  createdAt!: string;
  /**
   * When the price had arrived in full.
   * @example "2026-11-21T19:02:00.000Z"
   */
  settledAt!: string | null;
  /** @example [] */
  refunds!: RefundResponse[];
}

export class AdminPaymentPage {
  data!: AdminPaymentResponse[];
  page!: PageInfo;
}

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

export class AdminRefundResponse extends RefundResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  paymentId!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /**
   * Why the last try failed, in Stripe's words: `expired_or_canceled_card`.
   */
  failure!: string | null;
}

export class WebhooksRequest extends PageRequest {
  /** @example "parked" */
  @IsOptional()
  @IsIn(WEBHOOK_STATUSES)
  status?: (typeof WEBHOOK_STATUSES)[number];
}

export class WebhookResponse {
  /**
   * Stripe's id of the event.
   * @example "evt_1NG8Du2eZvKYlo2CUI79vXWy"
   */
  id!: string;
  /** @example "payment_intent.succeeded" */
  type!: string;
  /**
   * `checking`: Stripe is asked whether it stands by it. `failed`: applied again later. `parked`: waits for a person.
   * @example "parked"
   */
  status!: (typeof WEBHOOK_STATUSES)[number];
  /** @example 10 */
  tries!: number;
  /** @example "not what was asked for, and Stripe does not stand by it" */
  note!: string | null;
  /** @example "2026-11-21T19:02:00.000Z" */
  occurredAt!: string;
  /** @example "2026-11-21T19:02:01.000Z" */
  receivedAt!: string;
  /**
   * The Stripe object it is about.
   * @example "pi_3OkJ2e"
   */
  objectId!: string | null;
}

export class WebhookPage {
  data!: WebhookResponse[];
  page!: PageInfo;
}

export class WebhookReceived {
  /** @example true */
  received!: boolean;
}
