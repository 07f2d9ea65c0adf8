import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { ShowtimeEnds } from '../../../libs/showtimes/src/application/showtime-ends.js';
import { Showtimes } from '../../../libs/showtimes/src/domain/showtimes.js';
import { showtimesContract } from '../../../libs/showtimes/src/testing/showtimes.contract.js';
import { ShowtimesClient } from './showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start();
}, 60_000);
afterAll(() => client?.close());

describe('PostgresShowtimes', () => showtimesContract(async () => Promise.resolve(client.system.api.get(Showtimes))));

describe('POST /showtimes', () => {
  it('a new showtime is answered with 201 and its location', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom({ name: 'Large room' })];
    const { status, body, headers } = await client.schedule(movie, room, '2027-07-01T20:15', {
      salesOpenAt: '2027-06-01T10:00:00+02:00',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      status: 'scheduled',
      movie: { id: movie.id, title: movie.title, runtimeMinutes: 100 },
      theatre: { id: client.theatre.id, name: client.theatre.name, timeZone: 'Europe/Berlin' },
      room: { id: room.id, name: 'Large room' },
      startsAt: '2027-07-01T18:15:00.000Z',
      startsAtLocal: '2027-07-01T20:15:00',
      endsAt: '2027-07-01T19:55:00.000Z',
      prices: { standard: { amount: 1_200, currency: 'EUR' }, premium: { amount: 1_500, currency: 'EUR' } },
      seatsLeft: 5,
      salesOpenAt: '2027-06-01T08:00:00.000Z',
    });
    expect(headers.get('location')).toBe(`/api/v1/showtimes/${body.id}`);
    expect((await client.system.get(`/showtimes/${body.id}`)).body).toEqual(body);
    expect(await client.eventsOf(body.id)).toMatchObject([
      {
        type: 'showtimes.showtime-scheduled.v1',
        sequence: 1,
        data: { showtimeVersion: 1, seats: 5, seatPlanVersion: 1 },
      },
    ]);
  });

  it('a start without an offset is local time, also when the clocks change', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const starts = await Promise.all(
      ['2027-03-28T02:30', '2027-10-31T02:30', '2027-10-31T12:00'].map(
        async (startsAt) => (await client.schedule(movie, room, startsAt)).body,
      ),
    );
    expect(starts.map(({ startsAt, startsAtLocal }) => [startsAt, startsAtLocal])).toEqual([
      ['2027-03-28T01:30:00.000Z', '2027-03-28T03:30:00'],
      ['2027-10-31T00:30:00.000Z', '2027-10-31T02:30:00'],
      ['2027-10-31T11:00:00.000Z', '2027-10-31T12:00:00'],
    ]);
  });

  it('a repeated Idempotency-Key schedules one showtime', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const key = { 'Idempotency-Key': randomUUID() };
    const first = await client.schedule(movie, room, '2027-07-02T20:15', {}, key);
    const again = await Promise.all([1, 2, 3].map(() => client.schedule(movie, room, '2027-07-02T20:15', {}, key)));
    for (const { status, body } of again) expect([status, body]).toEqual([201, first.body]);
    expect((await client.schedule(movie, room, '2027-07-02T20:16', {}, key)).status).toBe(422);
  });

  it('only an admin schedules', async () => {
    const customer = await client.system.registerCustomer();
    expect((await client.system.post('/showtimes', {})).status).toBe(401);
    expect((await client.system.post('/showtimes', {}, { token: customer.token })).status).toBe(403);
  });

  it('unknown and retired movies, unknown and closed rooms are refused with 422', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const unknown = { id: randomUUID() };
    const at = '2027-07-03T20:15';
    expect((await client.schedule(unknown, room, at)).body).toMatchObject({
      status: 422,
      code: 'showtimes.no-such-movie',
      errors: [{ pointer: '/movieId' }],
    });
    expect((await client.schedule(movie, unknown, at)).body).toMatchObject({ status: 422, code: 'showtimes.no-such-room' });
    await client.system.expectOk('DELETE', `/rooms/${room.id}`, { token: client.token });
    expect((await client.schedule(movie, room, at)).body).toMatchObject({ status: 422, code: 'showtimes.room-closed' });
    await client.system.expectOk('DELETE', `/movies/${movie.id}`, { token: client.token });
    const elsewhere = await client.openRoom();
    expect((await client.schedule(movie, elsewhere, at)).body).toMatchObject({ status: 422, code: 'showtimes.movie-retired' });
  });

  it.each([
    ['2020-01-01T20:15', {}, 'showtimes.starts-in-the-past'],
    ['2099-01-01T20:15', {}, 'showtimes.starts-too-far-ahead'],
    ['2027-07-04T20:15', { salesOpenAt: '2027-07-04T20:15' }, 'showtimes.sales-open-too-late'],
    ['2027-07-04T20:15', { prices: { standard: 1_200 } }, 'showtimes.price-missing'],
    ['2027-07-04T20:15', { prices: {} }, 'showtimes.price-missing'],
    ['2027-07-04T20:15', { prices: { standard: 49, premium: 1_500 } }, 'showtimes.price-refused'],
    ['2027-07-04T20:15', { prices: { standard: 1_200, premium: 1e21 } }, 'showtimes.price-refused'],
  ])('a start at %s with %j is refused with 422', async (startsAt, own, code) => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    expect((await client.schedule(movie, room, startsAt, own)).body).toMatchObject({ status: 422, code });
  });

  it.each([
    [{ startsAt: 'tomorrow' }, '/startsAt'],
    [{ startsAt: '2027-02-29T20:15' }, '/startsAt'],
    [{ startsAt: 1_798_000_000 }, '/startsAt'],
    [{ startsAt: null }, '/startsAt'],
    [{ movieId: 'metropolis' }, '/movieId'],
    [{ roomId: null }, '/roomId'],
    [{ prices: { standard: 12.5 } }, '/prices/standard'],
    [{ prices: { standard: '1200' } }, '/prices/standard'],
    [{ prices: { standard: -1 } }, '/prices/standard'],
    [{ prices: { standard: null } }, '/prices/standard'],
    [{ prices: { balcony: 1_200 } }, '/prices/balcony'],
    [{ prices: null }, '/prices'],
    [{ prices: [1_200] }, '/prices'],
    [{ salesOpenAt: 'soon' }, '/salesOpenAt'],
    [{ endsAt: '2027-07-04T23:00' }, '/endsAt'],
  ])('a showtime with %j is refused with 400', async (own, pointer) => {
    const unknown = { id: randomUUID() };
    const { status, body } = await client.schedule(unknown, unknown, '2027-07-04T20:15', own);
    expect([status, body.errors?.[0].pointer]).toEqual([400, pointer]);
  });

  it('prices of other categories are ignored, and a price may be 0', async () => {
    const room = await client.openRoom({ seatPlan: { rows: 1, seatsPerRow: 2 } });
    const { body } = await client.schedule(await client.addMovie(), room, '2027-07-05T20:15', { prices: { standard: 0, premium: 1 } });
    expect(body.prices).toEqual({ standard: { amount: 0, currency: 'EUR' } });
  });

  it('a showtime keeps its seats when the room gets a new seat plan', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const before = await client.createShowtime({ movie, room, startsAt: '2027-07-06T20:15' });
    await client.system.expectOk('PUT', `/rooms/${room.id}/seat-plan`, { token: client.token, body: { rows: 1, seatsPerRow: 9 } });
    const after = await client.createShowtime({ movie, room, startsAt: '2027-07-07T20:15' });
    expect([before.seatsLeft, after.seatsLeft]).toEqual([5, 9]);
    expect((await client.system.get(`/showtimes/${before.id}`)).body.seatsLeft).toBe(5);
  });
});

