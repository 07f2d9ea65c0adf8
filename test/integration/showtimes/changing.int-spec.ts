import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { ShowtimeStatuses } from '@app/contracts/showtimes.js';
import { ShowtimesClient } from './showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start();
}, 60_000);
afterAll(() => client?.close());

describe('PATCH /showtimes/:id', () => {
  it('prices and the start of sales change while seats are taken', async () => {
    const showtime = await client.createShowtime({ startsAt: '2027-05-01T20:00' });
    await client.system.hold(await client.system.registerCustomer(), showtime.id, ['A1']);
    const { status, body } = await client.change(showtime.id, { prices: { premium: 1_800 }, salesOpenAt: '2027-04-01T10:00' });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...showtime,
      prices: { standard: { amount: 1_200, currency: 'EUR' }, premium: { amount: 1_800, currency: 'EUR' } },
      salesOpenAt: '2027-04-01T08:00:00.000Z',
      seatsLeft: 4,
    });
    expect((await client.change(showtime.id, { salesOpenAt: null })).body.salesOpenAt).toBeNull();
    expect((await client.eventsOf(showtime.id)).map(({ data }) => [data.showtimeVersion, data.moved])).toEqual([
      [1, undefined],
      [2, false],
      [3, false],
    ]);
  });

  it('a moved showtime frees its old time and room', async () => {
    const [movie, room, other] = [
      await client.addMovie(),
      await client.openRoom(),
      await client.openRoom({ seatPlan: { layout: ['ss'] } }),
    ];
    const showtime = await client.createShowtime({ movie, room, startsAt: '2027-05-02T20:00' });
    const { status, body } = await client.change(showtime.id, { startsAt: '2027-05-02T21:00', roomId: other.id });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      room: { id: other.id },
      startsAtLocal: '2027-05-02T21:00:00',
      endsAt: '2027-05-02T20:40:00.000Z',
      prices: { standard: { amount: 1_200 } },
      seatsLeft: 2,
    });
    expect((await client.eventsOf(showtime.id))[1]).toMatchObject({
      type: 'showtimes.showtime-changed.v1',
      data: { moved: true, roomId: other.id, seats: 2, startsAt: '2027-05-02T19:00:00.000Z', prices: { standard: 1_200 } },
    });
    expect((await client.schedule(movie, room, '2027-05-02T20:00')).status).toBe(201);
  });

  it('other contexts can ask for the last move and for the cancellation', async () => {
    const { id, endsAt } = await client.createShowtime({ startsAt: '2027-05-02T16:00' });
    const endsLater = new Date(Date.parse(endsAt as string) + 3_600_000).toISOString();
    const ask = () => client.system.api.get(QueryBus, { strict: false }).execute(new ShowtimeStatuses([id, randomUUID()]));
    expect(await ask()).toEqual([{ showtimeId: id, version: 1, status: 'scheduled', cancelReason: null, endsAt, lastMove: null }]);
    await client.change(id, { startsAt: '2027-05-02T17:00' });
    await client.change(id, { prices: { premium: 1_800 } });
    const [, moved] = await client.eventsOf(id);
    const lastMove = { version: 2, at: moved!.data.movedAt };
    expect(await ask()).toEqual([{ showtimeId: id, version: 3, status: 'scheduled', cancelReason: null, endsAt: endsLater, lastMove }]);
    await client.cancel(id, 'The projector broke.');
    expect(await ask()).toMatchObject([{ version: 4, status: 'cancelled', cancelReason: 'The projector broke.', lastMove }]);
  });

  it('a showtime with seats taken is not moved', async () => {
    const showtime = await client.createShowtime({ startsAt: '2027-05-03T20:00' });
    await client.system.hold(await client.system.registerCustomer(), showtime.id, ['A1', 'A2']);
    const { body } = await client.change(showtime.id, { startsAt: '2027-05-03T21:00' });
    expect(body).toMatchObject({ status: 409, code: 'showtimes.seats-taken', seatsTaken: 2 });
    expect((await client.change(showtime.id, { startsAt: showtime.startsAt, roomId: showtime.room.id })).status).toBe(200);
  });

  it('a move that overlaps with another showtime is refused with it', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const first = await client.createShowtime({ movie, room, startsAt: '2027-05-04T18:00' });
    const second = await client.createShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    const { body } = await client.change(second.id, { startsAt: '2027-05-04T19:00' });
    expect(body).toMatchObject({ status: 409, code: 'showtimes.overlap', conflictingShowtime: { id: first.id } });
    expect((await client.system.get(`/showtimes/${second.id}`)).body).toEqual(second);
    expect((await client.change(second.id, { startsAt: '2027-05-04T19:56' })).status).toBe(200);
  });

  it('a move to another currency needs new prices', async () => {
    const london = await client.openTheatre({ timeZone: 'Europe/London', currency: 'GBP' });
    const room = await client.openRoom({}, london.id);
    const showtime = await client.createShowtime({ startsAt: '2027-05-05T20:00' });
    expect((await client.change(showtime.id, { roomId: room.id })).body).toMatchObject({ status: 422, code: 'showtimes.price-missing' });
    const { body } = await client.change(showtime.id, { roomId: room.id, prices: { standard: 1_000, premium: 1_400 } });
    expect(body).toMatchObject({
      theatre: { id: london.id, timeZone: 'Europe/London' },
      startsAt: showtime.startsAt,
      startsAtLocal: '2027-05-05T19:00:00',
      prices: { standard: { amount: 1_000, currency: 'GBP' } },
    });
  });

  it('a change to the same terms publishes no event', async () => {
    const showtime = await client.createShowtime();
    expect((await client.change(showtime.id, {})).body).toEqual(showtime);
    await client.change(showtime.id, { prices: { standard: 1_200 }, salesOpenAt: null, startsAt: showtime.startsAt });
    expect(await client.eventsOf(showtime.id)).toHaveLength(1);
  });

  it('six changes at the same moment are six versions', async () => {
    const showtime = await client.createShowtime();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => client.change(showtime.id, { prices: { standard: 1_200 + i } })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await client.eventsOf(showtime.id)).map(({ data }) => data.showtimeVersion)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([
    [{ startsAt: null }],
    [{ roomId: null }],
    [{ prices: null }],
    [{ movieId: randomUUID() }],
    [{ status: 'cancelled' }],
    [{ salesOpenAt: 5 }],
  ])('the change %j is refused with 400', async (wanted) => {
    const showtime = await client.createShowtime();
    expect((await client.change(showtime.id, wanted)).status).toBe(400);
  });

  it('a change is refused as a new showtime would be', async () => {
    const showtime = await client.createShowtime();
    const codeOf = async (wanted: object): Promise<unknown> => {
      const { status, body } = await client.change(showtime.id, wanted);
      return [status, body.code];
    };
    expect(await codeOf({ startsAt: '2020-01-01T20:00' })).toEqual([422, 'showtimes.starts-in-the-past']);
    expect(await codeOf({ roomId: randomUUID() })).toEqual([422, 'showtimes.no-such-room']);
    expect(await codeOf({ prices: { standard: 1 } })).toEqual([422, 'showtimes.price-refused']);
    expect(await codeOf({ salesOpenAt: '2099-01-01T20:00' })).toEqual([422, 'showtimes.sales-open-too-late']);
  });

  it('only an admin changes or cancels, and only known showtimes', async () => {
    const showtime = await client.createShowtime();
    const customer = await client.system.registerCustomer();
    for (const method of ['PATCH', 'DELETE']) {
      expect((await client.system.call(method, `/showtimes/${showtime.id}`, { body: {} })).status).toBe(401);
      expect((await client.system.call(method, `/showtimes/${showtime.id}`, { body: {}, token: customer.token })).status).toBe(403);
    }
    expect((await client.change(randomUUID(), { startsAt: '2027-05-05T20:00' })).status).toBe(404);
    expect((await client.change(randomUUID(), {})).status).toBe(404);
    expect((await client.cancel(randomUUID())).status).toBe(404);
  });
});

