import { fillLargeDatabase, parseSize } from '../../bench/large-database.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('A database filled as after ten years', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system?.close());

  const fill = async (reservations: number) => {
    const client = await system.database.connect();
    try {
      return await fillLargeDatabase(client, reservations, () => undefined);
    } finally {
      client.release(true);
    }
  };

  it('a database without a room to copy is refused', async () => {
    await expect(fill(100)).rejects.toThrow(/no room with twenty seats/);
  });

  it('lists, seat maps and reports show it, and it is not filled twice', async () => {
    const token = await system.adminToken();
    await system.createShowtime();
    const size = await fill(25_000);
    expect(size).toEqual({ reservations: 25_000, showtimes: 2_500, rooms: 1, movies: 250, customers: 1_250 });

    const { data } = await system.expectOk('GET', '/admin/reservations?status=completed,confirmed&limit=100', { token });
    expect(data).toHaveLength(100);
    const ahead = await system.expectOk('GET', '/showtimes?limit=100');
    expect(ahead.data.length).toBeGreaterThan(0);
    const map = await system.expectOk('GET', `/showtimes/${data[0].showtime.id}/seats`);
    expect(map.rows[0].seats[0].status).toBe('sold');
    const [sold] = await system.sql<{ n: number }>(`SELECT sum(seats_sold)::int AS n FROM reports.reservations`);
    const [kept] = await system.sql<{ n: number }>(
      `SELECT count(*)::int * 2 AS n FROM reservations.reservations WHERE status IN ('confirmed', 'completed')`,
    );
    expect(sold).toEqual(kept);
    await expect(fill(100)).rejects.toThrow(/filled before/);
  }, 90_000);

  it('a size is a number with k or M', () => {
    expect(['200k', '1M', '7', '0', 'many', ''].map(parseSize)).toEqual([200_000, 1_000_000, 7, null, null, null]);
  });
});
