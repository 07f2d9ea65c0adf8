import * as auth from '@app/contracts/auth.js';
import * as payments from '@app/contracts/payments.js';
import * as reservations from '@app/contracts/reservations.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { NotificationsHarness } from '../../testing/notifications-harness.js';
import { notificationsReactions } from '../handlers.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const reservation = { reservationId: 'r1', showtimeId: 's1', customerId: 'u1' };
const refund = { refundId: 'f1', paymentId: 'p1', reservationId: 'r1', amount: eur(500), reason: 'reservation-cancelled' as const };
const request = { userId: 'u1', requestId: 'q1', expiresAt: '2026-12-01T10:00:00.000Z' };
const cancelled = { ...reservation, seats: ['A1'], paymentId: 'p1', refundDue: eur(900), owedBefore: eur(400), reason: 'Broken' };

/** Each event, the mail that it requests, and what the mail keeps of it. */
const EVENTS: readonly (readonly [DomainEvent, string, object])[] = [
  [
    new reservations.ReservationConfirmed({ ...reservation, paymentId: 'p1', code: 'ABCD2345', seats: [], total: eur(900), late: false }),
    'reservation-confirmed r1 waiting',
    { userId: 'u1', reservationId: 'r1', facts: {} },
  ],
  [
    new reservations.ReservationCancelled({ ...cancelled, by: 'admin' }),
    'reservation-cancelled r1 waiting',
    { userId: 'u1', reservationId: 'r1', facts: { by: 'admin', reason: 'Broken', amount: eur(500), paymentId: 'p1' } },
  ],
  [
    new reservations.SeatsChanged({ ...reservation, status: 'confirmed', seats: [], freed: [], total: eur(900) }),
    'seats-changed r1.1 waiting',
    { userId: 'u1', reservationId: 'r1', facts: {} },
  ],
  [new payments.RefundSubmitted(refund), 'refund-submitted f1 waiting', { userId: null, reservationId: 'r1', facts: { amount: eur(500) } }],
  [new payments.PaymentRefunded(refund), 'refund-arrived f1 waiting', { userId: null, reservationId: 'r1', facts: { amount: eur(500) } }],
  [new auth.EmailVerificationRequested(request), 'email-verification q1 waiting', { userId: 'u1', reservationId: null, facts: {} }],
  [new auth.PasswordResetRequested(request), 'password-reset q1 waiting', { userId: 'u1', reservationId: null, facts: {} }],
];

describe('Reactions of notifications', () => {
  it.each(EVENTS.map(([event, mail, kept]) => [event.type, event, mail, kept] as const))(
    '%s requests one mail, however often it comes',
    async (_type, event, mail, kept) => {
      const harness = new NotificationsHarness();
      await harness.deliver(event);
      await harness.deliver(event, { id: 'e2' });
      expect(harness.list).toEqual([mail]);
      expect([...harness.mails.all.values()]).toMatchObject([kept]);
      expect(harness.jobs.all.size).toBe(1);
    },
  );

  it.each([
    ['customer', []],
    ['admin', ['reservation-cancelled r1 waiting']],
    ['cinema', ['reservation-cancelled r1 waiting']],
  ] as const)('an unpaid hold cancelled by the %s: a mail without an amount to others alone', async (by, expected) => {
    const harness = new NotificationsHarness();
    await harness.deliver(new reservations.ReservationCancelled({ ...cancelled, paymentId: null, refundDue: eur(0), by }));
    expect(harness.list).toEqual(expected);
    for (const { facts } of harness.mails.all.values()) expect(facts).toEqual({ by, reason: 'Broken' });
  });

  it('seats of a hold that are changed need no mail', async () => {
    const harness = new NotificationsHarness();
    await harness.deliver(new reservations.SeatsChanged({ ...reservation, status: 'held', seats: [], freed: [], total: eur(900) }));
    expect(harness.list).toEqual([]);
  });

  it('nothing is requested where mails are off', async () => {
    const harness = new NotificationsHarness();
    harness.settings.smtpUrl = null;
    for (const [event] of EVENTS) await harness.deliver(event);
    expect(harness.list).toEqual([]);
  });

  it('a user who is erased gets no mail that waits', async () => {
    const harness = new NotificationsHarness();
    await harness.deliver(new auth.PasswordResetRequested(request));
    await harness.deliver(new auth.UserErased({ userId: 'u1', erasedAt: '2026-12-01T10:00:00.000Z' }));
    expect(harness.list).toEqual(['password-reset q1 not-needed']);
  });

  it('every reaction is tried', () => {
    const tried = [...EVENTS.map(([event]) => event.constructor), auth.UserErased];
    expect(notificationsReactions.filter((reaction) => !tried.includes(subscriptionOf(reaction)!.event))).toEqual([]);
  });
});
