import { Client } from 'pg';
import { type DedicatedPostgres, freshDatabase, startDedicatedPostgres } from '../../support/postgres.js';

/** `patience` in milliseconds. */
async function ask(url: string, sql: string, patience = 20_000): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: patience, query_timeout: patience });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('A fresh database', () => {
  it('has the migrations of the run and shares nothing with another', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'CREATE TABLE only_here (id int)');
    const [migrated] = await ask(
      other.url,
      `SELECT to_regclass('public.migrations') IS NOT NULL AS migrations, to_regclass('only_here') AS leaked`,
    );
    expect(migrated).toEqual({ migrations: true, leaked: null });
    await one.drop();
    await other.drop();
    await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('can be dropped while somebody is connected', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    const cut = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await expect(cut).resolves.toBeInstanceOf(Error);
  });
});

describe('A PostgreSQL of the suite’s own', () => {
  let server: DedicatedPostgres;
  beforeAll(async () => {
    server = await startDedicatedPostgres();
    await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  });
  afterAll(() => server.remove());

  it('answers nobody while frozen, not even those already connected, and everybody once thawed', async () => {
    const client = new Client({ connectionString: server.url, query_timeout: 300 });
    await client.connect();
    server.pause();
    await expect(client.query('SELECT 1')).rejects.toThrow(/timeout/i);
    await expect(ask(server.url, 'SELECT answer FROM kept', 500)).rejects.toThrow(/timeout/i);
    server.resume();
    await client.end();
    await expect(ask(server.url, 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it.each(['stop', 'kill'] as const)('comes back at the same address with its rows after a %s', async (end) => {
    await server[end]();
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    await expect(ask(server.url, 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('can be removed while frozen', async () => {
    server.pause();
    await server.remove();
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
