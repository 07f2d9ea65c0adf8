import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/retention.md'), 'utf8');
const [WITH_RULE, THAT_STAY] = DOCUMENT.split(/^## /m) as [string, string];

/** The tables that the first column names. */
function tablesOf(text: string): string[] {
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1]!);
  return [...new Set(cells.flatMap((cell) => [...cell.matchAll(/`(\w+\.\w+)`/g)].map(([, table]) => table!)))];
}

/** What waits for its end and is then gone, without a rule. */
const ENDS_BY_ITSELF = ['messaging.deliveries'];

describe('The tables of the database', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system?.close());

  /** Tables that have no rule and no reason to stay. */
  async function undocumented(): Promise<string[]> {
    const rows = await system.sql<{ table: string }>(
      `SELECT table_schema || '.' || table_name AS "table" FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const known = [...tablesOf(WITH_RULE), ...tablesOf(THAT_STAY)];
    return rows.map(({ table }) => table).filter((table) => !known.includes(table));
  }

  it('each table has a rule or a reason to stay, and a table without both is found', async () => {
    expect(await undocumented()).toEqual([]);
    await system.sql('CREATE TABLE reservations.forgotten (id uuid PRIMARY KEY)');
    expect(await undocumented()).toEqual(['reservations.forgotten']);
    await system.sql('DROP TABLE reservations.forgotten');
  });

  it('a table is in one list, and every table of the lists exists', async () => {
    expect(tablesOf(THAT_STAY).filter((table) => tablesOf(WITH_RULE).includes(table))).toEqual([]);
    const missing = await system.sql<{ name: string }>('SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL', [
      [...tablesOf(WITH_RULE), ...tablesOf(THAT_STAY)],
    ]);
    expect(missing).toEqual([]);
  });

  it('the rules of the document are those that the command applies', async () => {
    const { tables } = JSON.parse((await cliOf(system, ['retention', '--dry-run', '--json'])).stdout) as { tables: { table: string }[] };
    const applied = new Set(tables.map(({ table }) => table.split(',')[0]!));
    expect(
      tablesOf(WITH_RULE)
        .filter((table) => !ENDS_BY_ITSELF.includes(table))
        .sort(),
    ).toEqual([...applied].sort());
  });
});
