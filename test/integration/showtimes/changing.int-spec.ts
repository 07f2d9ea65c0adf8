import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Programme } from './programme.js';

let programme: Programme;
beforeAll(async () => {
  programme = await Programme.open();
}, 60_000);
afterAll(() => programme?.close());

describe('Changing a showtime', () => {
  it('takes other prices and another start of sales, also while customers hold seats', async () => {
    const showtime = await programme.aShowtime({ startsAt: '2027-05-01T20:00' });
    await programme.system.hold(await programme.system.registerCustomer(), showtime.id, ['A1']);
    const { status, body } = await programme.change(showtime.id, { prices: { premium: 1_800 }, salesOpenAt: '2027-04-01T10:00' });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...showtime,
      prices: { standard: { amount: 1_200, currency: 'EUR' }, premium: { amount: 1_800, currency: 'EUR' } },
      salesOpenAt: '2027-04-01T08:00:00.000Z',
      seatsLeft: 4,
    });
    expect((await programme.change(showtime.id, { salesOpenAt: null })).body.salesOpenAt).toBeNull();
    expect((await programme.eventsOf(showtime.id)).map(({ data }) => [data.showtimeVersion, data.moved])).toEqual([
      [1, undefined],
      [2, false],
      [3, false],
    ]);
  });

  it('moves it to another time and room, and its old time is free', async () => {
    const [movie, room, other] = [
      await programme.aMovie(),
      await programme.aRoom(),
      await programme.aRoom({ seatPlan: { layout: ['ss'] } }),
    ];
    const showtime = await programme.aShowtime({ movie, room, startsAt: '2027-05-02T20:00' });
    const { status, body } = await programme.change(showtime.id, { startsAt: '2027-05-02T21:00', roomId: other.id });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      room: { id: other.id },
      startsAtLocal: '2027-05-02T21:00:00',
      endsAt: '2027-05-02T20:40:00.000Z',
      prices: { standard: { amount: 1_200 } },
      seatsLeft: 2,
    });
    expect((await programme.eventsOf(showtime.id))[1]).toMatchObject({
      type: 'showtimes.showtime-changed.v1',
      data: { moved: true, roomId: other.id, seats: 2, startsAt: '2027-05-02T19:00:00.000Z', prices: { standard: 1_200 } },
    });
    expect((await programme.schedule(movie, room, '2027-05-02T20:00')).status).toBe(201);
  });

  it('does not move it while a customer holds a seat', async () => {
    const showtime = await programme.aShowtime({ startsAt: '2027-05-03T20:00' });
    await programme.system.hold(await programme.system.registerCustomer(), showtime.id, ['A1', 'A2']);
    const { body } = await programme.change(showtime.id, { startsAt: '2027-05-03T21:00' });
    expect(body).toMatchObject({ status: 409, code: 'showtimes.seats-taken', seatsTaken: 2 });
    expect((await programme.change(showtime.id, { startsAt: showtime.startsAt, roomId: showtime.room.id })).status).toBe(200);
  });

  it('does not move it onto another, and names that one', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const first = await programme.aShowtime({ movie, room, startsAt: '2027-05-04T18:00' });
    const second = await programme.aShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    const { body } = await programme.change(second.id, { startsAt: '2027-05-04T19:00' });
    expect(body).toMatchObject({ status: 409, code: 'showtimes.overlap', conflictingShowtime: { id: first.id } });
    expect((await programme.system.get(`/showtimes/${second.id}`)).body).toEqual(second);
    expect((await programme.change(second.id, { startsAt: '2027-05-04T19:56' })).status).toBe(200);
  });

  it('needs new prices where the other theatre counts in another currency', async () => {
    const london = await programme.aTheatre({ timeZone: 'Europe/London', currency: 'GBP' });
    const room = await programme.aRoom({}, london.id);
    const showtime = await programme.aShowtime({ startsAt: '2027-05-05T20:00' });
    expect((await programme.change(showtime.id, { roomId: room.id })).body).toMatchObject({ status: 422, code: 'showtimes.price-missing' });
    const { body } = await programme.change(showtime.id, { roomId: room.id, prices: { standard: 1_000, premium: 1_400 } });
    expect(body).toMatchObject({
      theatre: { id: london.id, timeZone: 'Europe/London' },
      startsAt: showtime.startsAt,
      startsAtLocal: '2027-05-05T19:00:00',
      prices: { standard: { amount: 1_000, currency: 'GBP' } },
    });
  });

  it('is nothing when nothing changes', async () => {
    const showtime = await programme.aShowtime();
    expect((await programme.change(showtime.id, {})).body).toEqual(showtime);
    await programme.change(showtime.id, { prices: { standard: 1_200 }, salesOpenAt: null, startsAt: showtime.startsAt });
    expect(await programme.eventsOf(showtime.id)).toHaveLength(1);
  });

  it('counts every one of many at once', async () => {
    const showtime = await programme.aShowtime();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => programme.change(showtime.id, { prices: { standard: 1_200 + i } })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await programme.eventsOf(showtime.id)).map(({ data }) => data.showtimeVersion)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([
    [{ startsAt: null }],
    [{ roomId: null }],
    [{ prices: null }],
    [{ movieId: randomUUID() }],
    [{ status: 'cancelled' }],
    [{ salesOpenAt: 5 }],
  ])('answers 400 to %j', async (wanted) => {
    const showtime = await programme.aShowtime();
    expect((await programme.change(showtime.id, wanted)).status).toBe(400);
  });

  it('refuses what could not be scheduled either', async () => {
    const showtime = await programme.aShowtime();
    const codeOf = async (wanted: object): Promise<unknown> => {
      const { status, body } = await programme.change(showtime.id, wanted);
      return [status, body.code];
    };
    expect(await codeOf({ startsAt: '2020-01-01T20:00' })).toEqual([422, 'showtimes.starts-in-the-past']);
    expect(await codeOf({ roomId: randomUUID() })).toEqual([422, 'showtimes.no-such-room']);
    expect(await codeOf({ prices: { standard: 1 } })).toEqual([422, 'showtimes.price-refused']);
    expect(await codeOf({ salesOpenAt: '2099-01-01T20:00' })).toEqual([422, 'showtimes.sales-open-too-late']);
  });

  it('is for admins only, and of showtimes that are there', async () => {
    const showtime = await programme.aShowtime();
    const customer = await programme.system.registerCustomer();
    for (const method of ['PATCH', 'DELETE']) {
      expect((await programme.system.call(method, `/showtimes/${showtime.id}`, { body: {} })).status).toBe(401);
      expect((await programme.system.call(method, `/showtimes/${showtime.id}`, { body: {}, token: customer.token })).status).toBe(403);
    }
    expect((await programme.change(randomUUID(), { startsAt: '2027-05-05T20:00' })).status).toBe(404);
    expect((await programme.change(randomUUID(), {})).status).toBe(404);
    expect((await programme.cancel(randomUUID())).status).toBe(404);
  });
});

