import { Client } from 'pg';
import { type DedicatedPostgres, freshDatabase, startDedicatedPostgres } from '../../support/postgres.js';

async function query(url: string, sql: string, { timeoutMs = 20_000 } = {}): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('A fresh database', () => {
  it('a fresh database is migrated and shares no table with another', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await query(one.url, 'CREATE TABLE only_here (id int)');
    const [migrated] = await query(
      other.url,
      `SELECT to_regclass('public.migrations') IS NOT NULL AS migrations, to_regclass('only_here') AS leaked`,
    );
    expect(migrated).toEqual({ migrations: true, leaked: null });
    await one.drop();
    await other.drop();
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('a database is dropped although a client is connected', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    const disconnected = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await expect(disconnected).resolves.toBeInstanceOf(Error);
  });
});

describe('A dedicated PostgreSQL', () => {
  let server: DedicatedPostgres;
  beforeAll(async () => {
    server = await startDedicatedPostgres();
    await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  });
  afterAll(() => server.remove());

  it('a paused server answers neither old nor new connections until it is resumed', async () => {
    const client = new Client({ connectionString: server.url, query_timeout: 300 });
    await client.connect();
    server.pause();
    await expect(client.query('SELECT 1')).rejects.toThrow(/timeout/i);
    await expect(query(server.url, 'SELECT answer FROM kept', { timeoutMs: 500 })).rejects.toThrow(/timeout/i);
    server.resume();
    await client.end();
    await expect(query(server.url, 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it.each(['stop', 'kill'] as const)('the server has the same address and its rows again after a %s', async (end) => {
    await server[end]();
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    await expect(query(server.url, 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('a paused server can be removed', async () => {
    server.pause();
    await server.remove();
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
