import { AuditTrail } from '@app/kernel/audit-trail.js';
import { newId } from '@app/kernel/id.js';
import { Broker, QueueMissing } from '@app/platform/messaging/broker.js';
import { storeDeadLetterIn } from '@app/platform/messaging/store-dead-letter.js';
import { Redrive } from '@app/platform/operations/redrive.js';
import type { Database } from '@app/platform/persistence/database.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const ADMIN = newId();
const QUEUE = 'test.keep-seats';

/** Does with each message what the test says. */
class ScriptedBroker {
  readonly sent: string[] = [];
  onSend: (body: string) => Promise<void> = () => Promise.resolve();

  async redeliver(_queue: string, _messageId: string | null, body: string): Promise<void> {
    await this.onSend(body);
    this.sent.push(body);
  }
}

describe('Sending dead letters back', () => {
  let place: FreshDatabase;
  let platform: Platform;
  let database: Database;
  let broker: ScriptedBroker;
  let redrive: Redrive;

  beforeEach(async () => {
    place = await freshDatabase();
    platform = await startPlatform(place.url);
    database = platform.database;
    broker = new ScriptedBroker();
    redrive = new Redrive(database, broker as unknown as Broker, platform.app.get(AuditTrail));
  });
  afterEach(async () => {
    await platform.app.close();
    await place.drop();
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
  const notes = async (): Promise<object[]> =>
    (await database.query<{ details: object }>('SELECT details FROM platform.audit_trail ORDER BY id')).map(({ details }) => details);
  const outliveTheClaim = (): Promise<unknown> =>
    database.query(`UPDATE messaging.dead_letters SET redriving_until = redriving_until - interval '61 seconds'`);

  it('keeps one waiting that dies again before it is marked', async () => {
    const { id, messageId } = await letter('a');
    broker.onSend = (body) => storeDeadLetterIn(database)({ queue: QUEUE, messageId, reason: 'again', attempts: 2, body });
    expect(await redrive.redrive(ADMIN, { ids: [id] })).toEqual({ redriven: 1, skipped: 0, failed: [], waiting: 1 });
    broker.onSend = () => Promise.resolve();
    expect(await redrive.redrive(ADMIN, { ids: [id] })).toEqual({ redriven: 1, skipped: 0, failed: [], waiting: 0 });
  });

  it('marks what was sent before the broker went away, keeps the rest, and says so', async () => {
    for (const body of ['a', 'b', 'c']) await letter(body);
    broker.onSend = () => (broker.sent.length === 1 ? Promise.reject(new Error('connection lost')) : Promise.resolve());
    await expect(redrive.redrive(ADMIN, { queue: QUEUE })).rejects.toMatchObject({
      code: 'messaging.broker-away',
      details: { redriven: 1, retryAfter: 5 },
    });
    expect(broker.sent).toHaveLength(1);
    expect([...broker.sent, ...(await waiting())].sort()).toEqual(['a', 'b', 'c']);
    expect(await notes()).toEqual([expect.objectContaining({ redriven: [expect.any(String)] })]);
    broker.onSend = () => Promise.resolve();
    expect(await redrive.redrive(ADMIN, { queue: QUEUE })).toMatchObject({ redriven: 2, waiting: 0 });
  });

  it('leaves no note when the broker took nothing', async () => {
    await letter('a');
    broker.onSend = () => Promise.reject(new Error('connection lost'));
    await expect(redrive.redrive(ADMIN, { queue: QUEUE })).rejects.toMatchObject({ code: 'messaging.broker-away' });
    expect(await notes()).toEqual([]);
    expect(await waiting()).toEqual(['a']);
  });

  it('goes on past one that nothing would keep', async () => {
    const { id } = await letter('a');
    await letter('b');
    broker.onSend = (body) => (body === 'a' ? Promise.reject(new QueueMissing(QUEUE)) : Promise.resolve());
    expect(await redrive.redrive(ADMIN, { queue: QUEUE })).toEqual({
      redriven: 1,
      skipped: 0,
      failed: [{ id, queue: QUEUE, reason: `There is no queue ${QUEUE}` }],
      waiting: 1,
    });
    expect(await waiting()).toEqual(['a']);
  });

  it('sends one again whose mark was lost with its process, but not before the claim has run out', async () => {
    const { id } = await letter('a');
    await database.query('ALTER TABLE platform.audit_trail ADD CONSTRAINT out_of_ink CHECK (false)');
    await expect(redrive.redrive(ADMIN, { ids: [id] })).rejects.toThrow('out_of_ink');
    await database.query('ALTER TABLE platform.audit_trail DROP CONSTRAINT out_of_ink');
    expect(await redrive.redrive(ADMIN, { ids: [id] })).toEqual({ redriven: 0, skipped: 1, failed: [], waiting: 1 });
    await outliveTheClaim();
    expect(await redrive.redrive(ADMIN, { ids: [id] })).toEqual({ redriven: 1, skipped: 0, failed: [], waiting: 0 });
    expect(broker.sent).toEqual(['a', 'a']);
  });

  it('gives a letter without an id to one of several calls at once', async () => {
    const { id } = await letter('not one of ours', null);
    const reports = await Promise.all(Array.from({ length: 8 }, () => redrive.redrive(ADMIN, { ids: [id] })));
    expect(reports.map(({ redriven }) => redriven).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(broker.sent).toEqual(['not one of ours']);
  });

  it('opens no transaction while the broker is waited for', async () => {
    await letter('a');
    let open: unknown;
    broker.onSend = async () => {
      [open] = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
    };
    await redrive.redrive(ADMIN, { queue: QUEUE });
    expect(open).toEqual({ count: 0 });
  });
});

describe('A note in the audit trail', () => {
  it('is refused outside the transaction of what it tells', async () => {
    const place = await freshDatabase();
    const platform = await startPlatform(place.url);
    const audit = platform.app.get(AuditTrail);
    const note = { actor: ADMIN, action: 'test.act', subject: 'x' };
    try {
      await expect(audit.record(note)).rejects.toThrow('outside the transaction');
      await expect(
        platform.database.transaction(async () => {
          await audit.record(note);
          throw new Error('the action was refused');
        }),
      ).rejects.toThrow('refused');
      expect(await platform.database.query('SELECT 1 FROM platform.audit_trail')).toEqual([]);
      await platform.database.transaction(() => audit.record(note));
      expect(await platform.database.query('SELECT action FROM platform.audit_trail')).toEqual([{ action: 'test.act' }]);
    } finally {
      await platform.app.close();
      await place.drop();
    }
  });
});