describe('DELETE /showtimes/:id', () => {
  it('a showtime cancelled twice is answered twice and publishes one event', async () => {
    const showtime = await client.createShowtime();
    const first = await client.cancel(showtime.id, 'The projector is broken.');
    expect([first.status, first.body]).toEqual([200, { ...showtime, status: 'cancelled' }]);
    expect((await client.cancel(showtime.id)).body).toEqual(first.body);
    expect((await client.eventsOf(showtime.id)).slice(1)).toMatchObject([
      {
        type: 'showtimes.showtime-cancelled.v1',
        sequence: 2,
        data: { showtimeId: showtime.id, showtimeVersion: 2, reason: 'The projector is broken.' },
      },
    ]);
  });

  it('six cancellations at the same moment publish one event', async () => {
    const showtime = await client.createShowtime();
    const answers = await Promise.all(Array.from({ length: 6 }, () => client.cancel(showtime.id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await client.eventsOf(showtime.id)).toHaveLength(2);
  });

  it('a cancelled showtime cannot be changed', async () => {
    const showtime = await client.createShowtime();
    await client.cancel(showtime.id);
    for (const wanted of [{ prices: { standard: 1_300 } }, { startsAt: '2027-05-05T20:00' }]) {
      expect((await client.change(showtime.id, wanted)).body).toMatchObject({ status: 422, code: 'showtimes.showtime-cancelled' });
    }
  });

  it.each(['?reason=', `?reason=${'x'.repeat(201)}`, '?why=because', '?reason=%00'])(
    'a cancellation with %s is refused with 400',
    async (query) => {
      const showtime = await client.createShowtime();
      expect((await client.system.delete(`/showtimes/${showtime.id}${query}`, { token: client.token })).status).toBe(400);
    },
  );
});

describe('Audit entries', () => {
  it('scheduling, changing and cancelling a showtime leave one audit entry each', async () => {
    const { id, movie, room, startsAt } = await client.createShowtime();
    for (let i = 0; i < 2; i++) await client.change(id, { prices: { standard: 1_300 } });
    expect((await client.change(id, { prices: { standard: 1 } })).status).toBe(422);
    for (let i = 0; i < 2; i++) await client.cancel(id, 'The projector is broken.');
    expect(await client.auditOf(id)).toEqual([
      {
        action: 'showtimes.schedule-showtime',
        details: { movieId: movie.id, roomId: room.id, startsAt, prices: { standard: 1_200, premium: 1_500 }, salesOpenAt: null },
      },
      { action: 'showtimes.change-showtime', details: { prices: { standard: 1_300, premium: 1_500 } } },
      { action: 'showtimes.cancel-showtime', details: { reason: 'The projector is broken.' } },
    ]);
  });
});
