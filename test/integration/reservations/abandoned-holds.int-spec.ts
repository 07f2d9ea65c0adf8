import { setTimeout as pause } from 'node:timers/promises';
import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('A client that goes', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system.close());

  /** Both batches that may be under way at once wait for the showtime until `act` has ended. */
  async function whileHoldsWait<T>(customers: readonly Customer[], act: (showtimeId: string) => Promise<T>): Promise<T> {
    const { showtimeId } = await system.createShowtime();
    const client = await system.database.connect();
    try {
      await client.query(`SELECT pg_advisory_lock(hashtextextended('showtime ' || $1::uuid, 0))`, [showtimeId]);
      const holds: Promise<{ status: number }>[] = [];
      for (const [i, customer] of customers.entries()) {
        holds.push(system.hold(customer, showtimeId, [`A${i + 1}`]));
        const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
        await until(async () => (await client.query(waiting)).rowCount === i + 1, {
          timeoutMs: 1_500,
          what: 'a batch that waits',
          intervalMs: 5,
        });
      }
      const result = await act(showtimeId);
      await client.query('SELECT pg_advisory_unlock_all()');
      expect((await Promise.all(holds)).map(({ status }) => status)).toEqual(customers.map(() => 201));
      return result;
    } finally {
      await client.query('SELECT pg_advisory_unlock_all()');
      client.release();
    }
  }

  async function holdAndGo({ token }: Customer, showtimeId: string, seat: string, headers: Record<string, string> = {}): Promise<void> {
    const gone = new AbortController();
    const asked = fetch(`${system.url}/api/v1/reservations`, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ showtimeId, seats: [seat] }),
    }).catch(() => 'gone');
    await pause(250);
    gone.abort();
    expect(await asked).toBe('gone');
  }

  const holdsOf = async ({ token }: Customer): Promise<number> => (await system.get('/reservations', { token })).body.data.length;

  it('a hold that waits is not made without a key, and made with one', async () => {
    const [first, second, going, asking] = await system.registerCustomers(4);
    const showtimeId = await whileHoldsWait([first!, second!], async (id) => {
      await Promise.all([holdAndGo(going!, id, 'A3'), holdAndGo(asking!, id, 'A4', { 'idempotency-key': 'asks-again' })]);
      return id;
    });
    const again = await system.hold(asking!, showtimeId, ['A4'], { 'idempotency-key': 'asks-again' });
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await holdsOf(going!)).toBe(0);
    expect((await system.hold(going!, showtimeId, ['A3'])).status).toBe(201);
  }, 30_000);
});
