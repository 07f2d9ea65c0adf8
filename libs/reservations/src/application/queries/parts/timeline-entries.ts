/** Turns what the outbox, the audit trail and the mails keep into the entries of a timeline. */
import type { MailSummary } from '@app/contracts/notifications.js';
import {
  DisputeClosed,
  DisputeOpened,
  PaymentCancelled,
  PaymentFailed,
  PaymentRefunded,
  PaymentStarted,
  PaymentSucceeded,
  RefundFailed,
  RefundPaidOut,
  RefundRequested,
  RefundSubmitted,
  UnexpectedMoneyReceived,
} from '@app/contracts/payments.js';
import {
  CustomerAdmitted,
  DisputeRecorded,
  HoldExpired,
  HoldExtended,
  NoShowRecorded,
  PaymentCameTooLate,
  RefundDueRaised,
  ReservationCancelled,
  ReservationCompleted,
  ReservationConfirmed,
  SeatsChanged,
  SeatsHeld,
  SurplusPaymentReceived,
} from '@app/contracts/reservations.js';
import type { KeptAuditEntry } from '@app/kernel/audit-trail.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { KeptEvent } from '@app/platform/messaging/event-history.js';
import type { TimelineEntryView, TimelineStep } from '../reservation-timeline.view.js';

const STEPS: ReadonlyMap<string, TimelineStep> = new Map([
  [SeatsHeld.type, 'held'],
  [HoldExtended.type, 'extended'],
  [SeatsChanged.type, 'seats-changed'],
  [HoldExpired.type, 'expired'],
  [ReservationConfirmed.type, 'confirmed'],
  [ReservationCancelled.type, 'cancelled'],
  [ReservationCompleted.type, 'completed'],
  [CustomerAdmitted.type, 'admitted'],
  [NoShowRecorded.type, 'no-show'],
  [DisputeRecorded.type, 'dispute-recorded'],
  [DisputeOpened.type, 'dispute-opened'],
  [DisputeClosed.type, 'dispute-closed'],
  [RefundDueRaised.type, 'refund-due-raised'],
  [PaymentCameTooLate.type, 'payment-came-too-late'],
  [SurplusPaymentReceived.type, 'surplus-payment-received'],
  [PaymentStarted.type, 'payment-started'],
  [PaymentSucceeded.type, 'paid'],
  [PaymentFailed.type, 'payment-failed'],
  [PaymentCancelled.type, 'payment-cancelled'],
  [UnexpectedMoneyReceived.type, 'unexpected-money-received'],
  [RefundRequested.type, 'refund-requested'],
  [RefundSubmitted.type, 'refund-submitted'],
  [PaymentRefunded.type, 'refunded'],
  [RefundFailed.type, 'refund-failed'],
  [RefundPaidOut.type, 'refund-paid-out'],
] as const);

const MAIL_STEPS: Readonly<Record<MailSummary['status'], TimelineStep>> = {
  sent: 'mailed',
  waiting: 'mail-waiting',
  bounced: 'mail-failed',
  'given-up': 'mail-failed',
  'not-needed': 'mail-not-needed',
};

const EMPTY = {
  eventId: null,
  eventType: null,
  paymentId: null,
  refundId: null,
  mailId: null,
  actor: null,
  action: null,
  amount: null,
  seats: null,
  reason: null,
} as const;

/** By time. An act of staff is shown with the events of its request, and alone where there is none. */
export function timelineEntries(found: {
  readonly events: readonly KeptEvent[];
  readonly acts: readonly KeptAuditEntry[];
  readonly mails: readonly MailSummary[];
}): TimelineEntryView[] {
  const { events, acts, mails } = found;
  const requests = new Set(events.map(({ correlationId }) => correlationId));
  const actOf = new Map(acts.map((act) => [act.requestId, act]));
  const alone = acts.filter(({ requestId }) => requestId === null || !requests.has(requestId));
  const entries = [
    ...events.map((event) => ofEvent(event, event.correlationId === null ? undefined : actOf.get(event.correlationId))),
    ...alone.map(ofAct),
    ...mails.map(ofMail),
  ];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function ofEvent({ id, type, time, data }: KeptEvent, act: KeptAuditEntry | undefined): TimelineEntryView {
  return {
    ...EMPTY,
    at: time.toISOString(),
    step: STEPS.get(type) ?? 'other',
    eventId: id,
    eventType: type,
    paymentId: text(data['paymentId']),
    refundId: text(data['refundId']),
    actor: act?.actor ?? null,
    action: act?.action ?? null,
    amount: (data['amount'] ?? data['refundDue'] ?? data['total'] ?? null) as MoneyJson | null,
    seats: Array.isArray(data['seats']) ? data['seats'].map(labelOf) : null,
    reason: text(data['reason']) ?? text(data['cause']),
  };
}

function ofAct({ at, actor, action, details }: KeptAuditEntry): TimelineEntryView {
  const reason = details !== undefined && 'reason' in details ? text(details.reason) : null;
  return { ...EMPTY, at: at.toISOString(), step: 'admin-act', actor, action, reason };
}

function ofMail({ mailId, kind, status, requestedAt, endedAt }: MailSummary): TimelineEntryView {
  return { ...EMPTY, at: endedAt ?? requestedAt, step: MAIL_STEPS[status], mailId, reason: kind };
}

/** A seat that was held has a price, one that became free is only its label. */
function labelOf(seat: string | { readonly label: string }): string {
  return typeof seat === 'string' ? seat : seat.label;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