describe('Cancelling a showtime', () => {
  it('answers 200 with it, again and again, and tells it once with its reason', async () => {
    const showtime = await programme.aShowtime();
    const first = await programme.cancel(showtime.id, 'The projector is broken.');
    expect([first.status, first.body]).toEqual([200, { ...showtime, status: 'cancelled' }]);
    expect((await programme.cancel(showtime.id)).body).toEqual(first.body);
    expect((await programme.eventsOf(showtime.id)).slice(1)).toMatchObject([
      {
        type: 'showtimes.showtime-cancelled.v1',
        sequence: 2,
        data: { showtimeId: showtime.id, showtimeVersion: 2, reason: 'The projector is broken.' },
      },
    ]);
  });

  it('is told once, however many do it at once', async () => {
    const showtime = await programme.aShowtime();
    const answers = await Promise.all(Array.from({ length: 6 }, () => programme.cancel(showtime.id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await programme.eventsOf(showtime.id)).toHaveLength(2);
  });

  it('ends every change', async () => {
    const showtime = await programme.aShowtime();
    await programme.cancel(showtime.id);
    for (const wanted of [{ prices: { standard: 1_300 } }, { startsAt: '2027-05-05T20:00' }]) {
      expect((await programme.change(showtime.id, wanted)).body).toMatchObject({ status: 422, code: 'showtimes.showtime-cancelled' });
    }
  });

  it.each(['?reason=', `?reason=${'x'.repeat(201)}`, '?why=because', '?reason=%00'])('answers 400 to %s', async (query) => {
    const showtime = await programme.aShowtime();
    expect((await programme.system.delete(`/showtimes/${showtime.id}${query}`, { token: programme.token })).status).toBe(400);
  });
});
