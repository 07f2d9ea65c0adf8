/** The database and the invariants of a system that `make start` runs: its database and its sandbox are on ports of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { assertInvariants } from '../support/invariants.js';
import type { RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';

type Sql = <Row extends object>(statement: string, parameters?: unknown[]) => Promise<Row[]>;

interface DatabasePort {
  readonly POSTGRES_PORT: string;
}

export async function withStandaloneDatabase(
  running: RunningProcess,
  ports: DatabasePort,
  work: (sql: Sql) => Promise<void>,
): Promise<void> {
  const printed = () => /(?<=data and password in )\S+/.exec(running.output())?.[0];
  const directory = await until(printed, { timeoutMs: 60_000, what: 'the folder of the database' });
  await withDatabaseIn(directory, ports, work);
}

/** For a system that has not printed where its database is. */
export async function withDatabaseIn(directory: string, { POSTGRES_PORT }: DatabasePort, work: (sql: Sql) => Promise<void>): Promise<void> {
  const password = readFileSync(join(directory, 'password'), 'utf8').trim();
  const database = new Client({ connectionString: `postgresql://postgres:${password}@127.0.0.1:${POSTGRES_PORT}/cinema` });
  await database.connect();
  try {
    await work(
      async <Row extends object>(statement: string, parameters: unknown[] = []) => (await database.query<Row>(statement, parameters)).rows,
    );
  } finally {
    await database.end();
  }
}

export async function assertStandaloneInvariants(
  running: RunningProcess,
  { SANDBOX_PORT, timeoutMs, ...ports }: DatabasePort & { readonly SANDBOX_PORT: string; readonly timeoutMs: number },
): Promise<void> {
  await withStandaloneDatabase(running, ports, (sql) =>
    assertInvariants({ sandboxUrl: `http://127.0.0.1:${SANDBOX_PORT}`, sql }, { timeoutMs }),
  );
}
