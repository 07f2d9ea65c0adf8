import { AuditTrail } from '@app/kernel/audit-trail.js';
import { newId } from '@app/kernel/id.js';
import { Broker, QueueMissing } from '@app/platform/messaging/broker.js';
import { storeDeadLetterIn } from '@app/platform/messaging/store-dead-letter.js';
import { RedriveDeadLetters } from '@app/platform/operations/dead-letters/redrive-dead-letters.js';
import type { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const ADMIN = newId();
const QUEUE = 'test.keep-seats';

/** Does with each message what the test wants. */
class ScriptedBroker {
  readonly sent: string[] = [];
  onSend: (body: string) => Promise<void> = () => Promise.resolve();

  async redeliver(_queue: string, _messageId: string | null, body: string): Promise<void> {
    await this.onSend(body);
    this.sent.push(body);
  }
}

describe('Redriving dead letters', () => {
  let freshDb: FreshDatabase;
  let platform: Platform;
  let database: Database;
  let broker: ScriptedBroker;
  let redrive: RedriveDeadLetters;

  beforeEach(async () => {
    freshDb = await freshDatabase();
    platform = await startPlatform(freshDb.url);
    database = platform.database;
    broker = new ScriptedBroker();
    redrive = new RedriveDeadLetters(database, platform.app.get(Transactions), broker as unknown as Broker, platform.app.get(AuditTrail));
  });
  afterEach(async () => {
    await platform.app.close();
    await freshDb.drop();
  });

  async function letter(body: string, messageId: string | null = newId()): Promise<{ id: string; messageId: string | null }> {
    const id = newId();
    await database.query(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ($1, $2, $3, 'a rule says no', 1, $4)`,
      [id, QUEUE, messageId, body],
    );
    return { id, messageId };
  }

  const waiting = async (): Promise<string[]> =>
    (await database.query<{ body: string }>('SELECT body FROM messaging.dead_letters WHERE redriven_at IS NULL ORDER BY id')).map(
      ({ body }) => body,
    );
  const auditDetails = async (): Promise<object[]> =>
    (await database.query<{ details: object }>('SELECT details FROM platform.audit_trail ORDER BY id')).map(({ details }) => details);
  const expireClaims = (): Promise<unknown> =>
    database.query(`UPDATE messaging.dead_letters SET redriving_until = redriving_until - interval '61 seconds'`);

  it('a letter that dies again before it is marked keeps waiting', async () => {
    const { id, messageId } = await letter('a');
    broker.onSend = (body) => storeDeadLetterIn(database)({ queue: QUEUE, messageId, reason: 'again', attempts: 2, body });
    expect(await redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })).toEqual({
      redriven: 1,
      skipped: 0,
      failed: [],
      waiting: 1,
    });
    broker.onSend = () => Promise.resolve();
    expect(await redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })).toEqual({
      redriven: 1,
      skipped: 0,
      failed: [],
      waiting: 0,
    });
  });

  it('letters sent before the broker went away are marked, the others wait', async () => {
    for (const body of ['a', 'b', 'c']) await letter(body);
    broker.onSend = () => (broker.sent.length === 1 ? Promise.reject(new Error('connection lost')) : Promise.resolve());
    await expect(redrive.execute({ adminId: ADMIN, selection: { queue: QUEUE } })).rejects.toMatchObject({
      code: 'messaging.broker-away',
      details: { redriven: 1, retryAfter: 5 },
    });
    expect(broker.sent).toHaveLength(1);
    expect([...broker.sent, ...(await waiting())].sort()).toEqual(['a', 'b', 'c']);
    expect(await auditDetails()).toEqual([expect.objectContaining({ redriven: [expect.any(String)] })]);
    broker.onSend = () => Promise.resolve();
    expect(await redrive.execute({ adminId: ADMIN, selection: { queue: QUEUE } })).toMatchObject({ redriven: 2, waiting: 0 });
  });

  it('no audit entry is written when the broker accepted nothing', async () => {
    await letter('a');
    broker.onSend = () => Promise.reject(new Error('connection lost'));
    await expect(redrive.execute({ adminId: ADMIN, selection: { queue: QUEUE } })).rejects.toMatchObject({ code: 'messaging.broker-away' });
    expect(await auditDetails()).toEqual([]);
    expect(await waiting()).toEqual(['a']);
  });

  it('a letter whose queue is missing does not stop the others', async () => {
    const { id } = await letter('a');
    await letter('b');
    broker.onSend = (body) => (body === 'a' ? Promise.reject(new QueueMissing(QUEUE)) : Promise.resolve());
    expect(await redrive.execute({ adminId: ADMIN, selection: { queue: QUEUE } })).toEqual({
      redriven: 1,
      skipped: 0,
      failed: [{ id, queue: QUEUE, reason: `There is no queue ${QUEUE}` }],
      waiting: 1,
    });
    expect(await waiting()).toEqual(['a']);
  });

  it('a letter whose mark was lost is sent again after its claim expired', async () => {
    const { id } = await letter('a');
    await database.query('ALTER TABLE platform.audit_trail ADD CONSTRAINT no_entry CHECK (false)');
    await expect(redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })).rejects.toThrow('no_entry');
    await database.query('ALTER TABLE platform.audit_trail DROP CONSTRAINT no_entry');
    expect(await redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })).toEqual({
      redriven: 0,
      skipped: 1,
      failed: [],
      waiting: 1,
    });
    await expireClaims();
    expect(await redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })).toEqual({
      redriven: 1,
      skipped: 0,
      failed: [],
      waiting: 0,
    });
    expect(broker.sent).toEqual(['a', 'a']);
  });

  it('one of several calls at once sends a letter', async () => {
    const { id } = await letter('not one of ours', null);
    const reports = await Promise.all(Array.from({ length: 8 }, () => redrive.execute({ adminId: ADMIN, selection: { ids: [id] } })));
    expect(reports.map(({ redriven }) => redriven).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(broker.sent).toEqual(['not one of ours']);
  });

  it('no transaction is open while the broker works', async () => {
    await letter('a');
    let open: unknown;
    broker.onSend = async () => {
      [open] = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
    };
    await redrive.execute({ adminId: ADMIN, selection: { queue: QUEUE } });
    expect(open).toEqual({ count: 0 });
  });
});

describe('AuditTrail', () => {
  it('an entry outside the transaction of its act is refused', async () => {
    const freshDb = await freshDatabase();
    const platform = await startPlatform(freshDb.url);
    const transactions = platform.app.get(Transactions);
    const audit = platform.app.get(AuditTrail);
    const entry = { actor: ADMIN, action: 'test.act', subject: 'x' };
    try {
      await expect(audit.record(entry)).rejects.toThrow('outside the transaction');
      await expect(
        transactions.run(async () => {
          await audit.record(entry);
          throw new Error('the act was refused');
        }),
      ).rejects.toThrow('refused');
      expect(await platform.database.query('SELECT 1 FROM platform.audit_trail')).toEqual([]);
      await transactions.run(() => audit.record(entry));
      expect(await platform.database.query('SELECT action FROM platform.audit_trail')).toEqual([{ action: 'test.act' }]);
    } finally {
      await platform.app.close();
      await freshDb.drop();
    }
  });
});
