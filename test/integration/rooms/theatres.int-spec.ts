import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpResponse, type Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
let token: string;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
  token = await system.adminToken();
}, 60_000);
afterAll(() => system?.close());

const open = (own: Json = {}): Promise<HttpResponse> =>
  system.post('/theatres', { name: `Theatre ${randomUUID()}`, timeZone: 'Europe/Berlin', currency: 'EUR', ...own }, { token });

describe('Opening a theatre', () => {
  it('answers 201 with the theatre and where it is', async () => {
    const name = `Lichtburg ${randomUUID()}`;
    const { status, body, headers } = await open({ name: `  ${name} `, timeZone: 'europe/berlin', currency: 'eur' });
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.any(String), status: 'open', name, timeZone: 'Europe/Berlin', currency: 'EUR' });
    expect(headers.get('location')).toBe(`/api/v1/theatres/${body.id}`);
    expect((await system.get(`/theatres/${body.id}`)).body).toEqual(body);
  });

  it('happens once for one Idempotency-Key', async () => {
    const body = { name: `Theatre ${randomUUID()}`, timeZone: 'Europe/Berlin', currency: 'EUR' };
    const options = { token, headers: { 'Idempotency-Key': randomUUID() } };
    const [first, second] = [await system.post('/theatres', body, options), await system.post('/theatres', body, options)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is for admins only', async () => {
    const customer = await system.registerCustomer();
    const body = { name: 'Mine', timeZone: 'Europe/Berlin', currency: 'EUR' };
    expect((await system.post('/theatres', body)).status).toBe(401);
    expect((await system.post('/theatres', body, { token: customer.token })).status).toBe(403);
  });

  it.each([
    [{ timeZone: 'Europe/Atlantis' }, 'rooms.unknown-time-zone'],
    [{ timeZone: '+01:00' }, 'rooms.unknown-time-zone'],
    [{ currency: 'XXX' }, 'rooms.currency-not-accepted'],
  ])('refuses %j with 422', async (own, code) => {
    expect((await open(own)).body).toMatchObject({ status: 422, code });
  });

  it.each([[{ name: '   ' }], [{ name: 'x'.repeat(101) }], [{ name: null }], [{ currency: 5 }], [{ owner: 'me' }]])(
    'answers 400 to %j',
    async (own) => {
      const { status, body } = await open(own);
      expect(status).toBe(400);
      expect(body.errors[0].pointer).toBe(`/${Object.keys(own)[0]}`);
    },
  );

  it('gives a name to one of many who want it at once', async () => {
    const name = `Wanted ${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => open({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('rooms.theatre-name-taken');
  });

  it('would give it to more than one without the unique index', async () => {
    const unguarded = await startInProcessSystem({ worker: false });
    try {
      await unguarded.sql('DROP INDEX rooms.theatres_name');
      const admin = await unguarded.adminToken();
      const body = { name: 'Wanted', timeZone: 'Europe/Berlin', currency: 'EUR' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => unguarded.post('/theatres', body, { token: admin })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    } finally {
      await unguarded.close();
    }
  });
});

describe('Theatres', () => {
  it('are listed by name, a page at a time', async () => {
    const mark = randomUUID();
    const names = ['A', 'B', 'C'].map((letter) => `${mark} ${letter}`);
    for (const name of [...names].reverse()) await open({ name });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Json = (await system.get(`/theatres?limit=2${cursor && `&cursor=${cursor}`}`)).body;
      seen.push(...page.data.map(({ name }: Json) => name as string));
      cursor = page.page.nextCursor;
    }
    expect(seen.filter((name) => name.startsWith(mark))).toEqual(names);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('need not be sent again to who has them', async () => {
    const { headers } = await system.get('/theatres');
    const again = await system.get('/theatres', { headers: { 'If-None-Match': headers.get('etag')! } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it.each(['/theatres?cursor=nonsense', '/theatres?limit=0', '/theatres?limit=101', '/theatres?page=2', '/theatres/42'])(
    'answer 400 to %s',
    async (path) => {
      expect((await system.get(path)).status).toBe(400);
    },
  );

  it('that are not there are not found', async () => {
    expect((await system.get(`/theatres/${randomUUID()}`)).body).toMatchObject({ status: 404, code: 'rooms.theatre-not-found' });
  });
});

describe('Changing a theatre', () => {
  it('keeps what is left out', async () => {
    const theatre = (await open()).body;
    const name = `Renamed ${randomUUID()}`;
    const { status, body } = await system.patch(`/theatres/${theatre.id}`, { name }, { token });
    expect([status, body]).toEqual([200, { ...theatre, name }]);
  });

  it('moves it before its first showtime', async () => {
    const theatre = (await open()).body;
    const { body } = await system.patch(`/theatres/${theatre.id}`, { timeZone: 'asia/kolkata', currency: 'INR' }, { token });
    expect(body).toEqual({ ...theatre, timeZone: 'Asia/Kolkata', currency: 'INR' });
  });

  it('does not move it after its first showtime, not even a cancelled one', async () => {
    const scene = await system.createShowtime();
    await system.expectOk('DELETE', `/showtimes/${scene.showtimeId}`, { token });
    for (const wanted of [{ timeZone: 'Europe/London' }, { currency: 'GBP' }]) {
      const { body } = await system.patch(`/theatres/${scene.theatreId}`, wanted, { token });
      expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
    }
    const name = `Renamed ${randomUUID()}`;
    const renamed = await system.patch(`/theatres/${scene.theatreId}`, { name, timeZone: 'Europe/Berlin', currency: 'EUR' }, { token });
    expect(renamed.body).toMatchObject({ name, currency: 'EUR' });
  });

  it('refuses the name of another', async () => {
    const [one, other] = [(await open()).body, (await open()).body];
    const { body } = await system.patch(`/theatres/${other.id}`, { name: one.name.toUpperCase() }, { token });
    expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-name-taken' });
  });

  it.each([[{ name: null }], [{ name: '' }], [{ id: randomUUID() }]])('answers 400 to %j', async (wanted) => {
    const theatre = (await open()).body;
    expect((await system.patch(`/theatres/${theatre.id}`, wanted, { token })).status).toBe(400);
  });

  it('tells every change as an event, without a hole', async () => {
    const theatre = (await open()).body;
    await Promise.all(
      ['B', 'C', 'D', 'E'].map((letter) => system.patch(`/theatres/${theatre.id}`, { name: `${letter} ${theatre.name}` }, { token })),
    );
    const told = await system.sql<{ sequence: number; type: string }>(
      'SELECT sequence, type FROM messaging.outbox WHERE subject = $1 ORDER BY sequence',
      [theatre.id],
    );
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(told.map(({ type }) => type)).toEqual(['rooms.theatre-opened.v1', ...Array<string>(4).fill('rooms.theatre-changed.v1')]);
  });
});
