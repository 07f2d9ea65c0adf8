import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import { AllTheatres, RoomsByIds, SeatPlanOfRoom } from '@app/contracts/rooms.js';
import { type HttpResponse, type Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
let token: string;
let theatre: Json;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
  token = await system.adminToken();
  theatre = await openTheatre();
}, 60_000);
afterAll(() => system?.close());

const openTheatre = (): Promise<Json> =>
  system.expectOk('POST', '/theatres', { token, body: { name: `Theatre ${randomUUID()}`, timeZone: 'Europe/Berlin', currency: 'EUR' } });
const open = (own: Json = {}, theatreId: string = theatre.id): Promise<HttpResponse> =>
  system.post(`/theatres/${theatreId}/rooms`, { name: `Room ${randomUUID()}`, seatPlan: { rows: 2, seatsPerRow: 3 }, ...own }, { token });
const layOut = (roomId: string, plan: unknown): Promise<HttpResponse> => system.put(`/rooms/${roomId}/seat-plan`, plan, { token });
const ask = () => system.api.get(QueryBus);

describe('Opening a room', () => {
  it('answers 201 with the room, its seats, and where it is', async () => {
    const { status, body, headers } = await open({ name: 'Room 1', seatPlan: { layout: ['.ss.p', '', 'wc'] } });
    expect(status).toBe(201);
    const seat = { accessible: false, companion: false, category: 'standard' };
    expect(body).toEqual({
      id: expect.any(String),
      status: 'open',
      theatre: { id: theatre.id, name: theatre.name, timeZone: 'Europe/Berlin', currency: 'EUR' },
      name: 'Room 1',
      cleaningMinutes: 15,
      seats: 5,
      seatPlanVersion: 1,
      seatPlan: {
        version: 1,
        layout: ['.ss.p', '.....', 'wc...'],
        rows: [
          {
            row: 'A',
            seats: [
              { ...seat, label: 'A1', row: 'A', number: 1, column: 2 },
              { ...seat, label: 'A2', row: 'A', number: 2, column: 3 },
              { ...seat, label: 'A3', row: 'A', number: 3, column: 5, category: 'premium' },
            ],
          },
          {
            row: 'B',
            seats: [
              { ...seat, label: 'B1', row: 'B', number: 1, column: 1, accessible: true },
              { ...seat, label: 'B2', row: 'B', number: 2, column: 2, companion: true },
            ],
          },
        ],
      },
    });
    expect(headers.get('location')).toBe(`/api/v1/rooms/${body.id}`);
    expect((await system.get(`/rooms/${body.id}`)).body).toEqual(body);
  });

  it('happens once for one Idempotency-Key, whatever became of the room since', async () => {
    const body = { name: `Room ${randomUUID()}`, seatPlan: { rows: 2, seatsPerRow: 3 } };
    const options = { token, headers: { 'Idempotency-Key': randomUUID() } };
    const first = await system.post(`/theatres/${theatre.id}/rooms`, body, options);
    await system.expectOk('PATCH', `/rooms/${first.body.id}`, { token, body: { cleaningMinutes: 40 } });
    const second = await system.post(`/theatres/${theatre.id}/rooms`, body, options);
    expect([second.status, second.body]).toEqual([201, first.body]);
  });

  it('is for admins only', async () => {
    const customer = await system.registerCustomer();
    const body = { name: 'Mine', seatPlan: { rows: 1, seatsPerRow: 1 } };
    expect((await system.post(`/theatres/${theatre.id}/rooms`, body)).status).toBe(401);
    expect((await system.post(`/theatres/${theatre.id}/rooms`, body, { token: customer.token })).status).toBe(403);
  });

  it('does not find a theatre that is not there', async () => {
    expect((await open({}, randomUUID())).body).toMatchObject({ status: 404, code: 'rooms.theatre-not-found' });
  });

  it.each([
    [{ layout: ['sc'] }, { row: 1, column: 2 }],
    [{ layout: ['ss', 's-s'] }, { row: 2, column: 2 }],
    [{ layout: ['..'] }, { row: null, column: null }],
    [
      { rows: 50, seatsPerRow: 60 },
      { row: null, column: null },
    ],
  ])('names what is wrong where in %j', async (seatPlan, place) => {
    const { body } = await open({ seatPlan });
    expect(body).toMatchObject({ status: 422, code: 'rooms.seat-plan-refused', faults: [place] });
  });

  it.each([
    [{ rows: 2 }, '/seatPlan'],
    [{}, '/seatPlan'],
    [{ rows: 2, seatsPerRow: 3, layout: ['s'] }, '/seatPlan'],
    [{ layout: [] }, '/seatPlan/layout'],
    [{ layout: 'sss' }, '/seatPlan/layout'],
    [{ layout: [5] }, '/seatPlan/layout'],
    [{ rows: 0, seatsPerRow: 3 }, '/seatPlan/rows'],
    [{ rows: 2, seatsPerRow: 61 }, '/seatPlan/seatsPerRow'],
    [{ rows: 2, seatsPerRow: 3, aisle: 2 }, '/seatPlan/aisle'],
    [[], '/seatPlan'],
    ['sss', '/seatPlan'],
    [null, '/seatPlan'],
  ])('answers 400 to the plan %j', async (seatPlan, pointer) => {
    const { status, body } = await open({ seatPlan });
    expect([status, body.errors?.[0].pointer]).toEqual([400, pointer]);
  });

  it('gives a name to one of many who want it at once, and in each theatre anew', async () => {
    const name = `Wanted ${randomUUID()}`;
    const other = await openTheatre();
    const answers = await Promise.all(Array.from({ length: 8 }, () => open({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect((await open({ name }, other.id)).status).toBe(201);
  });

  it('would give it to more than one without the unique index', async () => {
    const unguarded = await startInProcessSystem({ worker: false });
    try {
      await unguarded.sql('DROP INDEX rooms.rooms_name_in_theatre');
      const { theatreId } = await unguarded.createShowtime();
      const options = { token: await unguarded.adminToken() };
      const body = { name: 'Wanted', seatPlan: { rows: 1, seatsPerRow: 1 } };
      const answers = await Promise.all(Array.from({ length: 8 }, () => unguarded.post(`/theatres/${theatreId}/rooms`, body, options)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    } finally {
      await unguarded.close();
    }
  });
});

describe('Rooms', () => {
  it('are listed by name, those of one theatre, a page at a time', async () => {
    const other = await openTheatre();
    for (const name of ['C', 'A', 'B']) await open({ name }, other.id);
    const first = (await system.get(`/rooms?theatreId=${other.id}&limit=2`)).body;
    expect(first.data.map(({ name }: Json) => name)).toEqual(['A', 'B']);
    const second = (await system.get(`/rooms?theatreId=${other.id}&limit=2&cursor=${first.page.nextCursor}`)).body;
    expect(second.data.map(({ name }: Json) => name)).toEqual(['C']);
    expect(second.page.nextCursor).toBeNull();
    expect(second.data[0]).not.toHaveProperty('seatPlan');
  });

  it('of a theatre that is not there are none', async () => {
    expect((await system.get(`/rooms?theatreId=${randomUUID()}`)).body.data).toEqual([]);
  });

  it.each(['/rooms?theatreId=1', '/rooms?theatreId=', '/rooms?status=gone', '/rooms/1', '/rooms?cursor=W10'])(
    'answer 400 to %s',
    async (path) => {
      expect((await system.get(path)).status).toBe(400);
    },
  );

  it('that are not there are not found', async () => {
    const id = randomUUID();
    expect((await system.get(`/rooms/${id}`)).body).toMatchObject({ status: 404, code: 'rooms.room-not-found' });
    expect((await system.patch(`/rooms/${id}`, { name: 'Room' }, { token })).status).toBe(404);
    expect((await system.delete(`/rooms/${id}`, { token })).status).toBe(404);
    expect((await layOut(id, { rows: 1, seatsPerRow: 1 })).status).toBe(404);
  });
});

describe('Changing a room', () => {
  it('keeps what is left out', async () => {
    const room = (await open()).body;
    const { status, body } = await system.patch(`/rooms/${room.id}`, { cleaningMinutes: 0 }, { token });
    expect([status, body]).toEqual([200, { ...room, cleaningMinutes: 0 }]);
  });

  it.each([
    [{ cleaningMinutes: -1 }],
    [{ cleaningMinutes: 1.5 }],
    [{ cleaningMinutes: '15' }],
    [{ cleaningMinutes: null }],
    [{ seats: 5 }],
  ])('answers 400 to %j', async (wanted) => {
    const room = (await open()).body;
    expect((await system.patch(`/rooms/${room.id}`, wanted, { token })).status).toBe(400);
  });
});

describe('The seats of a room', () => {
  it('get a new version, and the old one stays as it was', async () => {
    const room = (await open()).body;
    const { status, body } = await layOut(room.id, { layout: ['pp', 'ss'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ seats: 4, seatPlanVersion: 2, seatPlan: { version: 2, layout: ['pp', 'ss'] } });
    const [before, now, never] = await Promise.all([1, 2, 3].map((version) => ask().execute(new SeatPlanOfRoom(room.id, version))));
    expect(before).toMatchObject({ roomId: room.id, version: 1, seats: { length: 6 } });
    expect(now?.seats.map(({ label, category }) => [label, category])).toEqual([
      ['A1', 'premium'],
      ['A2', 'premium'],
      ['B1', 'standard'],
      ['B2', 'standard'],
    ]);
    expect(never).toBeNull();
  });

  it('get a version for each of many who lay them out at once', async () => {
    const room = (await open()).body;
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((rows) => layOut(room.id, { rows, seatsPerRow: 1 })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const plans = await system.sql<{ version: number; seats: number }>(
      'SELECT version, jsonb_array_length(seats) AS seats FROM rooms.seat_plans WHERE room_id = $1 ORDER BY version',
      [room.id],
    );
    expect(plans.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const current = (await system.get(`/rooms/${room.id}`)).body;
    expect(current).toMatchObject({ seatPlanVersion: 7, seats: plans[6]!.seats });
    const told = await system.sql<{ sequence: number }>('SELECT sequence FROM messaging.outbox WHERE subject = $1 ORDER BY 1', [room.id]);
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([[{ rows: 1 }], [{}], [[]], [{ layout: null }]])('are not laid out as %j: 400', async (plan) => {
    expect((await layOut((await open()).body.id, plan)).status).toBe(400);
  });
});

describe('Closing a room', () => {
  it('answers 200 with it, again and again, and then it is as it is', async () => {
    const room = (await open()).body;
    const closed = await system.delete(`/rooms/${room.id}`, { token });
    expect([closed.status, closed.body]).toEqual([200, { ...room, status: 'closed' }]);
    expect((await system.delete(`/rooms/${room.id}`, { token })).body).toEqual(closed.body);
    expect((await system.patch(`/rooms/${room.id}`, { name: 'Open' }, { token })).body).toMatchObject({
      status: 409,
      code: 'rooms.room-closed',
    });
    expect((await layOut(room.id, { rows: 1, seatsPerRow: 1 })).status).toBe(409);
    const lists = await Promise.all(
      ['open', 'closed'].map((status) => system.get(`/rooms?theatreId=${theatre.id}&status=${status}&limit=100`)),
    );
    expect(lists.map(({ body }) => body.data.some(({ id }: Json) => id === room.id))).toEqual([false, true]);
  });

  it('waits until its last showtime is over', async () => {
    const scene = await system.createShowtime();
    const close = () => system.delete(`/rooms/${scene.roomId}`, { token });
    expect((await close()).body).toMatchObject({ status: 409, code: 'rooms.showtimes-ahead', showtimesAhead: 1 });
    await system.expectOk('DELETE', `/showtimes/${scene.showtimeId}`, { token });
    expect((await close()).status).toBe(200);
  });
});

describe('What rooms answers the other contexts', () => {
  it('about rooms: all that scheduling needs, closed ones included, unknown ones left out', async () => {
    const room = (await open({ seatPlan: { layout: ['ssp'] } })).body;
    await system.expectOk('DELETE', `/rooms/${room.id}`, { token });
    expect(await ask().execute(new RoomsByIds([room.id, randomUUID()]))).toEqual([
      {
        id: room.id,
        name: room.name,
        closed: true,
        cleaningMinutes: 15,
        seatPlanVersion: 1,
        seatsByCategory: { standard: 2, premium: 1 },
        theatre: { id: theatre.id, name: theatre.name, timeZone: 'Europe/Berlin', currency: 'EUR' },
      },
    ]);
    expect(await ask().execute(new RoomsByIds([]))).toEqual([]);
  });

  it('about theatres: each with its rooms, closed ones included', async () => {
    const other = await openTheatre();
    const rooms = [(await open({}, other.id)).body.id, (await open({}, other.id)).body.id];
    await system.expectOk('DELETE', `/rooms/${rooms[0]}`, { token });
    const empty = await openTheatre();
    const theatres = await ask().execute(new AllTheatres());
    const { id, name, timeZone, currency } = other;
    expect(theatres.find((each) => each.id === id)).toEqual({ id, name, timeZone, currency, roomIds: [...rooms].sort() });
    expect(theatres.find((each) => each.id === empty.id)?.roomIds).toEqual([]);
  });
});
