import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';
import { GAP_KINDS, type GapKind } from '../../domain/gaps.js';

/** The body of the call that mends a gap. */
class MendBodyView {
  /**
   * What is refunded; only where a reservation is cancelled.
   */
  @ApiProperty({ enum: ['policy'], required: false, example: 'policy' })
  refund?: 'policy';
  /**
   * Why, for the audit trail; it can be replaced.
   */
  @ApiProperty({ maxLength: 500, example: 'Reconciliation' })
  reason!: string;
}

/** The call that mends a gap. It can be repeated. */
class MendView {
  @ApiProperty({ enum: ['POST'], description: 'The HTTP method.', example: 'POST' })
  method!: 'POST';
  /**
   * The path below `/api/v1`.
   */
  @ApiProperty({ maxLength: 200, example: '/admin/payments/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11/reconcile' })
  path!: string;
  /**
   * What is sent; null where nothing is.
   */
  @ApiProperty({ type: MendBodyView, nullable: true, example: null })
  body!: MendBodyView | null;
}

/** One place where two sides differ. */
export class GapView {
  /**
   * What is missing. `stripe-event-not-applied`: a message of Stripe waits or is parked. `stripe-money-not-recorded`,
   * `stripe-refund-not-recorded`: Stripe said so, and payments says something else. `refund-failed`, `refund-not-submitted`: money that must go
   * back is here. `refund-not-requested`: it is owed, and was never requested. `payment-without-outcome`: nobody decided what the money is for.
   * `money-without-ticket`: no ticket and no debt explains why it is kept. `ticket-without-money`: confirmed, and not paid in full.
   * `seats-not-freed`, `seats-not-claimed`: the claims on seats are not those of the reservation.
   */
  @ApiProperty({ enum: GAP_KINDS, enumName: 'GapKind', example: 'refund-not-requested' })
  kind!: GapKind;
  /**
   * The payment it is about; null where there is none.
   */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11' })
  paymentId!: string | null;
  /**
   * The reservation it is about; null where none is known.
   */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b12' })
  reservationId!: string | null;
  /**
   * The showtime it is about; null where none is known.
   */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b13' })
  showtimeId!: string | null;
  /**
   * Labels of the seats it is about; empty where it is about money.
   */
  @ApiProperty({ type: [String], maxItems: 1_000, example: [] })
  seats!: string[];
  /**
   * What it should be; null where no sum is compared.
   */
  @ApiProperty({ type: MoneyView, nullable: true })
  expected!: MoneyView | null;
  /**
   * What it is; null where no sum is compared.
   */
  @ApiProperty({ type: MoneyView, nullable: true })
  found!: MoneyView | null;
  /**
   * The call that mends it; null where none does, because the showtime is over.
   */
  @ApiProperty({ type: MendView, nullable: true })
  mend!: MendView | null;
}

/** How much was compared: without this, no gaps could also mean that nothing was looked at. */
class ReconciledCountsView {
  /**
   * Messages of Stripe that arrived in the period.
   * @example 5120
   */
  stripeEvents!: number;
  /**
   * Payments that were begun in the period.
   * @example 1710
   */
  payments!: number;
  /**
   * Reservations that were confirmed in the period.
   * @example 1640
   */
  tickets!: number;
  /**
   * Showtimes that start in the period.
   * @example 310
   */
  showtimes!: number;
}

export class ReconciliationResponse {
  checked!: ReconciledCountsView;
  /**
   * What happened after this instant is under way, and not compared.
   */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-26T11:50:00.000Z' })
  asOf!: string;
  /**
   * The gaps; empty where everything fits.
   */
  @ApiProperty({ type: [GapView], maxItems: 1_000 })
  data!: GapView[];
  /**
   * Whether there are more gaps than one answer has. Mend these, or ask for fewer days.
   * @example false
   */
  hasMore!: boolean;
}
