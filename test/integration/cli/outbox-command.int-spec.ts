import { newId } from '@app/kernel/id.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const TYPE = 'test.no-subscription.v1';

describe('outbox', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system.close());

  const cli = (...args: string[]) => cliOf(system, args);

  it('parked events are listed and released, with an audit entry', async () => {
    const id = newId();
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, attempts, refused_since, refused_at, parked_at)
       VALUES ($1, $2, $3, 1, now(), '{}', 30, now(), now(), now())`,
      [id, TYPE, newId()],
    );
    expect((await cli('outbox', 'list')).stdout).toContain(`${TYPE}  refused 30 times`);
    expect(await cli('outbox', 'release', id)).toMatchObject({ code: 0, stdout: 'Released 1 events; 0 were not parked, 0 still are.' });
    expect(await cli('outbox', 'list')).toMatchObject({ code: 0, stdout: 'No event is parked.' });
    expect(JSON.parse((await cli('outbox', 'release', '--type', TYPE, '--json')).stdout)).toEqual({ released: 0, skipped: 0, parked: 0 });
    expect(await cli('outbox', 'release', newId())).toMatchObject({ code: 1, stderr: 'There is no such event in the outbox.' });
    const entries = await system.sql<{ action: string }>('SELECT action FROM platform.audit_trail WHERE actor IS NULL');
    expect(entries.map(({ action }) => action)).toContain('messaging.release-outbox-rows');
  });
});
