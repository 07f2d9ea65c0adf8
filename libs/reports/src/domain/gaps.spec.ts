import type { PaymentAccountView, RefundAccount } from '@app/contracts/payment-accounts.js';
import type { ReservationAccountView } from '@app/contracts/reservation-accounts.js';
import type { OwedRefundView } from '@app/contracts/reservations.js';
import { paymentGaps, seatGap, stripeGap, ticketGaps } from './gaps.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const LONG_AGO = '2026-11-01T12:00:00.000Z';
const AS_OF = new Date('2026-11-02T12:00:00.000Z');
const JUST_NOW = '2026-11-02T12:00:01.000Z';

const paid = (own: Partial<PaymentAccountView> = {}): PaymentAccountView => ({
  paymentId: 'p1',
  reservationId: 'r1',
  price: eur(1_000),
  captured: eur(1_000),
  lost: eur(0),
  createdAt: LONG_AGO,
  settledAt: LONG_AGO,
  refunds: [],
  ...own,
});
const refund = (own: Partial<RefundAccount> = {}): RefundAccount => ({
  refundId: 'f1',
  amount: eur(1_000),
  status: 'succeeded',
  reason: 'reservation-cancelled',
  createdAt: LONG_AGO,
  ...own,
});
const confirmed = (own: Partial<ReservationAccountView> = {}): ReservationAccountView => ({
  reservationId: 'r1',
  showtimeId: 's1',
  status: 'confirmed',
  total: eur(1_000),
  paid: eur(1_000),
  paymentId: 'p1',
  settledPaymentIds: ['p1'],
  owed: [],
  ...own,
});
const owed = (own: Partial<OwedRefundView> = {}): OwedRefundView => ({
  paymentId: 'p1',
  reservationId: 'r1',
  refundDue: eur(1_000),
  reason: 'reservation-cancelled',
  owedAt: LONG_AGO,
  ...own,
});
const cancelled = (...dues: OwedRefundView[]) => confirmed({ status: 'cancelled', owed: dues });
const kinds = (gaps: ReturnType<typeof paymentGaps>) =>
  gaps.map(({ kind, expected, found }) => [kind, expected?.amount ?? null, found?.amount ?? null]);

