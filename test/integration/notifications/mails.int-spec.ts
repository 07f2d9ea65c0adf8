import { newId } from '@app/kernel/id.js';
import { PostgresMails } from '../../../libs/notifications/src/infrastructure/postgres-mails.js';
import { Database } from '@app/platform/persistence/database.js';
import type { MailCatcher } from '../../../apps/standalone/src/mails/mail-catcher.js';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { buy, mailTo, startMailSystem } from './mails-fixture.js';

describe('Mails', () => {
  let system: InProcessSystem;
  let catcher: MailCatcher;
  let admin: string;
  beforeAll(async () => {
    ({ system, catcher } = await startMailSystem({ HOLD_REMINDER_MINUTES: '5', PUBLIC_URL: 'https://cinema.example/' }));
    admin = await system.adminToken();
  }, 60_000);
  afterEach(() => {
    catcher.refuse = () => null;
  });
  afterAll(async () => {
    await system?.close();
    await catcher?.close();
  });
  const rowsOf = (reservationId: string) =>
    system.sql<{ kind: string; status: string; address: string | null }>(
      'SELECT id, kind, status, address, answer FROM notifications.mails WHERE reservation_id = $1 ORDER BY id',
      [reservationId],
    );

  /** How many mails of each kind about reservations the mail server took. */
  const countsOf = (to: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { messageId } of catcher.list({ to })) {
      const kind = /^<([a-z-]+)\./.exec(messageId)![1]!;
      if (kind !== 'email-verification') counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };

  it('a confirmed reservation is mailed with code, seats, time and a calendar file', async () => {
    const showtime = await system.createShowtime();
    const customer = await system.registerCustomer();
    await system.sql('UPDATE auth.users SET email_verified_at = now() WHERE email = $1', [customer.email]);
    const { id, code } = await buy(system, customer, showtime, ['A1', 'A2']);
    const mail = await mailTo(catcher, customer.email, 'reservation-confirmed');
    const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Europe/Berlin' });
    expect(mail.messageId).toBe(`<reservation-confirmed.${id}@localhost>`);
    for (const body of [mail.text, mail.html]) {
      for (const part of [code, 'A1, A2', local.format(new Date(showtime.startsAt)), 'Hello A Customer,', '€25.00'])
        expect(body).toContain(part);
    }
    const [file] = mail.attachments;
    expect(file).toMatchObject({ filename: 'reservation.ics', contentType: 'text/calendar' });
    const start = new Date(showtime.startsAt).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
    for (const line of [`UID:${id}@localhost`, 'SEQUENCE:2', `DTSTART:${start}`, 'ORGANIZER;CN="Cinema":mailto:no-reply@localhost'])
      expect(file!.content.split(/\r?\n/)).toContain(line);
    await until(async () => (await rowsOf(id))[0]?.status === 'sent', { what: 'the mail to be marked as sent' });
    expect(await rowsOf(id)).toMatchObject([{ status: 'sent', address: null, answer: null }]);
  }, 60_000);

  it('a cancellation and its refund are mailed, and the calendar entry is taken back', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1']);
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    const cancelled = await mailTo(catcher, customer.email, 'reservation-cancelled');
    expect(cancelled.text).toContain('As you asked');
    expect(cancelled.text).toContain('€12.50 goes back');
    for (const line of [`UID:${id}@localhost`, 'SEQUENCE:3', 'METHOD:CANCEL', 'STATUS:CANCELLED'])
      expect(cancelled.attachments[0]!.content.split(/\r?\n/)).toContain(line);
    expect((await mailTo(catcher, customer.email, 'refund-arrived')).subject).toBe('A refund of €12.50 was paid');
  }, 60_000);

  it('a cancellation after a goodwill refund promises the rest alone', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1']);
    const token = await system.adminToken();
    const { data } = await system.expectOk('GET', `/admin/payments?reservationId=${id}`, { token });
    await system.expectOk('POST', `/admin/payments/${data[0].id}/refunds`, {
      token,
      body: { amount: 500, reason: 'The heating was off.' },
    });
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    expect((await mailTo(catcher, customer.email, 'reservation-cancelled')).text).toContain('€7.50 goes back');
  }, 60_000);

  it('a refund that a bank takes its time for is mailed twice: under way, and arrived', async () => {
    const customer = await system.registerCustomer();
    const { id, code } = await buy(system, customer, await system.createShowtime(), ['A1'], 'pm_card_pendingRefund');
    await system.cancel(customer, id);
    const underWay = await mailTo(catcher, customer.email, 'refund-submitted');
    expect(underWay.subject).toBe('A refund of €12.50 is on its way');
    for (const part of ['on its way back to your card', code]) expect(underWay.text).toContain(part);
    const arrived = await mailTo(catcher, customer.email, 'refund-arrived');
    expect(arrived.id).toBeGreaterThan(underWay.id);
    expect(countsOf(customer.email)).toMatchObject({ 'refund-submitted': 1, 'refund-arrived': 1 });
  }, 60_000);

  it('each change of seats is mailed with a new calendar entry', async () => {
    const customer = await system.registerCustomer();
    const { id, code } = await buy(system, customer, await system.createShowtime(), ['A1', 'A2']);
    await mailTo(catcher, customer.email, 'reservation-confirmed');
    const change = (seats: string[]) => system.expectOk('PUT', `/reservations/${id}/seats`, { token: customer.token, body: { seats } });
    await change(['B5', 'A2']);
    const { messageId, text, attachments } = await mailTo(catcher, customer.email, 'seats-changed');
    expect(messageId).toBe(`<seats-changed.${id}.3@localhost>`);
    for (const part of ['you have other seats', code, 'A2, B5']) expect(text).toContain(part);
    for (const line of [`UID:${id}@localhost`, 'SEQUENCE:3', `DESCRIPTION:Booking code ${code}\\, seats A2\\, B5`])
      expect(attachments[0]!.content.split(/\r?\n/)).toContain(line);
    await change(['B5']);
    const next = await until(
      () => catcher.list({ to: customer.email }).find((mail) => mail.messageId === `<seats-changed.${id}.4@localhost>`),
      {
        what: 'the second mail',
      },
    );
    expect(next.text).toContain('€12.50');
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    const cancelled = await mailTo(catcher, customer.email, 'reservation-cancelled');
    // The other half went back when the seats were changed.
    expect(cancelled.text).toContain('€12.50 goes back');
  }, 60_000);

  it('a hold with other seats is not mailed', async () => {
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, (await system.createShowtime()).showtimeId, ['A1']);
    await system.expectOk('PUT', `/reservations/${held.id}/seats`, { token: customer.token, body: { seats: ['A2'] } });
    await until(
      async () =>
        (
          await system.sql(
            `SELECT FROM messaging.inbox i JOIN messaging.outbox o ON o.id = i.message_id
             WHERE i.queue = 'notifications.mail-when-seats-changed' AND o.subject = $1`,
            [held.id],
          )
        ).length === 1,
      { what: 'the event to be handled' },
    );
    expect(await rowsOf(held.id)).toEqual([]);
  }, 60_000);

  it('the customer of a cancelled showtime learns what happened', async () => {
    const showtime = await system.createShowtime();
    const customer = await system.registerCustomer();
    await buy(system, customer, showtime, ['A1']);
    await system.expectOk('DELETE', `/showtimes/${showtime.showtimeId}`, { token: admin });
    expect((await mailTo(catcher, customer.email, 'reservation-cancelled')).subject).toMatch(/^The showtime is cancelled: /);
  }, 60_000);

  it('a user who reads German gets a German mail with the verification link', async () => {
    const account = { email: `${newId()}@customers.test`, password: 'a-perfectly-fine-passphrase', fullName: 'Käthe', language: 'de' };
    await system.expectOk('POST', '/auth/register', { body: account });
    const { subject, text, html } = await mailTo(catcher, account.email, 'email-verification');
    expect(subject).toBe('Bitte bestätigen Sie Ihre E-Mail-Adresse');
    // Nobody has shown yet that the address is hers: somebody else could have written anything there.
    for (const body of [text, html]) expect(body).toContain('Guten Tag,');
    expect(`${text}${html}`).not.toContain('Käthe');
    expect(text).toMatch(/Adresse bestätigen: https:\/\/cinema\.example\/verify-email#token=\S+/);
  }, 60_000);

  it('an address that bounces is recorded, and an admin has the mail sent again', async () => {
    const customer = await system.registerCustomer();
    catcher.refuse = (address) => (address === customer.email ? { code: 550, answer: 'No such user' } : null);
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1']);
    const { data } = await until(
      async () => {
        const page = await system.expectOk('GET', `/admin/mails?status=bounced&reservationId=${id}`, { token: admin });
        return page.data.length === 1 && page;
      },
      { what: 'the mail to bounce' },
    );
    expect(data[0]).toMatchObject({
      kind: 'reservation-confirmed',
      address: customer.email,
      answer: expect.stringContaining('No such user'),
    });
    catcher.refuse = () => null;
    const retried = await system.expectOk('POST', `/admin/mails/${data[0].id}/retry`, { token: admin });
    expect(retried.status).toBe('waiting');
    await mailTo(catcher, customer.email, 'reservation-confirmed');
    await until(async () => (await rowsOf(id))[0]?.status === 'sent', { what: 'the mail to be sent' });
    expect((await system.post(`/admin/mails/${data[0].id}/retry`, undefined, { token: admin })).status).toBe(409);
    expect((await system.post(`/admin/mails/${newId()}/retry`, undefined, { token: admin })).status).toBe(404);
    expect((await system.get('/admin/mails', { token: customer.token })).status).toBe(403);
  }, 60_000);

  it('mails whose events were lost are found and sent', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1']);
    await mailTo(catcher, customer.email, 'reservation-confirmed');
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    await mailTo(catcher, customer.email, 'refund-arrived');
    const SENT = ['refund-arrived sent', 'reservation-cancelled sent'];
    const untilRowsAre = (rows: readonly string[], what: string) =>
      until(
        async () =>
          (await rowsOf(id))
            .map(({ kind, status }) => `${kind} ${status}`)
            .sort()
            .join() === rows.join(),
        { what },
      );
    await untilRowsAre([...SENT, 'reservation-confirmed sent'], 'the mails to be sent');
    await system.sql('DELETE FROM notifications.mails WHERE reservation_id = $1', [id]);
    await system.advanceClock({ minutes: 3 });
    // The reservation is cancelled by now: its tickets are not sent any more.
    await untilRowsAre([...SENT, 'reservation-confirmed not-needed'], 'the mails to be requested again');
    expect(countsOf(customer.email)).toEqual({ 'reservation-confirmed': 1, 'reservation-cancelled': 2, 'refund-arrived': 2 });
  }, 60_000);

  it('tickets of a reservation that is cancelled before are never sent', async () => {
    const customer = await system.registerCustomer();
    await mailTo(catcher, customer.email, 'email-verification');
    catcher.refuse = (address) => (address === customer.email ? { code: 451, answer: 'Try again later' } : null);
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1']);
    const statusOf = async (mail: string) => (await rowsOf(id)).find(({ kind }) => kind === mail)?.status;
    const attempts = () => system.sql(`SELECT FROM notifications.mails WHERE reservation_id = $1 AND attempts > 0`, [id]);
    await until(async () => (await attempts()).length > 0, { what: 'the tickets to be refused for now' });
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    // Both the tickets that were refused and the search for missing mails are due then: that finds the mail that was not needed.
    await system.advanceClock({ minutes: 3 });
    const watermark = `SELECT FROM notifications.mail_watermarks WHERE search = 'confirmations'
      AND requested_until >= (SELECT date_trunc('milliseconds', confirmed_at) FROM reservations.reservations WHERE id = $1)`;
    await until(async () => (await system.sql(watermark, [id])).length === 1, { what: 'the search for missing mails' });
    // Refused as long as an attempt may be under way that began before the cancellation.
    await until(async () => (await statusOf('reservation-confirmed')) !== 'waiting', { what: 'the tickets to be tried again' });
    expect(await statusOf('reservation-confirmed')).toBe('not-needed');
    catcher.refuse = () => null;
    await system.advanceClock({ minutes: 3 });
    const { attachments } = await mailTo(catcher, customer.email, 'reservation-cancelled');
    expect(attachments[0]!.content).toContain('METHOD:CANCEL');
    expect(countsOf(customer.email)).not.toHaveProperty('reservation-confirmed');
  }, 60_000);

  it('a hold that is about to end is reminded of once', async () => {
    const customer = await system.registerCustomer();
    const { showtimeId } = await system.createShowtime();
    const { body: held } = await system.hold(customer, showtimeId, ['A1']);
    await system.sql(`UPDATE reservations.reservations SET held_until = $2 WHERE id = $1`, [
      held.id,
      new Date((await system.now()).getTime() + 4 * 60_000),
    ]);
    const mail = await mailTo(catcher, customer.email, 'hold-ending');
    expect(mail.text).toContain('Pay before then');
    expect(await rowsOf(held.id)).toMatchObject([{ kind: 'hold-ending' }]);
  }, 60_000);

  it('what is kept of an erased user is removed, and what waits is not sent', async () => {
    const mails = new PostgresMails(system.api.get(Database));
    const [userId, factId] = [newId(), newId()];
    const request = { factId, userId, reservationId: null, facts: {} };
    const [bounced, waiting] = await mails.add(
      [
        { ...request, kind: 'password-reset' },
        { ...request, kind: 'email-verification', factId: newId() },
      ],
      new Date(),
    );
    await mails.markBounced(bounced!, { userId, address: 'a@b.example', answer: 'unknown a@b.example', at: new Date() });
    await mails.erase([userId]);
    const rows = await system.sql('SELECT status, address, answer FROM notifications.mails WHERE user_id = $1 ORDER BY status', [userId]);
    expect(waiting).toBeDefined();
    expect(rows).toEqual([
      { status: 'bounced', address: null, answer: null },
      { status: 'not-needed', address: null, answer: null },
    ]);
  });

  it('mails that ended long ago are deleted, and one that waits is kept', async () => {
    const mails = new PostgresMails(system.api.get(Database));
    const request = { kind: 'password-reset', userId: newId(), reservationId: null, facts: {} } as const;
    const old = new Date('2020-01-01');
    const [ended] = await mails.add([{ ...request, factId: newId() }], old);
    const [waiting] = await mails.add([{ ...request, factId: newId() }], old);
    await mails.markNotNeeded(ended!);
    expect(await mails.delete({ requestedBefore: new Date('2020-01-02'), limit: 10 })).toBe(1);
    expect([await mails.find(ended!), (await mails.find(waiting!))?.status]).toEqual([null, 'waiting']);
  });
});
