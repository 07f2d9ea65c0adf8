import type { AdminClient } from '../../../apps/standalone/src/programme/admin-api.js';
import { seedProgramme } from '../../../apps/standalone/src/programme/seed.js';
import { SEED_THEATRES } from '../../../apps/standalone/src/programme/theatres.js';
import { startInProcessSystem, type InProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
let client: AdminClient;
let requests = 0;

beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
  const token = await system.adminToken();
  client = {
    call: (method, path, body) => {
      requests++;
      return system.call(method, path, { token, body });
    },
  };
});

afterAll(() => system?.close());

describe('seeding through the public API', () => {
  let requestsOfFirstRun: number;

  it('an empty system gets movies and showtimes', async () => {
    const { movies, showtimes } = await seedProgramme(client, await system.now());
    expect(movies).toBeGreaterThanOrEqual(48);
    expect(showtimes).toBeGreaterThan(400);
    requestsOfFirstRun = requests;
  }, 120_000);

  it('a second run of the seed adds nothing and makes few requests', async () => {
    requests = 0;
    const { movies, showtimes } = await seedProgramme(client, await system.now());
    expect({ movies, showtimes }).toEqual({ movies: 0, showtimes: 0 });
    expect(requests).toBeLessThan(requestsOfFirstRun / 10);
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

  it('a run one day later after a fault adds all showtimes of one day', async () => {
    await system.advanceClock({ minutes: 24 * 60 });
    const made = 10;
    let posts = 0;
    const failing: AdminClient = {
      call: (method, path, body) =>
        method === 'POST' && posts++ >= made ? Promise.resolve({ status: 503, body: {} }) : client.call(method, path, body),
    };
    await expect(seedProgramme(failing, await system.now())).rejects.toThrow('503');
    const { movies, showtimes } = await seedProgramme(client, await system.now());
    expect(movies).toBe(0);
    expect(made + showtimes).toBeGreaterThan(20);
    expect(made + showtimes).toBeLessThan(100);
    expect(await seedProgramme(client, await system.now())).toEqual({ movies: 0, showtimes: 0 });
  });
});
