/** What PostgreSQL reads for the list of a request: the plans of its statements, run again. */
import { vi } from 'vitest';
import pg from 'pg';
import type { Json } from './http-client.js';
import type { InProcessSystem } from './in-process-system.js';

interface ListReading {
  /** Tables that were read from one end to the other. */
  readonly sequentially: string[];
  /** Rows of tables and indexes, those that a filter dropped included. */
  readonly rows: number;
  /** Pages of 8 KiB that the statements looked at, of every table and index. */
  readonly buffers: number;
}

interface ListRequest {
  readonly path: string;
  readonly token?: string;
  /** Without schema. Other tables are not counted. */
  readonly table: string;
  /** Of the statements to look at: those with a limit where it is left out. */
  readonly statement?: RegExp;
}

/** Reads of one table by the statements of a GET that have a limit. */
export async function readingOf(
  system: InProcessSystem,
  { path, token, table, statement: isLookedAt = /LIMIT|DISTINCT/ }: ListRequest,
): Promise<ListReading> {
  const statements: { text: string; values: unknown[] }[] = [];
  const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
    const statement = call[0] as { text?: string; values?: unknown[] };
    if (isLookedAt.test(statement.text ?? '')) statements.push({ text: statement.text!, values: statement.values ?? [] });
    return query.apply(this, call);
  });
  try {
    await system.expectOk('GET', path, token === undefined ? {} : { token });
  } finally {
    spy.mockRestore();
  }
  const nodes: Json[] = [];
  let buffers = 0;
  for (const { text, values } of statements) {
    const [row] = await system.sql<Json>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const plan = row!['QUERY PLAN'][0].Plan;
    buffers += Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks']);
    nodes.push(...nodesOf(plan));
  }
  const own = nodes.filter((node) => node['Relation Name'] === table || String(node['Index Name'] ?? '').startsWith(table));
  if (own.length === 0) throw new Error(`${path} has no statement with a limit that reads ${table}`);
  return {
    sequentially: own.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] as string),
    rows: own.reduce((sum, node) => sum + rowsOf(node), 0),
    buffers,
  };
}

/** The first and the hundredth page of a list, reached as a client reaches it: from cursor to cursor. */
export async function firstAndHundredth(
  system: InProcessSystem,
  { path, ...request }: ListRequest,
): Promise<[first: ListReading, hundredth: ListReading]> {
  const first = await readingOf(system, { path, ...request });
  let at = path;
  for (let page = 1; page < 100; page++) {
    const { nextCursor } = (await system.expectOk('GET', at, request)).page;
    if (nextCursor === null) throw new Error(`${path} has ${page} pages`);
    at = `${path}&cursor=${nextCursor}`;
  }
  return [first, await readingOf(system, { path: at, ...request })];
}

/** A page lies on more or fewer blocks than another one, and the depth of an index is read for each; nothing grows with the number of the page. */
export function expectSameCost(first: ListReading, hundredth: ListReading): void {
  expect(hundredth.sequentially).toEqual([]);
  expect(hundredth.rows).toBeLessThanOrEqual(first.rows * 1.5 + 2);
  expect(hundredth.buffers).toBeLessThanOrEqual(first.buffers * 1.5 + 10);
}

function nodesOf(plan: Json): Json[] {
  return [plan, ...((plan.Plans ?? []) as Json[]).flatMap(nodesOf)];
}

/** PostgreSQL says the rows of one loop. */
function rowsOf(node: Json): number {
  return (Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0)) * Number(node['Actual Loops']);
}

/** A cursor as a list makes it. */
export function cursorAt(...key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}
