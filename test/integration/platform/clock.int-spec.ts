import { randomUUID } from 'node:crypto';
import { Clock } from '@app/kernel/clock.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { HttpClient } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { readSettings } from '../../../apps/settings.js';
import { until } from '../../support/until.js';

const CLOCK = '//sandbox/clock';

describe('The movable clock', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem();
  }, 60_000);
  beforeEach(() => system.expectOk('DELETE', CLOCK));
  afterAll(() => system?.close());

  /** How far the clock at `now` is ahead of real time, in whole hours. */
  const hoursAhead = (now: Date): number => Math.floor((now.getTime() - Date.now()) / HOUR_MS + 0.5);
  const workerClock = (): Clock => system.worker!.get<Clock>(Clock, { strict: false });

  /** It reads the clock within two periods; a machine that stalls may need longer. */
  const untilWorkerIsAhead = (hours: number): Promise<unknown> =>
    until(() => hoursAhead(workerClock().now()) === hours, { what: `the clock of the worker to be ${hours} hours ahead` });

  /** A second API process on the same database. It makes the first admin: the others are put aside meanwhile. */
  async function withSecondApi(env: Record<string, string>, work: (api: HttpClient) => Promise<void>): Promise<void> {
    const admin = { email: `${randomUUID()}@cinema.test`, password: 'correct-horse-battery' };
    const settings = readSettings({ ...system.env, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...env });
    await system.sql(`UPDATE auth.users SET active = false WHERE role = 'admin'`);
    const app = await createHttpApplication(ApiModule.for(settings), settings);
    try {
      await app.listen(0, '127.0.0.1');
      await work(new HttpClient(await app.getUrl(), admin));
    } finally {
      await app.close();
      await system.sql(`UPDATE auth.users SET active = true WHERE role = 'admin'`);
    }
  }

  it('the clock moves ahead in every process', async () => {
    const { now, offsetSeconds } = await system.expectOk('POST', `${CLOCK}/advance`, { body: { minutes: 180 } });
    expect(offsetSeconds).toBe(10_800);
    expect(hoursAhead(new Date(now))).toBe(3);
    await untilWorkerIsAhead(3);
  });

  it('the clock set back shows real time in every process', async () => {
    await system.advanceClock({ minutes: 180 });
    const answer = await system.delete(CLOCK);
    expect(answer).toMatchObject({ status: 200, body: { offsetSeconds: 0 } });
    expect(hoursAhead(new Date(answer.body.now))).toBe(0);
    await untilWorkerIsAhead(0);
    expect((await system.get(CLOCK)).body.offsetSeconds).toBe(0);
  });

  it('a clock set back brings jobs of the moved time forward and keeps pauses', async () => {
    const subject = randomUUID();
    await system.advanceClock({ minutes: 180 });
    await system.sql(
      `INSERT INTO platform.jobs (kind, subject, run_at)
       VALUES ('test.due', $1, now() + interval '180 minutes'), ('test.paused', $1, now() + interval '190 minutes')`,
      [subject],
    );
    await system.expectOk('DELETE', CLOCK);
    const minutes = await system.sql<{ ahead: number }>(
      `SELECT round(extract(epoch FROM run_at - now()) / 60)::int AS ahead FROM platform.jobs WHERE subject = $1 ORDER BY kind`,
      [subject],
    );
    expect(minutes).toEqual([{ ahead: 0 }, { ahead: 10 }]);
  });

  it('a clock that was not moved can be set back', async () => {
    expect(await system.delete(CLOCK)).toMatchObject({ status: 200, body: { offsetSeconds: 0 } });
    expect(await system.delete(CLOCK)).toMatchObject({ status: 200, body: { offsetSeconds: 0 } });
  });

  it('a moved clock survives the restart of a worker', async () => {
    await system.advanceClock({ minutes: 180 });
    await system.stopWorker();
    await system.startWorker();
    expect(hoursAhead(workerClock().now())).toBe(3);
  });

  it('a process that starts uses the moved clock from its first act', async () => {
    await system.advanceClock({ minutes: 180 });
    await withSecondApi({}, async (api) => {
      const { createdAt } = await api.expectOk('GET', '/auth/me', { token: await api.adminToken() });
      expect(hoursAhead(new Date(createdAt))).toBe(3);
      expect(hoursAhead(await api.now())).toBe(3);
    });
  });

  it('a clock that cannot be moved has no routes and keeps real time', async () => {
    await system.advanceClock({ minutes: 180 });
    await withSecondApi({ CLOCK_MOVABLE: 'false' }, async (api) => {
      for (const [method, path] of [
        ['GET', CLOCK],
        ['POST', `${CLOCK}/advance`],
        ['DELETE', CLOCK],
      ] as const) {
        expect((await api.call(method, path, { ...(method === 'POST' ? { body: { minutes: 1 } } : {}) })).status).toBe(404);
      }
      const { createdAt } = await api.expectOk('GET', '/auth/me', { token: await api.adminToken() });
      expect(hoursAhead(new Date(createdAt))).toBe(0);
    });
  });
});
