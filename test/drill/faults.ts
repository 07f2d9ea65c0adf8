/** What a drill does to the machines, and when. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import type { Machine } from './programs.js';

interface Fault {
  /** After the begin of the load. */
  readonly atMs: number;
  readonly name: string;
  readonly run: () => Promise<void>;
}

interface Faults {
  readonly faults: readonly Fault[];
  readonly durationMs: number;
}

/** Of a small cluster the primary only. */
export function faultsOf(cluster: Cluster, { isSmall }: { isSmall: boolean }): Faults {
  const kill = (pick: () => Machine | Promise<Machine>, awayMs: number) => async (): Promise<void> => {
    const machine = await pick();
    machine.signal('SIGKILL');
    await pause(awayMs);
    await machine.start();
  };
  const named = (name: string) => (): Machine => cluster.machine(name);
  const { postgres } = cluster;
  const primaryIsKilled = { name: 'the primary is killed', run: kill(() => postgres.primary(), 30_000) };
  if (isSmall) return { faults: [{ atMs: 15_000, ...primaryIsKilled }], durationMs: 75_000 };
  return {
    faults: [
      { atMs: 8_000, name: 'an api is killed', run: kill(named('api1'), 3_000) },
      { atMs: 20_000, name: 'a worker is killed', run: kill(named('worker1'), 3_000) },
      { atMs: 32_000, name: 'a RabbitMQ node is killed', run: kill(named('rabbitmq2'), 8_000) },
      { atMs: 55_000, name: 'the synchronous standby is killed', run: kill(() => postgres.synchronousStandby(), 8_000) },
      { atMs: 72_000, name: 'the pooler is killed', run: kill(named('pgbouncer'), 2_000) },
      { atMs: 84_000, name: "etcd's leader is killed", run: kill(() => postgres.etcdLeader(), 6_000) },
      { atMs: 98_000, ...primaryIsKilled },
      {
        atMs: 145_000,
        name: 'the primary freezes, and thaws after the failover',
        run: async () => {
          const machine = await postgres.primary();
          machine.signal('SIGSTOP');
          await pause(30_000);
          machine.signal('SIGCONT');
        },
      },
    ],
    durationMs: 185_000,
  };
}