describe('Gaps between payments and reservations', () => {
  it('a ticket that was paid has none', () => {
    expect(paymentGaps(paid(), confirmed(), AS_OF)).toEqual([]);
    expect(ticketGaps(confirmed(), paid())).toEqual([]);
  });

  it('a payment without an outcome is one, unless all of it went back', () => {
    const open = confirmed({ status: 'held', settledPaymentIds: [] });
    expect(kinds(paymentGaps(paid(), open, AS_OF))).toEqual([['payment-without-outcome', null, 1_000]]);
    expect(paymentGaps(paid({ refunds: [refund({ reason: 'external' })] }), open, AS_OF)).toEqual([]);
    expect(paymentGaps(paid({ settledAt: JUST_NOW }), open, AS_OF)).toEqual([]);
  });

  it('what a lost dispute took is neither missing nor here', () => {
    const failed = refund({ status: 'failed' });
    const all = { lost: eur(1_000) };
    expect(paymentGaps(paid({ ...all, refunds: [failed] }), cancelled(owed()), AS_OF)).toEqual([]);
    expect(paymentGaps(paid(all), cancelled(owed()), AS_OF)).toEqual([]);
    expect(paymentGaps(paid(all), confirmed({ paymentId: 'p2' }), AS_OF)).toEqual([]);
    const part = { lost: eur(400) };
    expect(kinds(paymentGaps(paid({ ...part, refunds: [failed] }), cancelled(owed()), AS_OF))).toEqual([['refund-failed', 600, 0]]);
    expect(kinds(paymentGaps(paid(part), cancelled(owed()), AS_OF))).toEqual([['refund-not-requested', 600, 0]]);
    expect(kinds(paymentGaps(paid(part), confirmed({ paymentId: 'p2' }), AS_OF))).toEqual([['money-without-ticket', 0, 600]]);
  });

  it('what the staff paid out of a failed refund is neither missing nor here', () => {
    const paidOut = refund({ status: 'failed', paidOut: eur(1_000) });
    expect(paymentGaps(paid({ refunds: [paidOut] }), cancelled(owed()), AS_OF)).toEqual([]);
    expect(paymentGaps(paid({ refunds: [paidOut] }), confirmed({ paymentId: 'p2' }), AS_OF)).toEqual([]);
    const part = refund({ ...paidOut, amount: eur(400), paidOut: eur(400) });
    const other = refund({ refundId: 'f2', status: 'failed', amount: eur(600) });
    expect(kinds(paymentGaps(paid({ refunds: [part, other] }), cancelled(owed()), AS_OF))).toEqual([['refund-failed', 600, 0]]);
    const goodwill = refund({ ...part, reason: 'goodwill' });
    expect(kinds(paymentGaps(paid({ refunds: [goodwill] }), cancelled(owed()), AS_OF))).toEqual([['refund-not-requested', 600, 0]]);
    const twice = refund({ ...part, status: 'succeeded' });
    expect(kinds(paymentGaps(paid({ refunds: [twice] }), cancelled(owed()), AS_OF))).toEqual([['refund-not-requested', 600, 400]]);
    const more = refund({ ...twice, amount: eur(500) });
    expect(kinds(paymentGaps(paid({ refunds: [more] }), cancelled(owed()), AS_OF))).toEqual([['refund-not-requested', 500, 400]]);
  });

  it('a change of seats that a restore lost is what a later change asks for', () => {
    const change = owed({ reason: 'seats-changed', refundDue: eur(400) });
    const lost = refund({ reason: 'external', amount: eur(400), isForChangedSeats: true });
    expect(paymentGaps(paid({ refunds: [lost] }), confirmed({ owed: [change] }), AS_OF)).toEqual([]);
    const byHand = { ...lost, isForChangedSeats: false };
    expect(kinds(paymentGaps(paid({ refunds: [byHand] }), confirmed({ owed: [change] }), AS_OF))).toEqual([
      ['refund-not-requested', 400, 0],
    ]);
  });

  it('a free payment without an outcome is one', () => {
    const free = paid({ price: eur(0), captured: eur(0) });
    expect(kinds(paymentGaps(free, confirmed({ settledPaymentIds: [] }), AS_OF))).toEqual([['payment-without-outcome', null, 0]]);
  });

  it('money that no ticket and no debt explains is one, and goes back', () => {
    const partly = paid({ refunds: [refund({ amount: eur(400), reason: 'goodwill' })] });
    const [gap, ...others] = paymentGaps(partly, undefined, AS_OF);
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ kind: 'money-without-ticket', found: eur(600), mend: { path: '/admin/payments/p1/refunds' } });
    expect(kinds(paymentGaps(partly, confirmed({ paymentId: 'p2' }), AS_OF))).toEqual([['money-without-ticket', 0, 600]]);
    expect(kinds(paymentGaps(paid({ settledAt: null }), confirmed({ paymentId: 'p2' }), AS_OF))).toEqual([
      ['money-without-ticket', 0, 1_000],
    ]);
    expect(paymentGaps(paid({ captured: eur(0), settledAt: null }), undefined, AS_OF)).toEqual([]);
    expect(paymentGaps(paid(), confirmed({ status: 'cancelled' }), AS_OF)).toEqual([]);
  });

  it('an owed refund that was not requested is one', () => {
    expect(kinds(paymentGaps(paid(), cancelled(owed()), AS_OF))).toEqual([['refund-not-requested', 1_000, 0]]);
    expect(paymentGaps(paid({ refunds: [refund()] }), cancelled(owed()), AS_OF)).toEqual([]);
    expect(paymentGaps(paid(), cancelled(owed({ owedAt: JUST_NOW })), AS_OF)).toEqual([]);
  });

  it('what was refunded apart reduces only what is left', () => {
    const apart = (amount: number) => refund({ refundId: 'f2', amount: eur(amount), reason: 'external' });
    const half = cancelled(owed({ refundDue: eur(500) }));
    expect(kinds(paymentGaps(paid({ refunds: [apart(400)] }), half, AS_OF))).toEqual([['refund-not-requested', 500, 0]]);
    expect(kinds(paymentGaps(paid({ refunds: [apart(700)] }), half, AS_OF))).toEqual([['refund-not-requested', 300, 0]]);
    expect(paymentGaps(paid({ refunds: [apart(1_000)] }), half, AS_OF)).toEqual([]);
  });

  it('more that is owed later counts with what was requested before', () => {
    const raised = cancelled(owed({ reason: 'showtime-cancelled' }));
    const first = refund({ amount: eur(300) });
    expect(kinds(paymentGaps(paid({ refunds: [first] }), raised, AS_OF))).toEqual([['refund-not-requested', 1_000, 300]]);
    const rest = refund({ refundId: 'f2', amount: eur(700), reason: 'showtime-cancelled' });
    expect(paymentGaps(paid({ refunds: [first, rest] }), raised, AS_OF)).toEqual([]);
  });

  it('a refund for money that came too late is no refund of the ticket', () => {
    const late = cancelled(owed({ reason: 'payment-came-too-late' }));
    expect(kinds(paymentGaps(paid({ refunds: [refund()] }), late, AS_OF))).toEqual([['refund-not-requested', 1_000, 0]]);
    expect(paymentGaps(paid({ refunds: [refund({ reason: 'payment-came-too-late' })] }), late, AS_OF)).toEqual([]);
  });

  it('a failed refund is one while its money is here', () => {
    const failed = paid({ refunds: [refund({ status: 'failed' })] });
    expect(kinds(paymentGaps(failed, cancelled(owed()), AS_OF))).toEqual([['refund-failed', 1_000, 0]]);
    const other = refund({ refundId: 'f2', reason: 'external' });
    expect(paymentGaps({ ...failed, refunds: [...failed.refunds, other] }, cancelled(owed()), AS_OF)).toEqual([]);
  });

  it('a refund that Stripe was not asked for in time is one', () => {
    const requested = (createdAt: string) => paid({ refunds: [refund({ status: 'requested', createdAt })] });
    expect(kinds(paymentGaps(requested(LONG_AGO), cancelled(owed()), AS_OF))).toEqual([['refund-not-submitted', 1_000, 0]]);
    expect(paymentGaps(requested(JUST_NOW), cancelled(owed()), AS_OF)).toEqual([]);
  });

  it.each([
    ['no payment', undefined, 0],
    ['a payment of another reservation', paid({ reservationId: 'r2' }), 0],
    ['a payment without its money', paid({ settledAt: null, captured: eur(0) }), 0],
    ['less money than it costs', paid({ captured: eur(900) }), 900],
    ['money of another currency', paid({ captured: { amount: 1_000, currency: 'USD' } }), 1_000],
  ])('a ticket with %s is one', (_what, payment, found) => {
    expect(kinds(ticketGaps(confirmed(), payment))).toEqual([['ticket-without-money', 1_000, found]]);
  });

  it('a ticket whose seats were changed for cheaper ones was paid with the old price', () => {
    const changed = confirmed({ total: eur(700), owed: [owed({ reason: 'seats-changed', refundDue: eur(300) })] });
    expect(ticketGaps(changed, paid())).toEqual([]);
    expect(kinds(paymentGaps(paid(), changed, AS_OF))).toEqual([['refund-not-requested', 300, 0]]);
    const rest = refund({ amount: eur(300), reason: 'seats-changed' });
    expect(paymentGaps(paid({ refunds: [rest] }), changed, AS_OF)).toEqual([]);
  });

  it('a ticket of a showtime that is over is mended by no call', () => {
    expect(ticketGaps(confirmed(), undefined)[0]!.mend).toMatchObject({ path: '/admin/reservations/r1/cancel' });
    expect(ticketGaps(confirmed({ status: 'completed' }), undefined)[0]!.mend).toBeNull();
    expect(ticketGaps(confirmed({ status: 'cancelled' }), undefined)).toEqual([]);
    expect(ticketGaps(confirmed({ total: eur(0), paid: eur(0) }), undefined)).toEqual([]);
  });
});

describe('Gaps at the ends of the chain', () => {
  const difference = { stripeEventId: 'evt_1', type: 't', paymentId: 'p1', reservationId: 'r1', said: eur(5), recorded: eur(0) };

  it.each([
    ['event', 'stripe-event-not-applied', '/admin/stripe-events/evt_1/replay'],
    ['money', 'stripe-money-not-recorded', '/admin/stripe-events/evt_1/replay'],
    ['refund', 'stripe-refund-not-recorded', '/admin/payments/p1/reconcile'],
  ] as const)('a difference of kind %s has its call', (kind, named, path) => {
    expect(stripeGap({ ...difference, kind })).toMatchObject({ kind: named, expected: eur(5), found: eur(0), mend: { path } });
  });

  it.each([
    ['unowned', 'seats-not-freed'],
    ['unclaimed', 'seats-not-claimed'],
  ] as const)('seats that are %s have their call', (kind, named) => {
    const gap = seatGap({ kind, showtimeId: 's1', reservationId: 'r1', seats: ['A1'] });
    expect(gap).toMatchObject({ kind: named, seats: ['A1'], mend: { path: '/admin/reservations/r1/reconcile' } });
  });
});
