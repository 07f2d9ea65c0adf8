import { houses } from '../../../apps/standalone/src/programme/houses.js';
import { type AdminClient, seedProgramme, type Seeded } from '../../../apps/standalone/src/programme/seed.js';
import { startSystem, type System } from '../../support/system.js';

let system: System;
let client: AdminClient;

beforeAll(async () => {
  system = await startSystem({ worker: false });
  const token = await system.adminToken();
  client = { call: (method, path, body) => system.call(method, path, { token, body }) };
});

afterAll(() => system?.close());

async function timed(work: () => Promise<Seeded>): Promise<Seeded & { seconds: number }> {
  const begun = performance.now();
  const seeded = await work();
  return { ...seeded, seconds: (performance.now() - begun) / 1_000 };
}

describe('Seeding a programme through the public door', () => {
  let atFirst: number;

  it('fills an empty cinema', async () => {
    const { films, showtimes, seconds } = await timed(async () => seedProgramme(client, await system.now()));
    expect(films).toBeGreaterThanOrEqual(48);
    expect(showtimes).toBeGreaterThan(400);
    atFirst = seconds;
  });

  it('has nothing to do and little to ask the next time', async () => {
    const { films, showtimes, seconds } = await timed(async () => seedProgramme(client, await system.now()));
    expect({ films, showtimes }).toEqual({ films: 0, showtimes: 0 });
    expect(seconds).toBeLessThan(atFirst / 2);
  });

  it('offers seats of every kind at the prices of each house', async () => {
    const [theatre] = houses;
    const { data } = await system.expectOk('GET', '/theatres?limit=100');
    expect(data.map(({ name, currency, timeZone }: Record<string, string>) => ({ name, currency, timeZone }))).toEqual(
      expect.arrayContaining(houses.map(({ name, currency, timeZone }) => ({ name, currency, timeZone }))),
    );
    const { id } = data.find(({ name }: { name: string }) => name === theatre!.name);
    const showtimes = await system.expectOk('GET', `/showtimes?theatreId=${id}&limit=100`);
    const { rows } = await system.expectOk('GET', `/showtimes/${showtimes.data[0].id}/seats`);
    const seats = rows.flatMap((row: { seats: unknown[] }) => row.seats);
    expect(seats.length).toBeGreaterThan(20);
    expect(new Set(seats.map(({ status }: { status: string }) => status))).toEqual(new Set(['available']));
  });

  it('goes on where it stopped when a day has passed', async () => {
    await system.advance(24 * 60);
    const { films, showtimes } = await seedProgramme(client, await system.now());
    expect(films).toBe(0);
    expect(showtimes).toBeGreaterThan(20);
    expect(showtimes).toBeLessThan(100);
  });
});
