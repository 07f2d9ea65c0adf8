import { randomUUID } from 'node:crypto';
import { Theatres } from '../../../libs/rooms/src/domain/theatres.js';
import { TimeZones } from '../../../libs/rooms/src/domain/time-zones.js';
import { theatresContract } from '../../../libs/rooms/src/testing/theatres.contract.js';
import type { Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { TheatreClient, theatreRequest } from './theatre-client.js';

let client: TheatreClient;
let system: InProcessSystem;
let token: string;
beforeAll(async () => {
  client = await TheatreClient.start();
  ({ system, token } = client);
}, 60_000);
afterAll(() => client?.close());

describe('PostgresTheatres', () => theatresContract(async () => Promise.resolve(system.api.get(Theatres))));

describe('POST /theatres', () => {
  it('a new theatre is answered with 201 and its location', async () => {
    const name = `Lichtburg ${randomUUID()}`;
    const { status, body, headers } = await client.openTheatre({ name: `  ${name} `, timeZone: 'europe/berlin', currency: 'eur' });
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.any(String), status: 'open', name, timeZone: 'Europe/Berlin', currency: 'EUR' });
    expect(headers.get('location')).toBe(`/api/v1/theatres/${body.id}`);
    expect((await system.get(`/theatres/${body.id}`)).body).toEqual(body);
  });

  it('every time zone that is accepted is one that PostgreSQL knows', async () => {
    const zones = system.api.get(TimeZones);
    const onlyElsewhere = ['US/Pacific-New', 'Canada/East-Saskatchewan', 'SystemV/EST5', 'EST5EDT', 'CET', 'Zulu', 'Etc/GMT0', 'Factory'];
    const names = [...Intl.supportedValuesOf('timeZone'), 'UTC', ...onlyElsewhere];
    const known: string[] = [];
    for (const name of names) known.push(...[await zones.knownName(name)].filter((found) => found !== null));
    expect(known.length).toBeGreaterThan(400);
    await system.sql('SELECT now() AT TIME ZONE name FROM unnest($1::text[]) AS name', [known]);
  }, 60_000);

  it('an old name of a time zone becomes the present one, and others are refused', async () => {
    expect((await client.openTheatre({ timeZone: 'SystemV/EST5' })).body.code).toBe('rooms.unknown-time-zone');
    for (const [timeZone, present] of [
      ['asia/calcutta', 'Asia/Kolkata'],
      ['US/Pacific-New', 'America/Los_Angeles'],
    ] as const)
      // prettier-ignore
      expect((await client.openTheatre({ timeZone })).body).toMatchObject({ timeZone: present });
  });

  it('a repeated Idempotency-Key opens one theatre', async () => {
    const body = theatreRequest();
    const options = { token, headers: { 'Idempotency-Key': randomUUID() } };
    const [first, second] = [await system.post('/theatres', body, options), await system.post('/theatres', body, options)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('only an admin opens theatres', async () => {
    const customer = await system.registerCustomer();
    const body = { name: 'Mine', timeZone: 'Europe/Berlin', currency: 'EUR' };
    expect((await system.post('/theatres', body)).status).toBe(401);
    expect((await system.post('/theatres', body, { token: customer.token })).status).toBe(403);
  });

  it.each([
    [{ timeZone: 'Europe/Atlantis' }, 'rooms.unknown-time-zone'],
    [{ timeZone: '+01:00' }, 'rooms.unknown-time-zone'],
    [{ currency: 'XXX' }, 'rooms.currency-not-accepted'],
  ])('a theatre with %j is refused with 422', async (own, code) => {
    expect((await client.openTheatre(own)).body).toMatchObject({ status: 422, code });
  });

  it.each([[{ name: '   ' }], [{ name: 'x'.repeat(101) }], [{ name: null }], [{ currency: 5 }], [{ owner: 'me' }]])(
    'a theatre with %j is refused with 400',
    async (own) => {
      const { status, body } = await client.openTheatre(own);
      expect(status).toBe(400);
      expect(body.errors[0].pointer).toBe(`/${Object.keys(own)[0]}`);
    },
  );

  it('one of eight requests at the same moment gets a name', async () => {
    const name = `Wanted ${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.openTheatre({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('rooms.theatre-name-taken');
  });

  it('without the unique index all eight requests would get the name', async () => {
    const withoutIndex = await startInProcessSystem({ worker: false });
    try {
      await withoutIndex.sql('DROP INDEX rooms.theatres_name');
      const admin = await withoutIndex.adminToken();
      const body = { name: 'Wanted', timeZone: 'Europe/Berlin', currency: 'EUR' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => withoutIndex.post('/theatres', body, { token: admin })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    } finally {
      await withoutIndex.close();
    }
  });
});

describe('GET /theatres', () => {
  it('theatres are listed by name, page by page', async () => {
    const mark = randomUUID();
    const names = ['A', 'B', 'C'].map((letter) => `${mark} ${letter}`);
    for (const name of [...names].reverse()) await client.openTheatre({ name });
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

  it('an unchanged list is answered with 304', async () => {
    const { headers } = await system.get('/theatres');
    const again = await system.get('/theatres', { headers: { 'If-None-Match': headers.get('etag')! } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it.each(['/theatres?cursor=nonsense', '/theatres?limit=0', '/theatres?limit=101', '/theatres?page=2', '/theatres/42'])(
    '%s is refused with 400',
    async (path) => {
      expect((await system.get(path)).status).toBe(400);
    },
  );

  it('an unknown theatre is answered with 404', async () => {
    expect((await system.get(`/theatres/${randomUUID()}`)).body).toMatchObject({ status: 404, code: 'rooms.theatre-not-found' });
  });
});

describe('PATCH /theatres/:id', () => {
  it('a change of a theatre keeps what is left out', async () => {
    const theatre = (await client.openTheatre()).body;
    const name = `Renamed ${randomUUID()}`;
    const { status, body } = await system.patch(`/theatres/${theatre.id}`, { name }, { token });
    expect([status, body]).toEqual([200, { ...theatre, name }]);
  });

  it('time zone and currency change before the first showtime', async () => {
    const theatre = (await client.openTheatre()).body;
    const { body } = await system.patch(`/theatres/${theatre.id}`, { timeZone: 'asia/kolkata', currency: 'INR' }, { token });
    expect(body).toEqual({ ...theatre, timeZone: 'Asia/Kolkata', currency: 'INR' });
  });

  it('time zone and currency are fixed after a showtime, cancelled or not', async () => {
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

  it('time zone and currency stay fixed after the only showtime has moved away', async () => {
    const [scene, other] = [await system.createShowtime(), await system.createShowtime({ startsInMinutes: 2_000 })];
    await system.expectOk('PATCH', `/showtimes/${scene.showtimeId}`, { token, body: { roomId: other.roomId } });
    const { body } = await system.patch(`/theatres/${scene.theatreId}`, { currency: 'CHF', timeZone: 'Asia/Tokyo' }, { token });
    expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
  });

  it('currency stays fixed also where the version before scheduled what moved away', async () => {
    const [scene, other] = [await system.createShowtime(), await system.createShowtime({ startsInMinutes: 2_000 })];
    // That version records no theatre.
    await system.sql('DELETE FROM showtimes.scheduled_theatres WHERE theatre_id = $1', [scene.theatreId]);
    await system.expectOk('PATCH', `/showtimes/${scene.showtimeId}`, { token, body: { roomId: other.roomId } });
    const { body } = await system.patch(`/theatres/${scene.theatreId}`, { currency: 'CHF' }, { token });
    expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
  });

  it('time zone and currency are fixed once a showtime has moved there', async () => {
    const [scene, other] = [await system.createShowtime(), await system.createShowtime({ startsInMinutes: 2_000 })];
    const theatre = (await client.openTheatre()).body;
    const room = (await client.openRoom({}, theatre.id)).body;
    for (const roomId of [room.id, other.roomId])
      await system.expectOk('PATCH', `/showtimes/${scene.showtimeId}`, { token, body: { roomId } });
    const { body } = await system.patch(`/theatres/${theatre.id}`, { currency: 'CHF' }, { token });
    expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
  });

  it('the name of another theatre is refused with 409', async () => {
    const [one, other] = [(await client.openTheatre()).body, (await client.openTheatre()).body];
    const { body } = await system.patch(`/theatres/${other.id}`, { name: one.name.toUpperCase() }, { token });
    expect(body).toMatchObject({ status: 409, code: 'rooms.theatre-name-taken' });
  });

  it.each([[{ name: null }], [{ name: '' }], [{ id: randomUUID() }]])('the change %j is refused with 400', async (wanted) => {
    const theatre = (await client.openTheatre()).body;
    expect((await system.patch(`/theatres/${theatre.id}`, wanted, { token })).status).toBe(400);
  });

  it('each change of a theatre publishes one event, numbered without a gap', async () => {
    const theatre = (await client.openTheatre()).body;
    await Promise.all(
      ['B', 'C', 'D', 'E'].map((letter) => system.patch(`/theatres/${theatre.id}`, { name: `${letter} ${theatre.name}` }, { token })),
    );
    const events = await system.sql<{ sequence: number; type: string }>(
      'SELECT sequence, type FROM messaging.outbox WHERE subject = $1 ORDER BY sequence',
      [theatre.id],
    );
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(events.map(({ type }) => type)).toEqual(['rooms.theatre-opened.v1', ...Array<string>(4).fill('rooms.theatre-changed.v1')]);
  });
});

describe('Audit entries', () => {
  it('opening and changing a theatre leave one audit entry each', async () => {
    const { id, name } = (await client.openTheatre()).body;
    const renamed = `Renamed ${randomUUID()}`;
    for (let i = 0; i < 2; i++) await system.expectOk('PATCH', `/theatres/${id}`, { token, body: { name: renamed } });
    expect((await system.patch(`/theatres/${id}`, { currency: 'XXX' }, { token })).status).toBe(422);
    expect(await client.auditOf(id)).toEqual([
      { action: 'rooms.open-theatre', details: { name, timeZone: 'Europe/Berlin', currency: 'EUR' } },
      { action: 'rooms.change-theatre', details: { name: renamed } },
    ]);
  });
});
