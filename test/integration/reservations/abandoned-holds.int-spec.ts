import { vi } from 'vitest';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { HoldBatches } from '../../../libs/reservations/src/infrastructure/hold-batches.js';
import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('A client that goes', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, longLockWaits: true });
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

  const requestsInFlight = async (): Promise<number> =>
    (await METRICS.getSingleMetric('cinema_http_requests_in_flight')!.get()).values[0]!.value;

  /** Their clients leave when all of them wait for the next batch. */
  async function holdAndGo(showtimeId: string, holds: readonly { customer: Customer; seat: string; key?: string }[]): Promise<void> {
    const others = await requestsInFlight();
    const waiting = vi.spyOn(HoldBatches.prototype, 'run');
    const gone = new AbortController();
    const asked = holds.map(({ customer: { token }, seat, key }) =>
      fetch(`${system.url}/api/v1/reservations`, {
        method: 'POST',
        signal: gone.signal,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify({ showtimeId, seats: [seat] }),
      }).catch(() => 'gone'),
    );
    await until(() => waiting.mock.calls.length === holds.length, { what: 'holds that wait' });
    waiting.mockRestore();
    gone.abort();
    expect(await Promise.all(asked)).toEqual(holds.map(() => 'gone'));
    await until(async () => (await requestsInFlight()) === others, { what: 'the server to see that they are gone' });
  }

  const holdsOf = async ({ token }: Customer): Promise<number> => (await system.get('/reservations', { token })).body.data.length;

  it('a hold that waits is not made without a key, and made with one', async () => {
    const [first, second, going, asking] = await system.registerCustomers(4);
    const showtimeId = await whileHoldsWait([first!, second!], async (id) => {
      await holdAndGo(id, [
        { customer: going!, seat: 'A3' },
        { customer: asking!, seat: 'A4', key: 'asks-again' },
      ]);
      return id;
    });
    const again = await system.hold(asking!, showtimeId, ['A4'], { 'idempotency-key': 'asks-again' });
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await holdsOf(going!)).toBe(0);
    expect((await system.hold(going!, showtimeId, ['A3'])).status).toBe(201);
  }, 60_000);
});
