import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { cursorAt as cursor, expectSameCost, firstAndHundredth, readingOf } from '../../support/list-readings.js';

const MOVIES = 200_000;
const SHOWTIMES = 100_000;
const ROOMS = 20_000;
const THEATRES = 50;
/** Those with showtimes. */
const USED_ROOMS = 1_000;
const PAGE = 100;

/** The i-th of a kind. */
const id = (kind: number, i: number): string => `00000000-0000-7000-${8_000 + kind}-${String(i).padStart(12, '0')}`;
const sqlId = (kind: number, i: string): string => `('00000000-0000-7000-${8_000 + kind}-' || lpad((${i})::text, 12, '0'))::uuid`;
const [THEATRE, ROOM, MOVIE, GENRE, SHOWTIME] = [0, 1, 2, 3, 4] as const;

const LOADS = [
  `INSERT INTO rooms.theatres (id, version, name, time_zone, currency, opened_at)
   SELECT ${sqlId(THEATRE, 'i')}, 1, 'Theatre ' || i, 'UTC', 'EUR', now() FROM generate_series(0, ${THEATRES - 1}) i`,
  `INSERT INTO rooms.rooms (id, version, theatre_id, name, cleaning_minutes, seats, seat_plan_version, opened_at, closed_at)
   SELECT ${sqlId(ROOM, 'i')}, 1, ${sqlId(THEATRE, `i % ${THEATRES}`)}, 'Room ' || i, 0, 10, 1, now(), CASE WHEN i % 1000 = 999 THEN now() END
   FROM generate_series(0, ${ROOMS - 1}) i`,
  `INSERT INTO rooms.seat_plans (room_id, version, layout, seats, seats_by_category, made_at)
   SELECT id, 1, '["s"]', '[]', '{"standard":10}', now() FROM rooms.rooms`,
  `INSERT INTO movies.movies (id, version, status, title, title_key, description, runtime_minutes, release_date)
   SELECT ${sqlId(MOVIE, 'i')}, 1, CASE WHEN i % 1000 = 999 THEN 'retired' ELSE 'active' END, md5(i::text), md5(i::text), 'A movie.', 100,
     CASE WHEN i % 10 > 0 THEN date '1990-01-01' + i % 9000 END
   FROM generate_series(0, ${MOVIES - 1}) i`,
  `INSERT INTO movies.genres (id, name, name_key) VALUES (${sqlId(GENRE, '0')}, 'Rare', 'rare'), (${sqlId(GENRE, '1')}, 'Common', 'common')`,
  `INSERT INTO movies.movie_genres (movie_id, genre_id)
   SELECT id, ${sqlId(GENRE, '1')} FROM movies.movies UNION ALL (SELECT id, ${sqlId(GENRE, '0')} FROM movies.movies ORDER BY id LIMIT 50)`,
  // Eight a day in each room that is used.
  `INSERT INTO showtimes.showtimes (id, version, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at, ends_at,
     room_free_at, time_zone, starts_at_local, currency, prices, scheduled_at)
   SELECT ${sqlId(SHOWTIME, 'i')}, 1, CASE WHEN i % 5000 = 4999 THEN 'cancelled' ELSE 'scheduled' END, ${sqlId(MOVIE, 'i % 5001')},
     ${sqlId(ROOM, `i % ${USED_ROOMS}`)}, ${sqlId(THEATRE, `i % ${THEATRES}`)}, 1, 10, at, at + interval '100 minutes', at + interval '100 minutes',
     'UTC', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS'), 'EUR', '{"standard":1000}', now()
   FROM (SELECT i, date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day' + (i / ${USED_ROOMS}) * interval '3 hours' AS at_local
         FROM generate_series(0, ${SHOWTIMES - 1}) i) planned, LATERAL (SELECT at_local AT TIME ZONE 'UTC' AS at) instant`,
  'ANALYZE',
];

