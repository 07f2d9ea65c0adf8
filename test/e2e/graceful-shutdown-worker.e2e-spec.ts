import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId } from '@app/kernel/id.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { until } from '../support/until.js';
import { MAX_SHUTDOWN_MS, delayInserts, delayedInserts, shutDown, stopDelayingInserts } from './graceful-shutdown.js';

const QUEUE = 'payments.cancel-payment-when-hold-expired';
const INBOX = 'messaging.inbox';

describe('Shutdown of a worker process', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'rabbitmq', env: { READINESS_DELAY_MS: '700' } });
  let stuckProcess: ReturnType<typeof shutDownStuckProcess>;

  // The watchdog takes 15 seconds, so it runs beside the other tests.
  beforeAll(() => {
    stuckProcess = shutDownStuckProcess();
    stuckProcess.catch(() => undefined);
  });
  afterEach(() => stopDelayingInserts(system, INBOX));

  /** Puts events into the outbox whose reactions have nothing to do. */
  async function addEvents(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, newId);
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
       SELECT id, 'reservations.hold-expired.v1', id, 1, clock_timestamp(), jsonb_build_object('reservationId', id, 'showtimeId', id, 'seats', '[]'::jsonb)
       FROM unnest($1::uuid[]) AS e (id)`,
      [ids],
    );
    return ids;
  }

  const countReceived = (ids: string[]): Promise<number> =>
    system.count(`${INBOX} WHERE queue = $1 AND message_id = ANY ($2)`, [QUEUE, ids]);
  const allReceived = (ids: string[]): Promise<unknown> =>
    until(async () => (await countReceived(ids)) === ids.length, { what: `${ids.length} messages in the inbox` });
  const untilCount = (from: string, count: number): Promise<unknown> =>
    until(async () => (await system.count(from)) === count, { what: `${count} rows of ${from}` });
  const countDeadLetters = (): Promise<number> => system.count('messaging.dead_letters');

  it('running reactions are completed, and the next worker does the others', async () => {
    // What two queues have handed over when it stops must fit into its time: twice twenty messages, in two batches at once each.
    await delayInserts(system, INBOX, { seconds: 0.5 });
    const worker = await system.startWorker();
    const ids = await addEvents(500);
    await delayedInserts(system, 3);
    const exit = await shutDown(worker);
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
    const received = await countReceived(ids);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(ids.length);
    // PostgreSQL notices a moment later that a connection is closed.
    await untilCount(
      `pg_stat_activity WHERE datname = current_database() AND application_name IN ('movie-reservation-worker', 'movie-reservation-relay')`,
      0,
    );

    await stopDelayingInserts(system, INBOX);
    const next = await system.startWorker();
    await allReceived(ids);
    expect(await countDeadLetters()).toBe(0);
    expect(await shutDown(next)).toMatchObject({ code: 0 });
  }, 90_000);

  it('a shutdown while events are published loses and repeats none', async () => {
    const all: string[] = [];
    for (let round = 0; round < 3; round++) {
      const worker = await system.startWorker();
      all.push(...(await addEvents(500)));
      await until(async () => (await system.count('messaging.outbox WHERE published_at IS NULL')) < 400, {
        what: 'the relay to be busy',
      });
      expect(await shutDown(worker)).toMatchObject({ code: 0 });
    }
    const last = await system.startWorker();
    await allReceived(all);
    // A message is received before the relay notes that it is published.
    await untilCount('messaging.outbox WHERE published_at IS NULL', 0);
    expect(await shutDown(last)).toMatchObject({ code: 0 });
  }, 120_000);

  it('a reaction that hangs is given up, and another worker receives its message', async () => {
    await delayInserts(system, INBOX, { seconds: 600 });
    const worker = await system.startWorker();
    const ids = await addEvents(1);
    await delayedInserts(system, 1);
    const exit = await shutDown(worker);
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
    expect(await countReceived(ids)).toBe(0);

    await stopDelayingInserts(system, INBOX);
    await system.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    );
    const next = await system.startWorker();
    await allReceived(ids);
    expect(await shutDown(next)).toMatchObject({ code: 0 });
  }, 90_000);

  it('the readiness on its own port fails during the shutdown', async () => {
    await delayInserts(system, INBOX, { seconds: 5 });
    const worker = await system.startWorker();
    await addEvents(1);
    await delayedInserts(system, 1);
    const exit = shutDown(worker);
    const ready = await until(
      async () => {
        const response = await fetch(`${worker.url}/readyz`);
        return response.status === 503 && ((await response.json()) as object);
      },
      { what: 'the readiness to fail' },
    );
    expect(ready).toMatchObject({ checks: { process: 'leaving' } });
    expect(await exit).toMatchObject({ code: 0 });
  }, 60_000);

  it('a worker without its broker shuts down in time', async () => {
    const worker = await system.startWorker();
    await system.rabbitmq!.stop();
    try {
      const exit = await shutDown(worker, 'SIGTERM', 'SIGTERM');
      expect(exit).toMatchObject({ code: 0 });
      expect(exit.tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
    } finally {
      await system.rabbitmq!.start();
    }
  }, 120_000);

  it('a process whose shutdown never ends is ended by the watchdog with exit code 1', async () => {
    const { code, tookMs } = await stuckProcess;
    expect(code).toBe(1);
    expect(tookMs).toBeGreaterThan(14_000);
    expect(tookMs).toBeLessThan(30_000);
  }, 60_000);
});

/** Starts a process whose shutdown never ends, sends SIGTERM, and waits for its end. */
async function shutDownStuckProcess(): Promise<{ code: number | null; tookMs: number }> {
  const run = join(import.meta.dirname, '../../dist/libs/platform/src/process/run.js');
  const program = `import(${JSON.stringify(run)}).then(({ runProcess }) => runProcess(async () => {
    setInterval(() => {}, 1000); setImmediate(() => process.stdout.write('started')); return { close: () => new Promise(() => {}) };
  }))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  // `runProcess` sets its signal handlers in the same turn as the start, which has ended when the program writes.
  await once(child.stdout, 'data');
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, tookMs: performance.now() - startedAt };
}
