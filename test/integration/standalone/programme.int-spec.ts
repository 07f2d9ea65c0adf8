import type { AdminClient } from '../../../apps/standalone/src/programme/admin-api.js';
import { seedProgramme, type SeedResult } from '../../../apps/standalone/src/programme/seed.js';
import { SEED_THEATRES } from '../../../apps/standalone/src/programme/theatres.js';
import { startInProcessSystem, type InProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
let client: AdminClient;

beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
  const token = await system.adminToken();
  client = { call: (method, path, body) => system.call(method, path, { token, body }) };
});

afterAll(() => system?.close());

async function timed(work: () => Promise<SeedResult>): Promise<SeedResult & { seconds: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { ...result, seconds: (performance.now() - startedAt) / 1_000 };
}

describe('seeding through the public API', () => {
  let firstRunSeconds: number;

  it('an empty system gets movies and showtimes', async () => {
    const { movies, showtimes, seconds } = await timed(async () => seedProgramme(client, await system.now()));
    expect(movies).toBeGreaterThanOrEqual(48);
    expect(showtimes).toBeGreaterThan(400);
    firstRunSeconds = seconds;
  });

  it('a second run of the seed adds nothing and takes less than half the time', async () => {
    const { movies, showtimes, seconds } = await timed(async () => seedProgramme(client, await system.now()));
    expect({ movies, showtimes }).toEqual({ movies: 0, showtimes: 0 });
    expect(seconds).toBeLessThan(firstRunSeconds / 2);
  });

  it('the seeded theatres exist and their seats are available', async () => {
    const [theatre] = SEED_THEATRES;
    const { data } = await system.expectOk('GET', '/theatres?limit=100');
    expect(data.map(({ name, currency, timeZone }: Record<string, string>) => ({ name, currency, timeZone }))).toEqual(
      expect.arrayContaining(SEED_THEATRES.map(({ name, currency, timeZone }) => ({ name, currency, timeZone }))),
    );
    const { id } = data.find(({ name }: { name: string }) => name === theatre!.name);
    const showtimes = await system.expectOk('GET', `/showtimes?theatreId=${id}&limit=100`);
    const { rows } = await system.expectOk('GET', `/showtimes/${showtimes.data[0].id}/seats`);
    const seats = rows.flatMap((row: { seats: unknown[] }) => row.seats);
    expect(seats.length).toBeGreaterThan(20);
    expect(new Set(seats.map(({ status }: { status: string }) => status))).toEqual(new Set(['available']));
  });

  it('a run one day later adds the showtimes of one day', async () => {
    await system.advanceClock({ minutes: 24 * 60 });
    const { movies, showtimes } = await seedProgramme(client, await system.now());
    expect(movies).toBe(0);
    expect(showtimes).toBeGreaterThan(20);
    expect(showtimes).toBeLessThan(100);
  });
});