describe('Lists of movies, rooms and showtimes among many rows', () => {
  let system: InProcessSystem;
  let day: string;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    const client = await system.database.connect();
    // The pool of the tests keeps to the limits of a request.
    await client.query('SET statement_timeout = 0');
    await client.query(`SET TIME ZONE 'UTC'`);
    for (const load of LOADS) await client.query(load);
    client.release();
    day = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
  }, 300_000);
  afterAll(() => system?.close());

  const read = (path: string, table: string) => readingOf(system, { path, table });

  it.each([
    '/movies?limit=100',
    `/movies?limit=100&cursor=${cursor('8', id(MOVIE, 0))}`,
    '/movies?limit=100&status=retired',
    '/movies?limit=49&status=retired,active',
    '/movies?limit=100&sort=-title',
    '/movies?limit=100&sort=-releaseDate',
    `/movies?limit=100&sort=releaseDate&cursor=${cursor('2001-02-03', id(MOVIE, 0))}`,
    '/movies?limit=49&sort=-releaseDate&status=retired,active',
    '/movies?q=c4ca4238&sort=releaseDate',
    `/movies?genre=${id(GENRE, 1)},rare&limit=100`,
    '/movies?q=c4ca4238',
    '/movies?q=no%20movie%20has%20this',
    '/movies?q=a&limit=100',
    `/movies?genre=${id(GENRE, 1)}&limit=100`,
    '/movies?genre=rare&limit=100',
    `/movies?genre=${id(GENRE, 0)}&limit=100`,
  ])('%s reads a page of movies', async (path) => {
    const { sequentially, rows } = await read(path, 'movies');
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(2 * PAGE + 2);
  });

  it.each([
    '/showtimes?limit=100',
    '/showtimes?limit=100&sort=-startsAt',
    `/showtimes?limit=100&cursor=${cursor('2090-01-01T00:00:00.000Z', id(SHOWTIME, 0))}`,
    '/showtimes?limit=100&status=cancelled',
    `/showtimes?limit=100&roomId=${id(ROOM, 7)}`,
    `/showtimes?limit=100&theatreId=${id(THEATRE, 7)}`,
    '/showtimes?limit=100&status=scheduled,cancelled',
    `/showtimes?limit=49&theatreId=${id(THEATRE, 7)},${id(THEATRE, 8)}`,
    `/showtimes?limit=49&roomId=${id(ROOM, 7)},${id(ROOM, 8)}`,
    `/showtimes?limit=100&movieId=${id(MOVIE, 7)}`,
    `/movies/${id(MOVIE, 7)}/showtimes?limit=100`,
  ])('%s reads a page of showtimes', async (path) => {
    const { sequentially, rows } = await read(path, 'showtimes');
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(2 * PAGE + 2);
  });

  it.each([
    () => `/showtimes?limit=100&date=${day}`,
    () => `/showtimes?limit=100&date=${day}&theatreId=${id(THEATRE, 7)}`,
    () => `/theatres/${id(THEATRE, 7)}/programme?date=${day}`,
    () => `/movies?playingOn=${day}&theatreId=${id(THEATRE, 7)}`,
  ])('%s reads the days around this day of one theatre at most', async (path) => {
    const { sequentially, rows } = await read(path(), 'showtimes');
    // A theatre has 160 showtimes a day; the programme reads them twice.
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThan(2_500);
  });

  it.each([
    ['/movies?limit=20', 'movies'],
    [`/movies?genre=${id(GENRE, 1)}&limit=20`, 'movies'],
    ['/showtimes?limit=20', 'showtimes'],
    ['/showtimes?limit=20&sort=-startsAt', 'showtimes'],
    ['/rooms?limit=20', 'rooms'],
  ])('the hundredth page of %s costs what the first does', async (path, table) => {
    expectSameCost(...(await firstAndHundredth(system, { path, table })));
  });

  it.each([
    '/rooms?limit=100',
    '/rooms?limit=100&status=closed',
    `/rooms?limit=100&theatreId=${id(THEATRE, 7)}`,
    '/rooms?limit=100&status=open,closed',
    `/rooms?limit=49&theatreId=${id(THEATRE, 7)},${id(THEATRE, 8)}`,
  ])('%s reads a page of rooms', async (path) => {
    const { sequentially, rows } = await read(path, 'rooms');
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(2 * PAGE + 2);
  });

  it('lists without their indexes are found', async () => {
    await system.sql('DROP INDEX showtimes.showtimes_cancelled');
    expect((await read('/showtimes?status=cancelled&limit=100', 'showtimes')).rows).toBeGreaterThan(5_000);
    await system.sql('DROP INDEX movies.movies_title_parts');
    expect((await read('/movies?q=no%20movie%20has%20this', 'movies')).rows).toBeGreaterThan(50_000);
    await system.sql('DROP INDEX rooms.rooms_closed');
    expect((await read('/rooms?status=closed&limit=100', 'rooms')).rows).toBeGreaterThan(5_000);
  });
});
