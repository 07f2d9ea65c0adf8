/** What the suites of graceful shutdown share: ending a process with signals, and inserts that take a known time. */
import type { MultiProcessSystem } from '../support/multi-process-system.js';
import type { ProcessExit, RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';

/** A supervisor may send SIGKILL after ten seconds. A busy machine adds some here, and the watchdog ends a process with exit code 1 after fifteen. */
export const MAX_SHUTDOWN_MS = 14_000;

interface TimedExit extends ProcessExit {
  readonly tookMs: number;
}

/** Sends the signals, SIGTERM by default, and waits until the process has ended. */
export async function shutDown(running: RunningProcess, ...signals: NodeJS.Signals[]): Promise<TimedExit> {
  const startedAt = performance.now();
  for (const signal of signals.length > 0 ? signals : (['SIGTERM'] as const)) process.kill(running.pid, signal);
  const exit = await running.exited;
  return { ...exit, tookMs: performance.now() - startedAt };
}

/** Every INSERT into the table takes `seconds` longer. */
export async function delayInserts(system: MultiProcessSystem, table: string, { seconds }: { seconds: number }): Promise<void> {
  await system.sql(
    `CREATE OR REPLACE FUNCTION public.delay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END $$`,
  );
  await system.sql(`CREATE OR REPLACE TRIGGER delay AFTER INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION public.delay()`);
}

export async function stopDelayingInserts(system: MultiProcessSystem, table: string): Promise<void> {
  await system.sql(`DROP TRIGGER IF EXISTS delay ON ${table}`);
}

/** Waits until at least `count` delayed inserts are under way. */
export async function delayedInserts(system: MultiProcessSystem, count: number): Promise<void> {
  await until(async () => (await system.count(`pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`)) >= count, {
    what: `${count} delayed inserts`,
  });
}