describe('Overlapping showtimes', () => {
  it('a showtime that overlaps, cleaning included, is refused with the other one', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const first = await client.createShowtime({ movie, room, startsAt: '2027-07-08T20:00' });
    const { body } = await client.schedule(movie, room, '2027-07-08T21:54:59');
    expect(body).toMatchObject({ status: 409, code: 'showtimes.overlap' });
    expect(body.conflictingShowtime).toEqual({ id: first.id, startsAt: first.startsAt, endsAt: first.endsAt });
    expect((await client.schedule(movie, room, '2027-07-08T18:06')).body.conflictingShowtime).toMatchObject({ id: first.id });
  });

  it('showtimes may follow each other without a gap', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    for (const startsAt of ['2027-07-08T20:00', '2027-07-08T21:55', '2027-07-08T18:05']) {
      expect((await client.schedule(movie, room, startsAt)).status).toBe(201);
    }
  });

  it('one of twelve requests at the same moment gets the room', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => client.schedule(movie, room, `2027-07-09T20:${String(10 + i)}`)),
    );
    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer !== winners[0])) {
      expect([status, body.code, body.conflictingShowtime.id]).toEqual([409, 'showtimes.overlap', winners[0]!.body.id]);
    }
  });

  it('without the exclusion constraint all requests would get the room', async () => {
    const withoutConstraint = await ShowtimesClient.start();
    try {
      await withoutConstraint.system.sql('ALTER TABLE showtimes.showtimes DROP CONSTRAINT showtimes_no_overlap');
      // It reads what was committed before, and would refuse all but the first.
      vi.spyOn(withoutConstraint.system.api.get(ShowtimeEnds, { strict: false }), 'assertRoomFree').mockResolvedValue();
      const [movie, room] = [await withoutConstraint.addMovie(), await withoutConstraint.openRoom()];
      const answers = await Promise.all(Array.from({ length: 4 }, () => withoutConstraint.schedule(movie, room, '2027-07-09T20:00')));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    } finally {
      await withoutConstraint.close();
    }
  });
});
