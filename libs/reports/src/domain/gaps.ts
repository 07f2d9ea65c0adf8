/** The gaps of a reconciliation: Stripe = payments = reservations = seats. Each names the call that mends it. */
import { type CountedRefund, givenApartOf, givenBackOf, refundDebtOf, requestedOf } from '@app/contracts/owed-refunds.js';
import { countedRefund, type PaymentAccountView, type RefundAccount, type StripeDifferenceView } from '@app/contracts/payment-accounts.js';
import type { ReservationAccountView, SeatDifferenceView } from '@app/contracts/reservation-accounts.js';
import type { OwedRefundView } from '@app/contracts/reservations.js';
import type { MoneyJson } from '@app/kernel/money.js';

export const GAP_KINDS = [
  'stripe-event-not-applied',
  'stripe-money-not-recorded',
  'stripe-refund-not-recorded',
  'refund-failed',
  'refund-not-requested',
  'refund-not-submitted',
  'payment-without-outcome',
  'money-without-ticket',
  'ticket-without-money',
  'seats-not-freed',
  'seats-not-claimed',
] as const;
export type GapKind = (typeof GAP_KINDS)[number];

interface MendingCall {
  readonly method: 'POST';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body: Readonly<Record<string, string>> | null;
}

export interface Gap {
  readonly kind: GapKind;
  readonly paymentId: string | null;
  readonly reservationId: string | null;
  readonly showtimeId: string | null;
  readonly seats: readonly string[];
  readonly expected: MoneyJson | null;
  readonly found: MoneyJson | null;
  /** Null where no call mends it: the showtime is over. */
  readonly mend: MendingCall | null;
}

/** Messages and jobs take seconds; what is younger than this is under way, and no gap. */
export const UNDER_WAY_MS = 10 * 60_000;
const REASON = 'Reconciliation';

export function stripeGap({ kind, stripeEventId, paymentId, reservationId, said, recorded }: StripeDifferenceView): Gap {
  const gap = { ...NOTHING, paymentId, reservationId, expected: said, found: recorded };
  const replay = post(`/admin/stripe-events/${stripeEventId}/replay`);
  if (kind === 'event') return { ...gap, kind: 'stripe-event-not-applied', mend: replay };
  if (kind === 'money') return { ...gap, kind: 'stripe-money-not-recorded', mend: replay };
  return { ...gap, kind: 'stripe-refund-not-recorded', mend: paymentId === null ? replay : reconcilePayment(paymentId) };
}

/** `asOf`: what happened after it is under way. */
export function paymentGaps(payment: PaymentAccountView, reservation: ReservationAccountView | undefined, asOf: Date): Gap[] {
  const { paymentId, reservationId, captured } = payment;
  const gap = { ...NOTHING, paymentId, reservationId, showtimeId: reservation?.showtimeId ?? null };
  const gaps = [...failedRefunds(payment, gap), ...unsentRefunds(payment, gap, asOf)];
  const owed = reservation?.owed.filter((each) => each.paymentId === paymentId) ?? [];
  const rest = { ...captured, amount: restOf(payment) };
  const isDecided = reservation?.settledPaymentIds.includes(paymentId) ?? false;
  if (isUnderWay(payment, asOf)) return gaps;
  if (reservation !== undefined && payment.settledAt !== null && !isDecided) {
    if (rest.amount > 0 || captured.amount === 0)
      gaps.push({ ...gap, kind: 'payment-without-outcome', found: captured, mend: reconcileReservation(reservationId) });
  } else if (reservation?.paymentId !== paymentId && owed.length === 0 && rest.amount > 0) {
    const giveBack = post(`/admin/payments/${paymentId}/refunds`, { reason: REASON });
    gaps.push({ ...gap, kind: 'money-without-ticket', expected: { ...rest, amount: 0 }, found: rest, mend: giveBack });
  }
  return [...gaps, ...owed.filter(({ owedAt }) => new Date(owedAt) < asOf).flatMap((each) => missingRefund(payment, each, gap))];
}

/** Money that is not settled was given back in the transaction that recorded it, so it is never under way. */
function isUnderWay({ settledAt }: PaymentAccountView, asOf: Date): boolean {
  return settledAt !== null && new Date(settledAt) >= asOf;
}

