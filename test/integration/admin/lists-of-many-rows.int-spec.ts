import { jest } from '@jest/globals';
import { newId } from '@app/kernel/id.js';
import pg from 'pg';
import type { Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const ROWS = 200_000;
const [ADMIN_ID, OTHER_ADMIN_ID] = [newId(), newId()];

/** What PostgreSQL read for the list of a request. */
interface Reading {
  readonly sequentially: string[];
  /** Rows of tables and indexes, those that a filter dropped included. */
  readonly rows: number;
}

describe('Lists of auth and of the audit trail with 200,000 rows', () => {
  let system: InProcessSystem;
  let token: string;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    token = await system.adminToken();
    await system.sql(
      `INSERT INTO auth.users (id, version, email, full_name, password_hash, role, active, created_at)
       SELECT gen_random_uuid(), 1, i || '@example.org', 'A Customer', 'none', 'customer', i % 10 > 0, now() FROM generate_series(1, $1::int) i`,
      [ROWS],
    );
    // One of the admins never did what is rare.
    await system.sql(
      `INSERT INTO platform.audit_trail (id, at, actor, action, subject, details)
       SELECT gen_random_uuid(), now(), CASE WHEN i % 2 = 0 THEN $2::uuid ELSE $3::uuid END,
         CASE WHEN i % 1000 = 1 THEN 'test.rare' ELSE 'test.often' END, (i / 4)::text, '{}' FROM generate_series(1, $1::int) i`,
      [ROWS, ADMIN_ID, OTHER_ADMIN_ID],
    );
    await system.sql('ANALYZE auth.users');
    await system.sql('ANALYZE platform.audit_trail');
  }, 120_000);
  afterAll(() => system?.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function readingOf(path: string): Promise<Reading> {
    const statements: { text: string; values: unknown[] }[] = [];
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      const statement = call[0] as { text?: string; values?: unknown[] };
      if (/LIMIT/.test(statement.text ?? '')) statements.push({ text: statement.text!, values: statement.values ?? [] });
      return query.apply(this, call);
    });
    await system.expectOk('GET', path, { token });
    jest.restoreAllMocks();
    expect(statements).toHaveLength(1);
    const [row] = await system.sql<Json>(`EXPLAIN (ANALYZE, FORMAT JSON) ${statements[0]!.text}`, statements[0]!.values);
    const nodes = nodesOf(row['QUERY PLAN'][0].Plan);
    return {
      sequentially: nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] as string),
      rows: nodes
        .filter((node) => node['Relation Name'] !== undefined || /Index/.test(node['Node Type'] as string))
        .reduce((sum, node) => sum + Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0), 0),
    };
  }

  function nodesOf(plan: Json): Json[] {
    return [plan, ...((plan.Plans ?? []) as Json[]).flatMap(nodesOf)];
  }

  const middle = Buffer.from(JSON.stringify(['80000000-0000-4000-8000-000000000000'])).toString('base64url');

  it.each([
    '/users?limit=100',
    `/users?limit=100&cursor=${middle}`,
    '/admin/audit-trail?limit=100',
    `/admin/audit-trail?limit=100&cursor=${middle}`,
    `/admin/audit-trail?actor=${ADMIN_ID}`,
    `/admin/audit-trail?actor=${newId()}`,
    '/admin/audit-trail?action=test.rare&limit=100',
    '/admin/audit-trail?action=test.never',
    '/admin/audit-trail?subject=77',
    `/admin/audit-trail?subject=77&actor=${ADMIN_ID}&action=test.often`,
    `/admin/audit-trail?actor=${ADMIN_ID}&action=test.often`,
    `/admin/audit-trail?actor=${ADMIN_ID}&action=test.rare`,
  ])('%s reads no more rows than a page', async (path) => {
    const { sequentially, rows } = await readingOf(path);
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(102);
  });

  it('a list without its index is found', async () => {
    await system.sql('DROP INDEX platform.audit_trail_of_actor_and_action');
    expect((await readingOf(`/admin/audit-trail?actor=${ADMIN_ID}&action=test.rare`)).rows).toBeGreaterThan(150);
  });
});
