import { newId } from '@app/kernel/id.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

interface Table {
  readonly table: string;
  readonly rows: number;
  readonly isMore: boolean;
}

/** More than one batch of 5,000. */
const OLD_ROWS = 6_000;

describe('retention', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { AUDIT_TRAIL_KEPT_DAYS: '30', INBOX_KEPT_DAYS: '2' } });
    await system.sql(
      `INSERT INTO platform.audit_trail (id, at, actor, action, subject, details)
       SELECT gen_random_uuid(), now() - (CASE WHEN i <= $2 THEN 31 ELSE 29 END) * interval '1 day', $1, 'test.act', i::text, '{}'
       FROM generate_series(1, $2::int + 10) i`,
      [newId(), OLD_ROWS],
    );
    await system.sql(
      `INSERT INTO messaging.inbox (queue, message_id, received_at)
       SELECT 'test.queue', gen_random_uuid(), now() - (i - 0.5) * interval '1 day' FROM generate_series(1, 5) i`,
    );
    await system.sql(
      `INSERT INTO auth.sessions (id, user_id, token_hash, created_at, expires_at)
       SELECT gen_random_uuid(), gen_random_uuid(), 'hash', now() - interval '9 days', now() - interval '1 day' FROM generate_series(1, 3)`,
    );
    await system.sql(
      `INSERT INTO notifications.mails (id, kind, fact_id, facts, status, requested_at)
       SELECT gen_random_uuid(), 'test', i::text, '{}', CASE WHEN i = 1 THEN 'waiting' ELSE 'sent' END, now() - interval '400 days' FROM generate_series(1, 3) i`,
    );
  }, 60_000);
  afterAll(() => system.close());

  const cli = (...args: string[]) => cliOf(system, ['retention', ...args]);
  const deletedOf = async (...args: string[]): Promise<Record<string, number>> => {
    const { tables } = JSON.parse((await cli(...args, '--json')).stdout) as { tables: Table[] };
    expect(tables.length).toBeGreaterThan(12);
    return Object.fromEntries(tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]));
  };
  const DUE = { 'platform.audit_trail': OLD_ROWS, 'messaging.inbox': 3, 'auth.sessions': 3, 'notifications.mails': 2 };
  const count = async (table: string) => (await system.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

  it('a dry run counts what is old, and deletes nothing', async () => {
    expect(await deletedOf('--dry-run')).toEqual(DUE);
    expect(await deletedOf('--dry-run')).toEqual(DUE);
    expect((await cli('--dry-run')).stdout).toMatch(/^messaging\.inbox: 3$[^]*^Would delete \d+ rows\.$/m);
    expect(await count('messaging.inbox')).toBe(5);
  }, 60_000);

  it('what is old is deleted once, with an audit entry for each table', async () => {
    expect(await deletedOf()).toEqual(DUE);
    expect(await count('messaging.inbox')).toBe(2);
    expect(await count(`notifications.mails WHERE status = 'waiting'`)).toBe(1);
    expect(await count(`platform.audit_trail WHERE action = 'test.act'`)).toBe(10);
    const entries = await system.sql<{ subject: string; rows: number }>(
      `SELECT subject, (details->>'rows')::int AS rows FROM platform.audit_trail WHERE action = 'platform.delete-old-rows' AND actor IS NULL`,
    );
    expect(Object.fromEntries(entries.map(({ subject, rows }) => [subject, rows]))).toEqual(DUE);
    expect(await cli()).toMatchObject({ code: 0, stdout: 'Deleted 0 rows.' });
    expect(await count(`platform.audit_trail WHERE action = 'platform.delete-old-rows'`)).toBe(entries.length);
  }, 60_000);
});