/** A reservation that is confirmed or completed was paid by a payment of its own, in full. */
export function ticketGaps(reservation: ReservationAccountView, payment: PaymentAccountView | undefined): Gap[] {
  const { reservationId, showtimeId, paymentId, status, paid } = reservation;
  if ((status !== 'confirmed' && status !== 'completed') || paid.amount === 0) return [];
  const isPaid = payment?.reservationId === reservationId && payment.settledAt !== null;
  if (isPaid && payment.captured.amount === paid.amount && payment.captured.currency === paid.currency) return [];
  const cancel = post(`/admin/reservations/${reservationId}/cancel`, { refund: 'policy', reason: REASON });
  return [
    {
      ...NOTHING,
      kind: 'ticket-without-money',
      paymentId,
      reservationId,
      showtimeId,
      expected: paid,
      found: isPaid ? payment.captured : { ...paid, amount: 0 },
      mend: status === 'confirmed' ? cancel : null,
    },
  ];
}

export function seatGap({ kind, showtimeId, reservationId, seats }: SeatDifferenceView): Gap {
  const own = { ...NOTHING, showtimeId, reservationId, seats, mend: reconcileReservation(reservationId) };
  return { ...own, kind: kind === 'unowned' ? 'seats-not-freed' : 'seats-not-claimed' };
}

const NOTHING = { paymentId: null, reservationId: null, showtimeId: null, seats: [], expected: null, found: null };
type Ids = Omit<Gap, 'kind' | 'mend'>;

/** Its money is still here, and can go back in another attempt. */
function failedRefunds(payment: PaymentAccountView, ids: Ids): Gap[] {
  const rest = restOf(payment);
  return payment.refunds
    .filter(({ status, reason, paidOut }) => status === 'failed' && paidOut === undefined && reason !== 'external' && rest > 0)
    .map(({ refundId, amount }) => ({
      ...ids,
      kind: 'refund-failed',
      expected: { ...amount, amount: Math.min(amount.amount, rest) },
      found: { ...amount, amount: 0 },
      mend: post(`/admin/refunds/${refundId}/retry`),
    }));
}

function unsentRefunds({ paymentId, refunds }: PaymentAccountView, ids: Ids, asOf: Date): Gap[] {
  return refunds
    .filter(({ status, createdAt }) => status === 'requested' && new Date(createdAt) < asOf)
    .map(({ amount }) => ({
      ...ids,
      kind: 'refund-not-submitted',
      expected: amount,
      found: { ...amount, amount: 0 },
      mend: reconcilePayment(paymentId),
    }));
}

/** Goodwill and what was refunded at Stripe are apart: they only reduce what is left to refund. */
function missingRefund(payment: PaymentAccountView, { reason, refundDue }: OwedRefundView, ids: Ids): Gap[] {
  const debt = refundDebtOf(reason);
  const isOfLostChange = ({ isForChangedSeats = false, status }: RefundAccount): boolean =>
    reason === 'seats-changed' && isForChangedSeats && status !== 'failed';
  const requested = sumOf(
    payment.refunds.filter((refund) => refundDebtOf(refund.reason) === debt || isOfLostChange(refund)),
    requestedOf,
  );
  const apart = sumOf(
    payment.refunds.filter((refund) => !isOfLostChange(refund)),
    givenApartOf,
  );
  const left = payment.captured.amount - payment.lost.amount - apart;
  const expected = Math.min(refundDue.amount, left);
  if (requested >= expected) return [];
  const gap = { ...ids, expected: { ...refundDue, amount: expected }, found: { ...refundDue, amount: requested } };
  return [{ ...gap, kind: 'refund-not-requested', mend: reconcilePayment(payment.paymentId) }];
}

/** What neither went back nor is requested to, was not paid out by the staff, and was not lost in a dispute. */
function restOf({ captured, lost, refunds }: PaymentAccountView): number {
  return captured.amount - lost.amount - sumOf(refunds, givenBackOf);
}

function sumOf(refunds: readonly RefundAccount[], amountOf: (refund: CountedRefund) => number): number {
  return refunds.reduce((sum, refund) => sum + amountOf(countedRefund(refund)), 0);
}

const reconcilePayment = (id: string): MendingCall => post(`/admin/payments/${id}/reconcile`);
const reconcileReservation = (id: string): MendingCall => post(`/admin/reservations/${id}/reconcile`);

function post(path: string, body: MendingCall['body'] = null): MendingCall {
  return { method: 'POST', path, body };
}
