/** Whether an address gives each connection a session of its own. A pooler in transaction mode does not: two relays would get the leader's lock. */
import pg from 'pg';
import { endClient } from './end-client.js';

const TIMEOUT_MS = 5_000;
/** A pooler with several idle servers may hand out another one by chance. */
const ROUNDS = 3;

/** Rejects when the address does not answer. */
export async function sharesSessions(connectionString: string): Promise<boolean> {
  const newClient = (): pg.Client => {
    const client = new pg.Client({
      connectionString,
      application_name: 'movie-reservation-session-check',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    return client;
  };
  const [first, second] = [newClient(), newClient()];
  const pidOf = async (client: pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
  try {
    await Promise.all([first.connect(), second.connect()]);
    for (let round = 0; round < ROUNDS; round++) {
      const before = await pidOf(first);
      // The transaction keeps its server process, so that the first must get another one if they share.
      await second.query('BEGIN');
      const [other, after] = [await pidOf(second), await pidOf(first)];
      await second.query('ROLLBACK');
      if (other === before || after !== before) return true;
    }
    return false;
  } finally {
    await Promise.all([endClient(first), endClient(second)]);
  }
}
