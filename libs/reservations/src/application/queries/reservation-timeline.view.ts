import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';

const TIMELINE_STEPS = [
  'held',
  'extended',
  'seats-changed',
  'expired',
  'confirmed',
  'cancelled',
  'completed',
  'admitted',
  'no-show',
  'dispute-recorded',
  'dispute-opened',
  'dispute-closed',
  'refund-due-raised',
  'payment-came-too-late',
  'surplus-payment-received',
  'payment-started',
  'paid',
  'payment-failed',
  'payment-cancelled',
  'unexpected-money-received',
  'refund-requested',
  'refund-submitted',
  'refunded',
  'refund-failed',
  'refund-paid-out',
  'mailed',
  'mail-waiting',
  'mail-failed',
  'mail-not-needed',
  'admin-act',
  'other',
] as const;
export type TimelineStep = (typeof TIMELINE_STEPS)[number];

/** One thing that happened to a reservation, and what says so. */
export class TimelineEntryView {
  /**
   * When it happened, in UTC.
   * @example "2026-11-21T18:00:00.000Z"
   */
  @ApiProperty({ format: 'date-time' })
  at!: string;
  /**
   * What happened. `admin-act`: an act of staff that changed nothing else in this list, as `action` says.
   * @example "held"
   */
  @ApiProperty({ enum: TIMELINE_STEPS, enumName: 'TimelineStep' })
  step!: TimelineStep;
  /**
   * The event that tells it; null for mails, acts of staff, and where the event is not kept any more.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31"
   */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  eventId!: string | null;
  /**
   * The type of the event.
   * @example "reservations.seats-held.v1"
   */
  @ApiProperty({ nullable: true, type: String, maxLength: 100 })
  eventType!: string | null;
  /** The payment that it is about. */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  paymentId!: string | null;
  /** The refund that it is about. */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  refundId!: string | null;
  /** The mail that it is about. */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  mailId!: string | null;
  /** User id of the member of staff who did it; null where nobody of the staff did. */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  actor!: string | null;
  /** What the member of staff did, as in the audit trail. */
  @ApiProperty({ nullable: true, type: String, maxLength: 100 })
  action!: string | null;
  /** The money that it is about. */
  @ApiProperty({ type: MoneyView, nullable: true })
  amount!: MoneyView | null;
  /** The seats from then on, or those that became free. */
  @ApiProperty({ type: [String], nullable: true, maxItems: 10, items: { type: 'string', maxLength: 8 }, example: ['A1', 'A2'] })
  seats!: string[] | null;
  /** Why: the reason of a cancellation or a refund, why a card was declined, or what the mail is about. */
  @ApiProperty({ nullable: true, type: String, maxLength: 500 })
  reason!: string | null;
}

/** What happened to a reservation, oldest first. */
export class ReservationTimelineView {
  /**
   * Id of the reservation.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15"
   */
  @ApiProperty({ format: 'uuid' })
  reservationId!: string;
  /**
   * Whether every event is shown. False where older ones are not kept any more (`OUTBOX_KEPT_DAYS`), or there are more than 500.
   * @example true
   */
  complete!: boolean;
  /** The entries by time. */
  @ApiProperty({ type: [TimelineEntryView], maxItems: 900 })
  entries!: TimelineEntryView[];
}
