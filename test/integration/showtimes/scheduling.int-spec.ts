import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Programme } from './programme.js';

let programme: Programme;
beforeAll(async () => {
  programme = await Programme.open();
}, 60_000);
afterAll(() => programme?.close());

describe('Scheduling a showtime', () => {
  it('answers 201 with the showtime and where it is', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom({ name: 'Great hall' })];
    const { status, body, headers } = await programme.schedule(movie, room, '2027-07-01T20:15', {
      salesOpenAt: '2027-06-01T10:00:00+02:00',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      status: 'scheduled',
      movie: { id: movie.id, title: movie.title, runtimeMinutes: 100 },
      theatre: { id: programme.theatre.id, name: programme.theatre.name, timeZone: 'Europe/Berlin' },
      room: { id: room.id, name: 'Great hall' },
      startsAt: '2027-07-01T18:15:00.000Z',
      startsAtLocal: '2027-07-01T20:15:00',
      endsAt: '2027-07-01T19:55:00.000Z',
      prices: { standard: { amount: 1_200, currency: 'EUR' }, premium: { amount: 1_500, currency: 'EUR' } },
      seatsLeft: 5,
      salesOpenAt: '2027-06-01T08:00:00.000Z',
    });
    expect(headers.get('location')).toBe(`/api/v1/showtimes/${body.id}`);
    expect((await programme.system.get(`/showtimes/${body.id}`)).body).toEqual(body);
    expect(await programme.eventsOf(body.id)).toMatchObject([
      {
        type: 'showtimes.showtime-scheduled.v1',
        sequence: 1,
        data: { showtimeVersion: 1, seats: 5, seatPlanVersion: 1 },
      },
    ]);
  });

  it('reads a start without an offset on the theatre’s wall clock, over gaps and folds', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const starts = await Promise.all(
      ['2027-03-28T02:30', '2027-10-31T02:30', '2027-10-31T12:00'].map(
        async (startsAt) => (await programme.schedule(movie, room, startsAt)).body,
      ),
    );
    expect(starts.map(({ startsAt, startsAtLocal }) => [startsAt, startsAtLocal])).toEqual([
      ['2027-03-28T01:30:00.000Z', '2027-03-28T03:30:00'],
      ['2027-10-31T00:30:00.000Z', '2027-10-31T02:30:00'],
      ['2027-10-31T11:00:00.000Z', '2027-10-31T12:00:00'],
    ]);
  });

  it('happens once for one Idempotency-Key, even where it would be refused now', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const key = { 'Idempotency-Key': randomUUID() };
    const first = await programme.schedule(movie, room, '2027-07-02T20:15', {}, key);
    const again = await Promise.all([1, 2, 3].map(() => programme.schedule(movie, room, '2027-07-02T20:15', {}, key)));
    for (const { status, body } of again) expect([status, body]).toEqual([201, first.body]);
    expect((await programme.schedule(movie, room, '2027-07-02T20:16', {}, key)).status).toBe(422);
  });

  it('is for admins only', async () => {
    const customer = await programme.system.registerCustomer();
    expect((await programme.system.post('/showtimes', {})).status).toBe(401);
    expect((await programme.system.post('/showtimes', {}, { token: customer.token })).status).toBe(403);
  });

  it('refuses movies and rooms that are not there or not in use any more', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const nobody = { id: randomUUID() };
    const at = '2027-07-03T20:15';
    expect((await programme.schedule(nobody, room, at)).body).toMatchObject({
      status: 422,
      code: 'showtimes.no-such-movie',
      errors: [{ pointer: '/movieId' }],
    });
    expect((await programme.schedule(movie, nobody, at)).body).toMatchObject({ status: 422, code: 'showtimes.no-such-room' });
    await programme.system.expectOk('DELETE', `/rooms/${room.id}`, { token: programme.token });
    expect((await programme.schedule(movie, room, at)).body).toMatchObject({ status: 422, code: 'showtimes.room-closed' });
    await programme.system.expectOk('DELETE', `/movies/${movie.id}`, { token: programme.token });
    const elsewhere = await programme.aRoom();
    expect((await programme.schedule(movie, elsewhere, at)).body).toMatchObject({ status: 422, code: 'showtimes.movie-retired' });
  });

  it.each([
    ['2020-01-01T20:15', {}, 'showtimes.starts-in-the-past'],
    ['2099-01-01T20:15', {}, 'showtimes.starts-too-far-ahead'],
    ['2027-07-04T20:15', { salesOpenAt: '2027-07-04T20:15' }, 'showtimes.sales-open-too-late'],
    ['2027-07-04T20:15', { prices: { standard: 1_200 } }, 'showtimes.price-missing'],
    ['2027-07-04T20:15', { prices: {} }, 'showtimes.price-missing'],
    ['2027-07-04T20:15', { prices: { standard: 49, premium: 1_500 } }, 'showtimes.price-refused'],
    ['2027-07-04T20:15', { prices: { standard: 1_200, premium: 1e21 } }, 'showtimes.price-refused'],
  ])('refuses %s with %j: 422', async (startsAt, own, code) => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    expect((await programme.schedule(movie, room, startsAt, own)).body).toMatchObject({ status: 422, code });
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
  ])('answers 400 to %j', async (own, pointer) => {
    const nobody = { id: randomUUID() };
    const { status, body } = await programme.schedule(nobody, nobody, '2027-07-04T20:15', own);
    expect([status, body.errors?.[0].pointer]).toEqual([400, pointer]);
  });

  it('ignores prices of categories the room lacks, and lets seats be free', async () => {
    const room = await programme.aRoom({ seatPlan: { rows: 1, seatsPerRow: 2 } });
    const { body } = await programme.schedule(await programme.aMovie(), room, '2027-07-05T20:15', { prices: { standard: 0, premium: 1 } });
    expect(body.prices).toEqual({ standard: { amount: 0, currency: 'EUR' } });
  });

  it('keeps the seats it was scheduled on when the room is laid out anew', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const before = await programme.aShowtime({ movie, room, startsAt: '2027-07-06T20:15' });
    await programme.system.expectOk('PUT', `/rooms/${room.id}/seat-plan`, { token: programme.token, body: { rows: 1, seatsPerRow: 9 } });
    const after = await programme.aShowtime({ movie, room, startsAt: '2027-07-07T20:15' });
    expect([before.seatsLeft, after.seatsLeft]).toEqual([5, 9]);
    expect((await programme.system.get(`/showtimes/${before.id}`)).body.seatsLeft).toBe(5);
  });
});

