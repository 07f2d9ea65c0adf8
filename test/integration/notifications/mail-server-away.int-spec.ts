import { freePort } from '../../../apps/standalone/src/free-port.js';
import { MailCatcher } from '../../../apps/standalone/src/mails/mail-catcher.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { buy, mailTo } from './mails-fixture.js';
import { acceptUntilContent, startScriptedServer } from './smtp-servers.js';

describe('Mails while the mail server refuses, is away, and the sender restarts', () => {
  let system: InProcessSystem;
  let catcher: MailCatcher;
  beforeAll(async () => {
    // It is closed and opened again: no outgoing connection may take its port meanwhile.
    catcher = await MailCatcher.start(await freePort());
    system = await startInProcessSystem({ env: { SMTP_URL: catcher.url } });
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await catcher?.close();
  });

  it('a mail that the server got and did not answer is sent hours later, three times', async () => {
    const { port } = catcher;
    await catcher.close();
    let sends = 0;
    const rude = acceptUntilContent((_line, socket) => {
      sends++;
      socket.destroy();
      return null;
    });
    const server = await startScriptedServer('220 mail.test', rude, port);
    const customer = await system.registerCustomer();
    const mail = async () => {
      const [row] = await system.sql<{ id: string; status: string; answer: string }>(
        'SELECT id, status, answer FROM notifications.mails WHERE user_id = $1',
        [customer.id],
      );
      return row!;
    };
    for (let times = 1; times < 3; times++) {
      // Two hours, which the test does not wait for.
      const paused = `kind = 'notifications.send-urgent-mail' AND subject = $1 AND run_at > now() + interval '1 hour'`;
      await until(async () => (await system.sql(`SELECT 1 FROM platform.jobs WHERE ${paused}`, [(await mail()).id]))[0], {
        what: `a pause after send ${times}`,
      });
      expect([sends, (await mail()).status]).toEqual([times, 'waiting']);
      await system.sql(`UPDATE platform.jobs SET run_at = run_at - interval '2 hours' WHERE ${paused}`, [(await mail()).id]);
    }
    await until(async () => (await mail()).status === 'given-up', { what: 'the mail to be given up' });
    expect([sends, (await mail()).answer]).toEqual([3, expect.stringContaining('did not say')]);
    await server.close();
    catcher = await MailCatcher.start(port);
  }, 60_000);

  it('mails that wait for a person who is erased meanwhile are never sent', async () => {
    const { port } = catcher;
    await catcher.close();
    const customer = await system.registerCustomer();
    const statuses = async () =>
      (await system.sql<{ status: string }>('SELECT status FROM notifications.mails WHERE user_id = $1', [customer.id])).map(
        ({ status }) => status,
      );
    await until(async () => (await statuses()).includes('waiting'), { what: 'the mail to wait' });
    const body = { password: customer.password };
    expect((await system.delete('/auth/me', { token: customer.token, body })).status).toBe(204);
    await until(async () => (await statuses()).includes('not-needed'), { what: 'the mail to be dropped' });
    catcher = await MailCatcher.start(port);
    const next = await system.registerCustomer();
    await until(() => catcher.list({ to: next.email })[0], { what: 'a later mail' });
    expect(catcher.list({ to: customer.email })).toEqual([]);
  }, 60_000);

  it('every fact has exactly one mail, with events twice and in any order', async () => {
    const showtime = await system.createShowtime();
    const customers = await system.registerCustomers(4);
    const reached = customers.slice(0, 2);
    let refused = 0;
    catcher.refuse = (address) => {
      if (reached.some(({ email }) => email === address)) return null;
      refused++;
      return { code: 451, answer: 'Try again later' };
    };
    const bought = await Promise.all(customers.map((customer, seat) => buy(system, customer, showtime, [`A${seat + 1}`])));
    await until(() => refused > 0, { what: 'the first refusal' });
    await Promise.all(reached.map(({ email }) => mailTo(catcher, email, 'reservation-confirmed')));

    const { port } = catcher;
    await catcher.close();
    const before = catcher.list();
    await Promise.all(bought.map(({ id }, i) => system.expectOk('DELETE', `/reservations/${id}`, { token: customers[i]!.token })));
    await system.stopWorker();
    // Events that were published are published again, with other ids and the newest first, as after a restored backup.
    await system.sql(`DELETE FROM messaging.inbox WHERE queue LIKE 'notifications.%'`);
    await system.sql(`UPDATE messaging.outbox SET published_at = NULL WHERE type LIKE 'reservations.%'`);
    catcher = await MailCatcher.start(port);
    await system.startWorker();

    const count = async (status: string): Promise<number> =>
      (await system.sql(`SELECT 1 FROM notifications.mails WHERE status = $1`, [status])).length;
    // Of each reservation: confirmed, cancelled, refunded.
    const rows = () => system.sql(`SELECT 1 FROM notifications.mails WHERE reservation_id = ANY ($1)`, [bought.map(({ id }) => id)]);
    await until(async () => (await rows()).length === 12 && (await count('waiting')) === 0, { what: 'every mail to be sent' });
    await until(async () => (await system.sql(`SELECT 1 FROM messaging.outbox WHERE published_at IS NULL`)).length === 0, {
      what: 'every event to be published again',
    });
    const ids = [...before, ...catcher.list()].map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of bought) expect(ids).toContain(`<reservation-cancelled.${id}@localhost>`);
    // Tickets are sent while the reservation is confirmed, and not after the mail about its cancellation.
    const isReached = (_: unknown, i: number): boolean => i < reached.length;
    expect(bought.map(({ id }) => ids.includes(`<reservation-confirmed.${id}@localhost>`))).toEqual(bought.map(isReached));
    expect(ids).toHaveLength(await count('sent'));
  }, 90_000);
});
