import { vi } from 'vitest';
import type { MailRequest } from '../../../libs/notifications/src/domain/mail.js';
import { PostgresMails } from '../../../libs/notifications/src/infrastructure/postgres-mails.js';
import type { MailCatcher } from '../../../apps/standalone/src/mails/mail-catcher.js';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { buy, startMailSystem } from './mails-fixture.js';

const WAVES = 3;
/** A kind and the fact, however the rest of the Message-ID is made. */
const FACT = /^<([a-z-]+)\.([0-9a-f-]{36})/;

describe('Mails while all events come again and the worker restarts', () => {
  let system: InProcessSystem;
  let catcher: MailCatcher;
  beforeAll(async () => {
    ({ system, catcher } = await startMailSystem());
  }, 60_000);
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await system?.close();
    await catcher?.close();
  });

  const isEmpty = async (rows: string): Promise<boolean> => (await system.sql(`SELECT FROM ${rows} LIMIT 1`)).length === 0;
  const untilAllDone = async (): Promise<void> => {
    const options = { timeoutMs: 30_000, what: 'every event to be handled, and every mail to be sent' };
    await until(async () => (await isEmpty('messaging.outbox WHERE published_at IS NULL')) && (await areHandled()), options);
    await until(() => isEmpty(`notifications.mails WHERE status = 'waiting'`), options);
  };
  /** Every reaction of notifications has each of its events. */
  const areHandled = (): Promise<boolean> =>
    isEmpty(`messaging.outbox o JOIN messaging.bindings b ON b.type = o.type AND b.queue LIKE 'notifications.%'
      WHERE NOT EXISTS (SELECT FROM messaging.inbox i WHERE i.queue = b.queue AND i.message_id = o.id)`);
  /** Every event is new to notifications, and is published again; the worker is stopped in the middle. */
  async function repeatEvents(): Promise<void> {
    for (let wave = 0; wave < WAVES; wave++) {
      // A message that is still there is not published again: it keeps its row, and the others come once more.
      await system.sql(`DELETE FROM messaging.inbox i WHERE queue LIKE 'notifications.%'
        AND NOT EXISTS (SELECT FROM messaging.deliveries d WHERE d.queue = i.queue AND d.message_id = i.message_id)`);
      await system.sql(`UPDATE messaging.outbox SET published_at = NULL`);
      await until(() => isEmpty(`messaging.outbox WHERE published_at IS NULL`), { what: 'the wave to be published' });
      await system.stopWorker();
      await system.startWorker();
    }
    await untilAllDone();
  }
  async function buyAndCancel(): Promise<string[]> {
    const [showtime, customers] = [await system.createShowtime(), await system.registerCustomers(3)];
    const bought = await Promise.all(customers.map((customer, seat) => buy(system, customer, showtime, [`A${seat + 1}`])));
    // A confirmation is mailed while its reservation is confirmed.
    await untilAllDone();
    await Promise.all(bought.map(({ id }, i) => system.expectOk('DELETE', `/reservations/${id}`, { token: customers[i]!.token })));
    const refunds = () => system.sql(`SELECT FROM notifications.mails WHERE kind = 'refund-arrived' AND reservation_id = ANY ($1)`, [ids]);
    const ids = bought.map(({ id }) => id);
    await until(async () => (await refunds()).length === ids.length, { what: 'the mails about the refunds' });
    await untilAllDone();
    return ids;
  }
  /** How many mails the mail server took about each fact. */
  const countsByFact = (): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { messageId } of catcher.list()) {
      const [, kind, fact] = FACT.exec(messageId)!;
      counts.set(`${kind} ${fact}`, (counts.get(`${kind} ${fact}`) ?? 0) + 1);
    }
    return counts;
  };

  it('every fact has exactly one mail', async () => {
    const ids = await buyAndCancel();
    await repeatEvents();
    const counts = countsByFact();
    for (const id of ids)
      for (const kind of ['reservation-confirmed', 'reservation-cancelled']) expect(counts.get(`${kind} ${id}`)).toBe(1);
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
    for (const kind of ['refund-arrived', 'email-verification'])
      expect([...counts.keys()].filter((fact) => fact.startsWith(kind))).toHaveLength(ids.length);
  }, 120_000);

  it('without one row for each fact mails would be sent again', async () => {
    const ids = await buyAndCancel();
    const { add } = PostgresMails.prototype as { add: (...of: Parameters<PostgresMails['add']>) => Promise<string[]> };
    let requests = 0;
    vi.spyOn(PostgresMails.prototype, 'add').mockImplementation(function (this: PostgresMails, found: readonly MailRequest[], at) {
      const isNew = ({ kind }: MailRequest) => kind === 'reservation-cancelled';
      const distinct = (request: MailRequest) => ({ ...request, factId: `${request.factId}.${++requests}` });
      const all = found.map((request) => (isNew(request) ? distinct(request) : request));
      return add.call(this, all, at);
    });
    await repeatEvents();
    const counts = countsByFact();
    for (const id of ids) expect(counts.get(`reservation-cancelled ${id}`)).toBeGreaterThan(1);
  }, 120_000);
});
