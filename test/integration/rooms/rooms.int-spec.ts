import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { AllTheatres, RoomsByIds } from '@app/contracts/rooms.js';
import { Rooms } from '../../../libs/rooms/src/domain/rooms.js';
import { Theatres } from '../../../libs/rooms/src/domain/theatres.js';
import { aTheatre } from '../../../libs/rooms/src/testing/builders.js';
import { roomsContract } from '../../../libs/rooms/src/testing/rooms.contract.js';
import type { Json } from '../../support/http-client.js';
import { startInProcessSystem } from '../../support/in-process-system.js';
import { TheatreClient } from './theatre-client.js';

let client: TheatreClient;
beforeAll(async () => {
  client = await TheatreClient.start();
}, 60_000);
afterAll(() => client?.close());

const ask = () => client.system.api.get(QueryBus);

describe('PostgresRooms', () => {
  roomsContract(async () => {
    const { api } = client.system;
    const theatre = aTheatre();
    await api.get(Theatres).add(theatre);
    return { rooms: api.get(Rooms), theatreId: theatre.id };
  });
});

describe('POST /theatres/:id/rooms', () => {
  it('a new room is answered with 201, its seats and its location', async () => {
    const { status, body, headers } = await client.openRoom({ name: 'Room 1', seatPlan: { layout: ['.ss.p', '', 'wc'] } });
    expect(status).toBe(201);
    const seat = { accessible: false, companion: false, category: 'standard' };
    expect(body).toEqual({
      id: expect.any(String),
      status: 'open',
      theatre: { id: client.theatre.id, name: client.theatre.name, timeZone: 'Europe/Berlin', currency: 'EUR' },
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
    expect((await client.system.get(`/rooms/${body.id}`)).body).toEqual(body);
  });

  it('a repeated Idempotency-Key gets the first answer after a change too', async () => {
    const body = { name: `Room ${randomUUID()}`, seatPlan: { rows: 2, seatsPerRow: 3 } };
    const options = { token: client.token, headers: { 'Idempotency-Key': randomUUID() } };
    const first = await client.system.post(`/theatres/${client.theatre.id}/rooms`, body, options);
    await client.system.expectOk('PATCH', `/rooms/${first.body.id}`, { token: client.token, body: { cleaningMinutes: 40 } });
    const second = await client.system.post(`/theatres/${client.theatre.id}/rooms`, body, options);
    expect([second.status, second.body]).toEqual([201, first.body]);
  });

  it('only an admin opens rooms', async () => {
    const customer = await client.system.registerCustomer();
    const body = { name: 'Mine', seatPlan: { rows: 1, seatsPerRow: 1 } };
    expect((await client.system.post(`/theatres/${client.theatre.id}/rooms`, body)).status).toBe(401);
    expect((await client.system.post(`/theatres/${client.theatre.id}/rooms`, body, { token: customer.token })).status).toBe(403);
  });

  it('a room of an unknown theatre is refused with 404', async () => {
    expect((await client.openRoom({}, randomUUID())).body).toMatchObject({ status: 404, code: 'rooms.theatre-not-found' });
  });

  it('one of eight requests at the same moment gets a name in a theatre', async () => {
    const name = `Wanted ${randomUUID()}`;
    const other = (await client.openTheatre()).body;
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.openRoom({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect((await client.openRoom({ name }, other.id)).status).toBe(201);
  });

  it('without the unique index all eight requests would get the name', async () => {
    const withoutIndex = await startInProcessSystem({ worker: false });
    try {
      await withoutIndex.sql('DROP INDEX rooms.rooms_name_in_theatre');
      const { theatreId } = await withoutIndex.createShowtime();
      const options = { token: await withoutIndex.adminToken() };
      const body = { name: 'Wanted', seatPlan: { rows: 1, seatsPerRow: 1 } };
      const answers = await Promise.all(Array.from({ length: 8 }, () => withoutIndex.post(`/theatres/${theatreId}/rooms`, body, options)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    } finally {
      await withoutIndex.close();
    }
  });
});

describe('GET /rooms', () => {
  it('rooms of a theatre are listed by name, page by page', async () => {
    const other = (await client.openTheatre()).body;
    for (const name of ['C', 'A', 'B']) await client.openRoom({ name }, other.id);
    const first = (await client.system.get(`/rooms?theatreId=${other.id}&limit=2`)).body;
    expect(first.data.map(({ name }: Json) => name)).toEqual(['A', 'B']);
    const second = (await client.system.get(`/rooms?theatreId=${other.id}&limit=2&cursor=${first.page.nextCursor}`)).body;
    expect(second.data.map(({ name }: Json) => name)).toEqual(['C']);
    expect(second.page.nextCursor).toBeNull();
    expect(second.data[0]).not.toHaveProperty('seatPlan');
  });

  it('an unknown theatre has no rooms', async () => {
    expect((await client.system.get(`/rooms?theatreId=${randomUUID()}`)).body.data).toEqual([]);
  });

  it.each(['/rooms?theatreId=1', '/rooms?theatreId=', '/rooms?status=gone', '/rooms/1', '/rooms?cursor=W10'])(
    '%s is refused with 400',
    async (path) => {
      expect((await client.system.get(path)).status).toBe(400);
    },
  );

  it('an unknown room is answered with 404', async () => {
    const id = randomUUID();
    expect((await client.system.get(`/rooms/${id}`)).body).toMatchObject({ status: 404, code: 'rooms.room-not-found' });
    expect((await client.system.patch(`/rooms/${id}`, { name: 'Room' }, { token: client.token })).status).toBe(404);
    expect((await client.system.delete(`/rooms/${id}`, { token: client.token })).status).toBe(404);
    expect((await client.layOut(id, { rows: 1, seatsPerRow: 1 })).status).toBe(404);
  });
});

describe('PATCH /rooms/:id', () => {
  it('a change of a room keeps what is left out', async () => {
    const room = (await client.openRoom()).body;
    const { status, body } = await client.system.patch(`/rooms/${room.id}`, { cleaningMinutes: 0 }, { token: client.token });
    expect([status, body]).toEqual([200, { ...room, cleaningMinutes: 0 }]);
  });

  it.each([
    [{ cleaningMinutes: -1 }],
    [{ cleaningMinutes: 1.5 }],
    [{ cleaningMinutes: '15' }],
    [{ cleaningMinutes: null }],
    [{ seats: 5 }],
  ])('the change %j is refused with 400', async (wanted) => {
    const room = (await client.openRoom()).body;
    expect((await client.system.patch(`/rooms/${room.id}`, wanted, { token: client.token })).status).toBe(400);
  });
});

describe('DELETE /rooms/:id', () => {
  it('a closed room is answered each time and cannot be changed', async () => {
    const room = (await client.openRoom()).body;
    const closed = await client.system.delete(`/rooms/${room.id}`, { token: client.token });
    expect([closed.status, closed.body]).toEqual([200, { ...room, status: 'closed' }]);
    expect((await client.system.delete(`/rooms/${room.id}`, { token: client.token })).body).toEqual(closed.body);
    expect((await client.system.patch(`/rooms/${room.id}`, { name: 'Open' }, { token: client.token })).body).toMatchObject({
      status: 409,
      code: 'rooms.room-closed',
    });
    expect((await client.layOut(room.id, { rows: 1, seatsPerRow: 1 })).status).toBe(409);
    const lists = await Promise.all(
      ['open', 'closed'].map((status) => client.system.get(`/rooms?theatreId=${client.theatre.id}&status=${status}&limit=100`)),
    );
    expect(lists.map(({ body }) => body.data.some(({ id }: Json) => id === room.id))).toEqual([false, true]);
  });

  it('a room with a showtime ahead is refused with 409', async () => {
    const scene = await client.system.createShowtime();
    const close = () => client.system.delete(`/rooms/${scene.roomId}`, { token: client.token });
    expect((await close()).body).toMatchObject({ status: 409, code: 'rooms.showtimes-ahead', showtimesAhead: 1 });
    await client.system.expectOk('DELETE', `/showtimes/${scene.showtimeId}`, { token: client.token });
    expect((await close()).status).toBe(200);
  });
});

describe('Audit entries', () => {
  it('opening, changing, laying out and closing a room leave one audit entry each', async () => {
    const room = (await client.openRoom()).body;
    const { token, system } = client;
    for (let i = 0; i < 2; i++) await system.expectOk('PATCH', `/rooms/${room.id}`, { token, body: { cleaningMinutes: 40 } });
    await client.layOut(room.id, { layout: ['pp', 'ss'] });
    expect((await client.layOut(room.id, { layout: ['c'] })).status).toBe(422);
    for (let i = 0; i < 2; i++) await system.expectOk('DELETE', `/rooms/${room.id}`, { token });
    expect(await client.auditOf(room.id)).toEqual([
      {
        action: 'rooms.open-room',
        details: { theatreId: client.theatre.id, name: room.name, cleaningMinutes: room.cleaningMinutes, seats: 6 },
      },
      { action: 'rooms.change-room', details: { cleaningMinutes: 40 } },
      { action: 'rooms.lay-out-seats', details: { seatPlanVersion: 2, seats: 4 } },
      { action: 'rooms.close-room', details: {} },
    ]);
  });
});

describe('RoomsByIds and AllTheatres', () => {
  it('other contexts get the rooms of their ids, without the unknown ones', async () => {
    const room = (await client.openRoom({ seatPlan: { layout: ['ssp'] } })).body;
    await client.system.expectOk('DELETE', `/rooms/${room.id}`, { token: client.token });
    expect(await ask().execute(new RoomsByIds([room.id, randomUUID()]))).toEqual([
      {
        id: room.id,
        name: room.name,
        closed: true,
        cleaningMinutes: 15,
        seatPlanVersion: 1,
        seatsByCategory: { standard: 2, premium: 1 },
        theatre: { id: client.theatre.id, name: client.theatre.name, timeZone: 'Europe/Berlin', currency: 'EUR' },
      },
    ]);
    expect(await ask().execute(new RoomsByIds([]))).toEqual([]);
  });

  it('other contexts get every theatre with its rooms, closed ones included', async () => {
    const other = (await client.openTheatre()).body;
    const rooms = [(await client.openRoom({}, other.id)).body.id, (await client.openRoom({}, other.id)).body.id];
    await client.system.expectOk('DELETE', `/rooms/${rooms[0]}`, { token: client.token });
    const empty = (await client.openTheatre()).body;
    const theatres = await ask().execute(new AllTheatres());
    const { id, name, timeZone, currency } = other;
    expect(theatres.find((each) => each.id === id)).toEqual({ id, name, timeZone, currency, roomIds: [...rooms].sort() });
    expect(theatres.find((each) => each.id === empty.id)?.roomIds).toEqual([]);
  });
});