describe('A room', () => {
  it('belongs to one showtime until its cleaning is done; the one who has it is named', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const first = await programme.aShowtime({ movie, room, startsAt: '2027-07-08T20:00' });
    const { body } = await programme.schedule(movie, room, '2027-07-08T21:54:59');
    expect(body).toMatchObject({ status: 409, code: 'showtimes.overlap' });
    expect(body.conflictingShowtime).toEqual({ id: first.id, startsAt: first.startsAt, endsAt: first.endsAt });
    expect((await programme.schedule(movie, room, '2027-07-08T18:06')).body.conflictingShowtime).toMatchObject({ id: first.id });
  });

  it('may be used back to back, before and after', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    for (const startsAt of ['2027-07-08T20:00', '2027-07-08T21:55', '2027-07-08T18:05']) {
      expect((await programme.schedule(movie, room, startsAt)).status).toBe(201);
    }
  });

  it('goes to one of many who want it at once, and the others hear who has it', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => programme.schedule(movie, room, `2027-07-09T20:${String(10 + i)}`)),
    );
    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer !== winners[0])) {
      expect([status, body.code, body.conflictingShowtime.id]).toEqual([409, 'showtimes.overlap', winners[0]!.body.id]);
    }
  });

  it('would go to several without the exclusion constraint', async () => {
    const unguarded = await Programme.open();
    try {
      await unguarded.system.sql('ALTER TABLE showtimes.showtimes DROP CONSTRAINT showtimes_no_overlap');
      const [movie, room] = [await unguarded.aMovie(), await unguarded.aRoom()];
      const answers = await Promise.all(Array.from({ length: 4 }, () => unguarded.schedule(movie, room, '2027-07-09T20:00')));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    } finally {
      await unguarded.close();
    }
  });
});
