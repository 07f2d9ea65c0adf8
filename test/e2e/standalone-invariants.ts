/** The invariants of a system that `make start` runs: its database and its sandbox are on ports of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { assertInvariants } from '../support/invariants.js';
import type { RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';

export async function assertStandaloneInvariants(
  running: RunningProcess,
  { POSTGRES_PORT, SANDBOX_PORT, timeoutMs }: { readonly POSTGRES_PORT: string; readonly SANDBOX_PORT: string; readonly timeoutMs: number },
): Promise<void> {
  const printed = () => /(?<=data and password in )\S+/.exec(running.output())?.[0];
  const directory = await until(printed, { timeoutMs: 60_000, what: 'the folder of the database' });
  const password = readFileSync(join(directory, 'password'), 'utf8').trim();
  const database = new Client({ connectionString: `postgresql://postgres:${password}@127.0.0.1:${POSTGRES_PORT}/cinema` });
  await database.connect();
  try {
    const system = {
      sandboxUrl: `http://127.0.0.1:${SANDBOX_PORT}`,
      sql: async <Row extends object>(statement: string, parameters: unknown[] = []) =>
        (await database.query<Row>(statement, parameters)).rows,
    };
    await assertInvariants(system, { timeoutMs });
  } finally {
    await database.end();
  }
}
