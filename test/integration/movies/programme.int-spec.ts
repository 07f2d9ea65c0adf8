import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import pg from 'pg';
import type { Json } from '../../support/http-client.js';
import { textOfRequest } from '../../support/statements.js';
import { ShowtimesClient } from '../showtimes/showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start();
});
afterAll(() => client?.close());
afterEach(() => {
  vi.restoreAllMocks();
});

const programmeOf = (theatre: Json, date: string): Promise<Json> =>
  client.system.expectOk('GET', `/theatres/${theatre.id}/programme?date=${date}`, {});
const shown = ({ movies }: Json): unknown =>
  movies.map(({ id, showtimes }: Json) => [id, showtimes.map((showtime: Json) => showtime.id as string)]);

/** How many statements a request sends to PostgreSQL. */
async function statementsOf(path: string): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  await client.system.expectOk('GET', path, {});
  const count = query.mock.calls.filter(([statement]) => textOfRequest(statement) !== null).length;
  vi.restoreAllMocks();
  return count;
}

describe('GET /theatres/:id/programme', () => {
  it('a day has its movies by title, each with its showtimes by start', async () => {
    const [theatre, marker] = [await client.openTheatre(), randomUUID()];
    const [room, other] = [await client.openRoom({}, theatre.id), await client.openRoom({}, theatre.id)];
    const [zeta, alpha] = [await client.addMovie({ title: `${marker} zeta` }), await client.addMovie({ title: `${marker} Alpha` })];
    const late = await client.createShowtime({ movie: zeta, room, startsAt: '2027-03-01T22:00' });
    const early = await client.createShowtime({ movie: zeta, room: other, startsAt: '2027-03-01T18:00' });
    const only = await client.createShowtime({ movie: alpha, room, startsAt: '2027-03-01T14:00' });
    const cancelled = await client.createShowtime({ movie: alpha, room: other, startsAt: '2027-03-01T10:00' });
    await client.cancel(cancelled.id);
    await client.createShowtime({ movie: alpha, room, startsAt: '2027-03-02T14:00' });
    await client.createShowtime({ movie: alpha, startsAt: '2027-03-01T14:00' });

    const programme = await programmeOf(theatre, '2027-03-01');
    expect(shown(programme)).toEqual([
      [alpha.id, [only.id]],
      [zeta.id, [early.id, late.id]],
    ]);
    expect(programme).toMatchObject({
      theatre: { id: theatre.id, name: theatre.name, timeZone: 'Europe/Berlin' },
      date: '2027-03-01',
      movies: [{ title: alpha.title, poster: null, genres: [], moreShowtimes: false }, { title: zeta.title }],
    });
    const { status: _, movie: __, ...fields } = only;
    expect(programme.movies[0].showtimes[0]).toEqual(fields);
  });

  it('the day is that of the theatre, and today when it is left out', async () => {
    const theatre = await client.openTheatre({ timeZone: 'Pacific/Auckland', currency: 'NZD' });
    const room = await client.openRoom({}, theatre.id);
    const lateInAuckland = await client.createShowtime({ room, startsAt: '2027-06-15T23:30' });
    expect(shown(await programmeOf(theatre, '2027-06-15'))).toEqual([[lateInAuckland.movie.id, [lateInAuckland.id]]]);
    expect(shown(await programmeOf(theatre, '2027-06-16'))).toEqual([]);
    const { date } = await client.system.expectOk('GET', `/theatres/${theatre.id}/programme`, {});
    const now = await client.system.now();
    expect(date).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Pacific/Auckland' }).format(now));
  });

  it('a movie that was retired since stays in the programme of its days', async () => {
    const showtime = await client.createShowtime({ startsAt: '2027-04-01T20:00' });
    await client.system.sql(`UPDATE movies.movies SET status = 'retired' WHERE id = $1`, [showtime.movie.id]);
    const { movies } = await programmeOf(client.theatre, '2027-04-01');
    expect(movies).toMatchObject([{ id: showtime.movie.id, status: 'retired' }]);
  });

  it('the number of statements does not depend on how much is shown', async () => {
    const theatre = await client.openTheatre();
    const path = `/theatres/${theatre.id}/programme?date=2027-05-01`;
    const room = await client.openRoom({}, theatre.id);
    await client.createShowtime({ room, startsAt: '2027-05-01T10:00' });
    const ofOne = await statementsOf(path);
    for (const hour of ['12', '14', '16', '18', '20']) await client.createShowtime({ room, startsAt: `2027-05-01T${hour}:00` });
    expect(await statementsOf(path)).toBe(ofOne);
    expect(ofOne).toBeLessThanOrEqual(6);
  });

  it('an unchanged programme is 304, one with a seat less is sent again', async () => {
    const showtime = await client.createShowtime({ startsAt: '2027-07-01T20:00' });
    const path = `/theatres/${client.theatre.id}/programme?date=2027-07-01`;
    const etag = (await client.system.get(path)).headers.get('etag')!;
    expect((await client.system.get(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const { token } = await client.system.registerCustomer();
    await client.system.expectOk('POST', '/reservations', { token, body: { showtimeId: showtime.id, seats: ['A1'] } });
    const { body } = await client.system.get(path, { headers: { 'if-none-match': etag } });
    expect(body.movies[0].showtimes[0].seatsLeft).toBe(4);
  });

  it('an unknown theatre is 404, a day that does not exist 400', async () => {
    expect((await client.system.get(`/theatres/${randomUUID()}/programme`)).body).toMatchObject({ code: 'movies.theatre-not-found' });
    for (const date of ['2027-02-29', '2027-1-1', 'today', '0000-01-01', '99999-01-01']) {
      expect((await client.system.get(`/theatres/${client.theatre.id}/programme?date=${date}`)).status).toBe(400);
    }
    for (const date of ['1888-01-01', '9999-12-31']) expect(await programmeOf(client.theatre, date)).toMatchObject({ movies: [] });
  });
});

describe('GET /movies?playingOn', () => {
  it('movies of a day carry its showtimes, in all theatres or in those that are named', async () => {
    const [marker, theatre] = [randomUUID(), await client.openTheatre()];
    const [movie, unscheduled] = [await client.addMovie({ title: `${marker} b` }), await client.addMovie({ title: `${marker} a` })];
    const here = await client.createShowtime({ movie, startsAt: '2027-08-01T20:00' });
    const there = await client.createShowtime({ movie, room: await client.openRoom({}, theatre.id), startsAt: '2027-08-01T18:00' });
    const listed = async (query: string) => {
      const { data } = await client.system.expectOk('GET', `/movies?q=${marker}&${query}`, {});
      return data.map(({ id, showtimes }: Json) => [id, showtimes?.map((showtime: Json) => showtime.id as string)]);
    };
    expect(await listed('playingOn=2027-08-01')).toEqual([[movie.id, [there.id, here.id]]]);
    expect(await listed(`playingOn=2027-08-01&theatreId=${theatre.id}`)).toEqual([[movie.id, [there.id]]]);
    expect(await listed(`playingOn=2027-08-01&theatreId=${theatre.id},${client.theatre.id}`)).toEqual([[movie.id, [there.id, here.id]]]);
    expect(await listed('playingOn=2027-08-02')).toEqual([]);
    expect(await listed('')).toEqual([
      [unscheduled.id, undefined],
      [movie.id, undefined],
    ]);
  });

  it('pages go on, and a movie with too many showtimes says so', async () => {
    const [marker, room] = [randomUUID(), await client.openRoom()];
    const [often, once] = [
      await client.addMovie({ title: `${marker} a`, runtimeMinutes: 1 }),
      await client.addMovie({ title: `${marker} b` }),
    ];
    const first = await client.createShowtime({ movie: often, room, startsAt: '2027-09-01T00:00' });
    // 50 more of the day, a row for each.
    await client.system.sql(
      `INSERT INTO showtimes.showtimes (id, version, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at, ends_at,
         room_free_at, time_zone, starts_at_local, currency, prices, scheduled_at)
       SELECT gen_random_uuid(), 1, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at + i * interval '20 minutes',
         ends_at + i * interval '20 minutes', room_free_at + i * interval '20 minutes', time_zone, starts_at_local, currency, prices, scheduled_at
       FROM showtimes.showtimes, generate_series(1, 50) i WHERE id = $1`,
      [first.id],
    );
    await client.createShowtime({ movie: once, startsAt: '2027-09-01T20:00' });
    const { data, page } = await client.system.expectOk('GET', `/movies?q=${marker}&playingOn=2027-09-01&limit=1`, {});
    expect(data).toMatchObject([{ id: often.id, moreShowtimes: true }]);
    expect(data[0].showtimes).toHaveLength(50);
    const next = await client.system.expectOk('GET', `/movies?q=${marker}&playingOn=2027-09-01&limit=1&cursor=${page.nextCursor}`, {});
    expect(next).toMatchObject({ data: [{ id: once.id, moreShowtimes: false }], page: { nextCursor: null } });
  });

  it.each(['playingOn=2027-02-29', 'playingOn=', `theatreId=${randomUUID()}`, 'playingOn=2027-01-01&theatreId=1'])(
    'a list with %s is refused with 400',
    async (query) => expect((await client.system.get(`/movies?${query}`)).status).toBe(400),
  );
});
