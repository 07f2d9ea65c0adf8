/** node-pg's pool below TypeORM, and its connections. */
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/** Of an initialized `DataSource`. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** Calls `visit` with each connection once, when it is next taken out of the pool: also with those that are open already. */
export function onEachConnection(pool: Pool, visit: (client: PoolClient) => void): void {
  const known = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    visit(client);
  });
}
