import { QueryBus } from '@nestjs/cqrs';
import { SeatPlanOfRoom } from '@app/contracts/rooms.js';
import { TheatreClient } from './theatre-client.js';

let client: TheatreClient;
beforeAll(async () => {
  client = await TheatreClient.start();
}, 60_000);
afterAll(() => client?.close());

const ask = () => client.system.api.get(QueryBus);

describe('Seat plans of new rooms', () => {
  it.each([
    [{ layout: ['sc'] }, { row: 1, column: 2 }],
    [{ layout: ['ss', 's-s'] }, { row: 2, column: 2 }],
    [{ layout: ['..'] }, { row: null, column: null }],
    [
      { rows: 50, seatsPerRow: 60 },
      { row: null, column: null },
    ],
  ])('the seat plan %j is refused with 422 and the place of the fault', async (seatPlan, place) => {
    const { body } = await client.openRoom({ seatPlan });
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
  ])('the seat plan %j is refused with 400', async (seatPlan, pointer) => {
    const { status, body } = await client.openRoom({ seatPlan });
    expect([status, body.errors?.[0].pointer]).toEqual([400, pointer]);
  });
});

describe('PUT /rooms/:id/seat-plan', () => {
  it('a new seat plan is a new version, and the old version stays', async () => {
    const room = (await client.openRoom()).body;
    const { status, body } = await client.layOut(room.id, { layout: ['pp', 'ss'] });
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

  it('six seat plans at the same moment are six versions', async () => {
    const room = (await client.openRoom()).body;
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((rows) => client.layOut(room.id, { rows, seatsPerRow: 1 })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const plans = await client.system.sql<{ version: number; seats: number }>(
      'SELECT version, jsonb_array_length(seats) AS seats FROM rooms.seat_plans WHERE room_id = $1 ORDER BY version',
      [room.id],
    );
    expect(plans.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const current = (await client.system.get(`/rooms/${room.id}`)).body;
    expect(current).toMatchObject({ seatPlanVersion: 7, seats: plans[6]!.seats });
    const events = await client.system.sql<{ sequence: number }>('SELECT sequence FROM messaging.outbox WHERE subject = $1 ORDER BY 1', [
      room.id,
    ]);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([[{ rows: 1 }], [{}], [[]], [{ layout: null }]])('a replacement by the seat plan %j is refused with 400', async (plan) => {
    expect((await client.layOut((await client.openRoom()).body.id, plan)).status).toBe(400);
  });
});
