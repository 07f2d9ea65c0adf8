import { newId } from '@app/kernel/id.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { cursorAt, expectSameCost, firstAndHundredth, readingOf } from '../../support/list-readings.js';

const ROWS = 200_000;
const [ADMIN_ID, OTHER_ADMIN_ID] = [newId(), newId()];

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
         CASE WHEN i % 100 = 1 THEN 'test.rare' ELSE 'test.often' END, (i / 4)::text, '{}' FROM generate_series(1, $1::int) i`,
      [ROWS, ADMIN_ID, OTHER_ADMIN_ID],
    );
    await system.sql('ANALYZE auth.users');
    await system.sql('ANALYZE platform.audit_trail');
  }, 120_000);
  afterAll(() => system?.close());
  const read = (path: string) => readingOf(system, { path, token, table: path.startsWith('/users') ? 'users' : 'audit_trail' });
  const middle = cursorAt('80000000-0000-4000-8000-000000000000');

  it.each([
    '/users?limit=100',
    `/users?limit=100&cursor=${middle}`,
    '/users?role=admin',
    '/users?role=admin&active=false',
    '/users?role=customer,admin&active=false&limit=50',
    `/users?role=customer&limit=50&cursor=${middle}`,
    `/users?active=false&limit=50&cursor=${middle}`,
    '/users?email=77@example.org',
    '/users?email=77@example.org&role=customer&active=true',
    '/admin/audit-trail?limit=100',
    `/admin/audit-trail?limit=100&cursor=${middle}`,
    `/admin/audit-trail?actor=${ADMIN_ID}`,
    `/admin/audit-trail?actor=${newId()}`,
    `/admin/audit-trail?actor=${ADMIN_ID},${OTHER_ADMIN_ID}&limit=50`,
    '/admin/audit-trail?subject=77,78',
    '/admin/audit-trail?action=test.rare,test.often&limit=50',
    '/admin/audit-trail?action=test.rare&limit=100',
    '/admin/audit-trail?action=test.never',
    '/admin/audit-trail?subject=77',
    `/admin/audit-trail?subject=77&actor=${ADMIN_ID}&action=test.often`,
    `/admin/audit-trail?actor=${ADMIN_ID}&action=test.often`,
    `/admin/audit-trail?actor=${ADMIN_ID}&action=test.rare`,
  ])('%s reads no more rows than a page', async (path) => {
    const { sequentially, rows } = await read(path);
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(102);
  });

  it.each([
    ['/users?limit=20', 'users'],
    ['/admin/audit-trail?limit=20', 'audit_trail'],
    [`/admin/audit-trail?limit=20&actor=${ADMIN_ID}`, 'audit_trail'],
  ])('the hundredth page of %s costs what the first does', async (path, table) => {
    expectSameCost(...(await firstAndHundredth(system, { path, token, table })));
  });

  it('a list without its statistics or its index is found', async () => {
    await system.sql('DROP STATISTICS platform.actions_of_actors');
    await system.sql('ANALYZE platform.audit_trail');
    expect((await read(`/admin/audit-trail?actor=${ADMIN_ID}&action=test.rare`)).rows).toBeGreaterThan(1_500);
    await system.sql('DROP INDEX platform.audit_trail_of_actor_and_action');
    expect((await read(`/admin/audit-trail?actor=${ADMIN_ID}&action=test.rare`)).rows).toBeGreaterThan(1_500);
  });
});
