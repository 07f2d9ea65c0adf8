import { vi } from 'vitest';
import { DAY_MS } from '@app/kernel/durations.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { SystemClock } from '@app/platform/clock/system-clock.js';
import { Settings } from '@app/platform/config/settings.js';
import { PostgresJobs } from '@app/platform/jobs/postgres-jobs.js';
import { Database } from '@app/platform/persistence/database.js';
import { FakeDatabase } from '@app/platform/testing/fake-database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { jobsContract } from '@app/platform/testing/jobs.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

let system: InProcessSystem;
let clock: FixedClock;
let jobs: PostgresJobs;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false, longLockWaits: true });
}, 60_000);
afterAll(() => system?.close());
beforeEach(() => {
  clock = new FixedClock();
  jobs = new PostgresJobs(system.api.get(Database), clock, system.api.get(Settings));
});

const rowsOf = (subject: string) => system.sql(`SELECT run_at, requests, claim FROM platform.jobs WHERE subject = $1`, [subject]);

describe('Jobs in PostgreSQL', () => {
  jobsContract(() => Promise.resolve({ jobs, clock }));

  it('a job is stored with the transaction that requests it, or not at all', async () => {
    const subject = newId();
    const effect = system.api.get(Transactions).run(async () => {
      await jobs.enqueue([{ kind: 'test.work', subject }]);
      throw new Error('refused');
    });
    await expect(effect).rejects.toThrow('refused');
    expect(await rowsOf(subject)).toEqual([]);
  });

  it('a completed job without an idempotency key leaves no row', async () => {
    const job = { kind: `test.${newId()}`, subject: newId() };
    await jobs.enqueue([job]);
    const [claimed] = await jobs.claim({ kinds: [job.kind], limit: 1, leaseMs: 60_000 });
    await jobs.complete(claimed!);
    expect(await rowsOf(job.subject)).toEqual([]);
  });

  it('a request in an open transaction is kept when the job completes meanwhile', async () => {
    const job = { kind: `test.${newId()}`, subject: newId() };
    const claim = () => jobs.claim({ kinds: [job.kind], limit: 1, leaseMs: 60_000 });
    await jobs.enqueue([job]);
    const [claimed] = await claim();
    let completing = Promise.resolve();
    await system.api.get(Transactions).run(async () => {
      await jobs.enqueue([job]);
      const client = await system.database.connect();
      try {
        // On a connection of its own, so that it waits for the row of this transaction.
        const ownConnection = new FakeDatabase(async (sql, parameters) => (await client.query<object>(sql, [...parameters])).rows);
        completing = new PostgresJobs(ownConnection, clock, system.api.get(Settings)).complete(claimed!);
        const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        await until(async () => (await system.sql(waiting)).length > 0, { what: 'the completion to wait for the row' });
      } finally {
        void completing.finally(() => client.release());
      }
    });
    await completing;
    expect(await claim()).toMatchObject([{ ...job, requests: 2 }]);
  });

  it('a late claim on a row that was deleted and requested again changes nothing', async () => {
    const job = { kind: `test.${newId()}`, subject: newId() };
    const claim = async () => (await jobs.claim({ kinds: [job.kind], limit: 1, leaseMs: 60_000 }))[0]!;
    await jobs.enqueue([job]);
    const late = await claim();
    clock.advance(61_000);
    await jobs.complete(await claim());
    expect(await rowsOf(job.subject)).toEqual([]);
    await jobs.enqueue([job]);
    await jobs.complete(late);
    expect(await rowsOf(job.subject)).toHaveLength(1);
  });

  describe('of a worker whose clock is wrong', () => {
    let job: { kind: string; subject: string };
    let right: PostgresJobs;
    beforeEach(async () => {
      right = new PostgresJobs(system.api.get(Database), new SystemClock(), system.api.get(Settings));
      job = { kind: `test.${newId()}`, subject: newId() };
      await right.enqueue([job]);
    });
    const claimOf = (worker: PostgresJobs) => worker.claim({ kinds: [job.kind], limit: 1, leaseMs: 60_000 });
    /** What a machine does whose clock is so far ahead. */
    async function ahead<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
      try {
        return await work();
      } finally {
        vi.useRealTimers();
      }
    }
    const secondsUntilDue = async () => {
      const [row] = await system.sql<{ seconds: number }>(
        `SELECT extract(epoch FROM run_at - now())::float8 AS seconds FROM platform.jobs WHERE subject = $1`,
        [job.subject],
      );
      return row!.seconds;
    };

    it('a repeated job is due in time for the others', async () => {
      const [claimed] = await claimOf(right);
      await ahead(DAY_MS, () => right.complete(claimed!, { repeatAfterMs: 60_000 }));
      expect(await secondsUntilDue()).toBeLessThan(61);
    });

    it('a job that failed is due in time for the others', async () => {
      const [claimed] = await claimOf(right);
      await ahead(DAY_MS, () => right.fail(claimed!, 'no'));
      expect(await secondsUntilDue()).toBeLessThan(61);
    });

    it('a delayed job is not due before its time', async () => {
      const delayed = { ...job, kind: `test.${newId()}`, delayMs: 3_600_000 };
      await right.enqueue([delayed]);
      expect(await ahead(DAY_MS, () => right.claim({ kinds: [delayed.kind], limit: 1, leaseMs: 60_000 }))).toEqual([]);
    });

    it('a job that it claimed stays with it for the time of the lease', async () => {
      expect(await ahead(-DAY_MS, () => claimOf(right))).toHaveLength(1);
      expect(await claimOf(right)).toEqual([]);
    });

    it('an idempotency key has its age', async () => {
      await ahead(DAY_MS, () => right.key(job));
      const { ageMs } = await right.key(job);
      expect(ageMs).toBeGreaterThanOrEqual(0);
      expect(ageMs).toBeLessThan(60_000);
    });
  });
});
