import { PaymentAccountsOf } from '@app/contracts/payment-accounts.js';
import { ReservationsByIds, type ReservationSummary } from '@app/contracts/reservations.js';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { LaneRunner } from '@app/platform/jobs/lane-runner.js';
import { runLane } from '@app/platform/testing/run-lane.js';
import type { MailKind } from '../domain/mail.js';
import { MailBounced, MailDelayed, MailServerAway, MailUnconfirmed } from '../domain/mailer.js';
import { NotificationsHarness } from '../testing/notifications-harness.js';
import { SendMail } from './jobs/send-mail.js';
import { SendUrgentMail } from './jobs/send-urgent-mail.js';
import { MAILS, URGENT_MAILS } from './lanes.js';
import { MailDelivery } from './mail-delivery.js';
import { MAX_MAILS_TO_UNVERIFIED, UnknownMailKind } from './mail-writer.js';

const NOW = '2026-11-30T12:00:00.000Z';

describe('MailDelivery', () => {
  let harness: NotificationsHarness;
  let id: string;
  beforeEach(async () => {
    harness = new NotificationsHarness();
    const request = { kind: 'password-reset', factId: 'q1', userId: 'u1', reservationId: null, facts: {} } as const;
    [id = ''] = await harness.mails.add([request], harness.clock.now());
  });
  const send = () => harness.bus.get(MailDelivery).send(id);
  const mail = () => harness.mails.all.get(id)!;

  /** The only reservation, as its owner and that of its showtime describe it. */
  function givenReservation(status: ReservationSummary['status'], price = { amount: 1_250, currency: 'EUR' }): void {
    const times = { startsAt: '2026-12-01T19:00:00.000Z', endsAt: '2026-12-01T21:00:00.000Z', heldUntil: '2026-11-30T19:00:00.000Z' };
    const seats: ReservationSummary['seats'] = [{ label: 'A1', category: 'standard', price }];
    const own = { id: 'r1', customerId: 'u1', showtimeId: 's1', code: 'ABCD2345' };
    const showtime = {
      ...{ id: 's1', version: 1, seatPlanVersion: 1, currency: 'EUR', prices: { standard: 1_250 }, salesOpenAt: null },
      status: 'scheduled',
      movie: { id: 'm1', title: 'Metropolis', runtimeMinutes: 120 },
      theatre: { id: 't1', name: 'Lichtburg', timeZone: 'Europe/Berlin' },
      room: { id: 'o1', name: 'Room 1' },
      ...{ startsAt: times.startsAt, startsAtLocal: '2026-12-01T20:00:00', endsAt: times.endsAt },
    } as const;
    harness.bus
      .answer(ReservationsByIds, () => [{ ...own, ...times, version: 3, status, seats, total: price, late: false }])
      .answer(ShowtimesByIds, () => [showtime]);
  }

  it('a mail is sent once, with an id made from its kind and fact', async () => {
    await send();
    await send();
    expect(harness.mailer.sent).toMatchObject([
      { messageId: 'password-reset.q1', to: { name: 'Ada', address: 'ada@customers.test' }, language: 'en-GB' },
    ]);
    expect(mail()).toMatchObject({ status: 'sent', address: null, answer: null });
  });

  it.each([
    [true, 25, 25],
    [false, 25, MAX_MAILS_TO_UNVERIFIED],
  ])('verified %s: of %i mails about reservations within an hour, %i are sent', async (emailVerified, requested, sent) => {
    givenReservation('confirmed');
    harness.recipient = { ...harness.recipient!, emailVerified };
    const request = { kind: 'seats-changed', userId: 'u1', reservationId: 'r1', facts: {} } as const;
    const facts = Array.from({ length: requested + 1 }, (_, i) => ({ ...request, factId: `r1.${i}` }));
    const ids = await harness.mails.add(facts, harness.clock.now());
    for (const each of ids.slice(0, requested)) await harness.bus.get(SendMail).run(each);
    expect(harness.mailer.sent).toHaveLength(sent);
    // A link that somebody asked for has a limit of its own.
    await send();
    expect(harness.mailer.sent).toHaveLength(sent + 1);
    harness.clock.advance(HOUR_MS + 1);
    await harness.bus.get(SendMail).run(ids[requested]!);
    expect(harness.mailer.sent).toHaveLength(sent + 2);
    expect(harness.list.filter((each) => each.endsWith('not-needed'))).toHaveLength(requested - sent);
  });

  it.each([
    [1_250, 25],
    [0, MAX_MAILS_TO_UNVERIFIED],
  ])('of 25 tickets for %i cents to an address that is not verified, %i are sent', async (amount, sent) => {
    givenReservation('confirmed', { amount, currency: 'EUR' });
    harness.recipient = { ...harness.recipient!, emailVerified: false };
    const request = { kind: 'reservation-confirmed', userId: 'u1', reservationId: 'r1', facts: {} } as const;
    const facts = Array.from({ length: 25 }, (_, i) => ({ ...request, factId: `r1.${i}` }));
    for (const each of await harness.mails.add(facts, harness.clock.now())) await harness.bus.get(SendMail).run(each);
    expect(harness.mailer.sent).toHaveLength(sent);
  });

  it('a mail to an address that nobody has verified has no name in it', async () => {
    const fullName = 'you won: https://evil.example/claim';
    harness.recipient = { ...harness.recipient!, fullName, emailVerified: false };
    await send();
    const [sent] = harness.mailer.sent;
    expect(sent).toMatchObject({
      to: { name: '', address: 'ada@customers.test' },
      content: { paragraphs: expect.arrayContaining(['Hello,']) },
    });
    expect(JSON.stringify(sent)).not.toContain('evil.example');
    harness.recipient.emailVerified = true;
    const request = { kind: 'password-reset', factId: 'q2', userId: 'u1', reservationId: null, facts: {} } as const;
    [id = ''] = await harness.mails.add([request], harness.clock.now());
    await send();
    expect(harness.mailer.sent[1]!.content.paragraphs).toContain(`Hello ${fullName},`);
  });

  it('a mail of a kind that only a newer version knows waits for it', async () => {
    for (const reservationId of ['r1', null]) {
      givenReservation('confirmed');
      const request = { kind: 'of-a-newer-version' as MailKind, factId: `f-${reservationId}`, userId: 'u1', reservationId, facts: {} };
      [id = ''] = await harness.mails.add([request], harness.clock.now());
      await expect(send()).rejects.toThrow(UnknownMailKind);
      expect(mail().status).toBe('waiting');
    }
  });

  it('a mail without a recipient is not needed', async () => {
    harness.recipient = null;
    await send();
    expect([mail().status, harness.mailer.sent]).toEqual(['not-needed', []]);
  });

  it.each([
    ['confirmed', 'sent'],
    ['completed', 'sent'],
    ['cancelled', 'not-needed'],
  ] as const)('the tickets of a reservation that is %s by then are %s', async (status, expected) => {
    givenReservation(status);
    const request = { kind: 'reservation-confirmed', factId: 'r1', userId: 'u1', reservationId: 'r1', facts: {} } as const;
    [id = ''] = await harness.mails.add([request], harness.clock.now());
    await send();
    expect([mail().status, harness.mailer.sent.length]).toEqual([expected, expected === 'sent' ? 1 : 0]);
  });

  it.each([
    [0, '€7.50 goes back to the card that you paid with.'],
    [400, '€3.50 goes back to the card that you paid with.'],
    [750, undefined],
  ])('a cancellation promises what refunds apart and a bank that keeps %i have left', async (lost, promised) => {
    givenReservation('cancelled');
    const refunds = (
      [
        [300, 'external', 'succeeded'],
        [200, 'goodwill', 'requested'],
        [400, 'external', 'failed'],
        [750, 'reservation-cancelled', 'requested'],
      ] as const
    ).map(([amount, reason, status]) => ({ refundId: 'f1', amount: { amount, currency: 'EUR' }, reason, status, createdAt: NOW }));
    const price = { amount: 1_250, currency: 'EUR' };
    const account = {
      paymentId: 'p1',
      reservationId: 'r1',
      price,
      captured: price,
      lost: { ...price, amount: lost },
      createdAt: NOW,
      settledAt: NOW,
      refunds,
    };
    harness.bus.answer(PaymentAccountsOf, ({ paymentIds }) => (paymentIds.includes('p1') ? [account] : []));
    const facts = { by: 'customer', reason: null, amount: price, paymentId: 'p1' } as const;
    const request = { kind: 'reservation-cancelled', factId: 'r1', userId: 'u1', reservationId: 'r1', facts } as const;
    [id = ''] = await harness.mails.add([request], harness.clock.now());
    await send();
    const { paragraphs } = harness.mailer.sent[0]!.content;
    expect(paragraphs.find((text) => text.includes('the card'))).toBe(promised);
  });

  it.each([
    ['refund-submitted', 'submitted', 'sent'],
    ['refund-submitted', 'failed', 'not-needed'],
    ['refund-submitted', 'succeeded', 'not-needed'],
    ['refund-arrived', 'succeeded', 'sent'],
    ['refund-arrived', 'failed', 'not-needed'],
  ] as const)('the mail %s about a refund that is %s by then is %s', async (kind, status, expected) => {
    givenReservation('cancelled');
    const amount = { amount: 1_250, currency: 'EUR' };
    const refunds = [{ refundId: 'f1', amount, reason: 'reservation-cancelled' as const, status, createdAt: NOW }];
    const account = {
      paymentId: 'p1',
      reservationId: 'r1',
      price: amount,
      captured: amount,
      lost: { ...amount, amount: 0 },
      createdAt: NOW,
      settledAt: NOW,
      refunds,
    };
    harness.bus.answer(PaymentAccountsOf, ({ paymentIds }) => (paymentIds.includes('p1') ? [account] : []));
    const request = { kind, factId: 'f1', userId: 'u1', reservationId: 'r1', facts: { amount, paymentId: 'p1' } };
    [id = ''] = await harness.mails.add([request], harness.clock.now());
    await send();
    expect([mail().status, harness.mailer.sent.length]).toEqual([expected, expected === 'sent' ? 1 : 0]);
  });

  it('a mail that bounces is kept with address and answer, and not sent again', async () => {
    harness.mailer.failures.push(new MailBounced(550, 'No such user'));
    await send();
    await send();
    expect(mail()).toMatchObject({ status: 'bounced', address: 'ada@customers.test', answer: 'No such user' });
    expect(harness.mailer.sent).toEqual([]);
  });

  it('a mail that is refused for now is tried again, and given up in the end', async () => {
    harness.mailer.failures.push(...Array.from({ length: 3 }, () => new MailDelayed(451, 'Later')));
    await expect(send()).rejects.toThrow(MailDelayed);
    harness.clock.advance(95 * HOUR_MS);
    await expect(send()).rejects.toThrow(MailDelayed);
    expect(mail()).toMatchObject({ status: 'waiting', attempts: 2 });
    harness.clock.advance(2 * HOUR_MS);
    await send();
    expect(mail().status).toBe('given-up');
    expect(harness.alerts.codes).toEqual(['mail-given-up']);
  });

  it('a mail whose delivery is unknown is sent three times at most, hours apart', async () => {
    let sends = 0;
    harness.mailer.send = () => Promise.reject(new MailUnconfirmed(`time-out ${++sends}`));
    const kind = 'notifications.send-mail';
    const runner = new LaneRunner(MAILS, new Map([[kind, harness.bus.get(SendMail)]]), harness.jobs, harness.alerts);
    await harness.jobs.enqueue([{ kind, subject: id }]);
    for (let hours = 0; hours < 96; hours++) {
      await runLane(runner);
      if (hours < 2) expect(sends).toBe(1);
      harness.clock.advance(HOUR_MS);
    }
    expect(sends).toBe(3);
    expect(mail()).toMatchObject({ status: 'given-up', address: 'ada@customers.test', answer: expect.stringContaining('did not say') });
    expect(harness.alerts.codes).toEqual(['mail-given-up']);
  });

  it('an urgent mail without an answer stays in its lane', async () => {
    harness.mailer.failures.push(new MailUnconfirmed('time-out'));
    const kind = 'notifications.send-urgent-mail';
    const runner = new LaneRunner(URGENT_MAILS, new Map([[kind, harness.bus.get(SendUrgentMail)]]), harness.jobs, harness.alerts);
    await harness.jobs.enqueue([{ kind, subject: id }]);
    await runLane(runner);
    expect([mail().status, harness.jobs.waiting]).toEqual(['waiting', [`${kind} ${id}`]]);
    harness.clock.advance(2 * HOUR_MS);
    await runLane(runner);
    expect([mail().status, harness.jobs.waiting]).toEqual(['sent', []]);
  });

  it('a mail server that is away fails no mail, however long', async () => {
    for (let hours = 0; hours < 200; hours += 100) {
      harness.mailer.failures.push(new MailServerAway('ECONNREFUSED'));
      await expect(send()).rejects.toThrow(MailServerAway);
      harness.clock.advance(100 * HOUR_MS);
    }
    expect(mail()).toMatchObject({ status: 'waiting', attempts: 0, firstRefusedAt: null });
    await send();
    expect(mail().status).toBe('sent');
  });

  it('nothing of a user who is erased meanwhile is kept', async () => {
    harness.mailer.send = () => {
      harness.recipient = null;
      return Promise.reject(new MailBounced(550, 'No such user: ada@customers.test'));
    };
    await send();
    expect(mail()).toMatchObject({ status: 'bounced', address: null, answer: null });
  });
});
