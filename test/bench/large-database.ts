/**
 * Fills a database as ten years of a busy circuit would: showtimes every four hours in each room, ten reservations of two seats for each, nine of ten paid,
 * one of ten cancelled with its refund. The rows of the last three months have the events and seat claims that retention has not removed yet.
 */
import type pg from 'pg';

const YEARS = 10;
const SLOT_HOURS = 4;
const SLOTS_PER_ROOM = (YEARS * 365 * 24) / SLOT_HOURS;
/** So that there is something to book. */
const SLOTS_TO_COME = (30 * 24) / SLOT_HOURS;
const RESERVATIONS_PER_SHOWTIME = 10;
const RESERVATIONS_PER_CUSTOMER = 20;
const MAX_MOVIES_COUNT = 10_000;
/** As retention leaves it (docs/retention.md). */
const KEPT = `interval '90 days'`;
/** One statement: an interrupted run leaves whole showtimes, and no statement needs much memory. */
const STATEMENT_ROWS = 10_000;
const PRICE = 1_250;

/** A UUID that sorts by this time, as the product's own; `kind` and the number keep it unique. */
const uuid = (at: string, kind: number, n: string): string =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex((${n})::bigint % 4096), 3, '0') || '8' || lpad(to_hex(${kind}), 3, '0') || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
/** One that only needs to be found again. */
const fixed = (kind: number, n: string): string =>
  `('00000000-0000-7000-8${String(kind).padStart(3, '0')}-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
const [THEATRE, ROOM, MOVIE, USER, SHOWTIME, RESERVATION, PAYMENT, REFUND, EVENT] = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

interface LargeDatabase {
  readonly reservations: number;
  readonly showtimes: number;
  readonly movies: number;
  readonly rooms: number;
  readonly customers: number;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000 };

/** `200k`, `1M`. Null where it is no such number. */
export function parseSize(text: string): number | null {
  const [, digits, unit] = /^([1-9]\d*)([kM]?)$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * UNITS[unit!]!;
}

/** The database needs a room with at least twenty seats and a movie, of which copies are made. Throws when there is none, or when it was filled before. */
export async function fillLargeDatabase(client: pg.ClientBase, reservations: number, log: (line: string) => void): Promise<LargeDatabase> {
  const showtimes = Math.ceil(reservations / RESERVATIONS_PER_SHOWTIME);
  const size: LargeDatabase = {
    reservations: showtimes * RESERVATIONS_PER_SHOWTIME,
    showtimes,
    rooms: Math.ceil(showtimes / SLOTS_PER_ROOM),
    movies: Math.min(MAX_MOVIES_COUNT, Math.max(1, Math.ceil(showtimes / 10))),
    customers: Math.ceil(reservations / RESERVATIONS_PER_CUSTOMER),
  };
  await client.query(`SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off`);
  await assertRoomToCopy(client);
  for (const statement of programme(size)) await client.query(statement);
  for (let first = 0; first < showtimes; first += STATEMENT_ROWS) {
    const last = Math.min(first + STATEMENT_ROWS, showtimes) - 1;
    for (const statement of [...showtimesOf(size, first, last), ...reservationsOf(size, first, last)]) await client.query(statement);
    log(`${((last + 1) * RESERVATIONS_PER_SHOWTIME).toLocaleString('en')} of ${size.reservations.toLocaleString('en')} reservations`);
  }
  await client.query(NUMBER_EVENTS);
  for (const statement of SEARCHED) await client.query(statement);
  await client.query('VACUUM ANALYZE');
  return size;
}

async function assertRoomToCopy(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ rooms: number; movies: number; copies: number }>(
    `SELECT (SELECT count(*)::int FROM rooms.rooms WHERE seats >= ${2 * RESERVATIONS_PER_SHOWTIME}) AS rooms, (SELECT count(*)::int FROM movies.movies) AS movies,
       (SELECT count(*)::int FROM rooms.theatres WHERE id = ${fixed(THEATRE, '0')}) AS copies`,
  );
  const { rooms, movies, copies } = rows[0]!;
  if (copies > 0) throw new Error('This database was filled before; take a new one.');
  if (rooms === 0 || movies === 0)
    throw new Error('There is no room with twenty seats, or no movie, to make copies of: start the product with it once.');
}

/** What is copied: the oldest large room with its plan, and a movie. */
const SAMPLE = `(SELECT r.*, t.currency, t.time_zone, p.layout, p.seats AS plan, p.seats_by_category FROM rooms.rooms r JOIN rooms.theatres t ON t.id = r.theatre_id
  JOIN rooms.seat_plans p ON p.room_id = r.id AND p.version = r.seat_plan_version WHERE r.seats >= ${2 * RESERVATIONS_PER_SHOWTIME} ORDER BY r.id LIMIT 1) AS sample`;

function programme({ rooms, movies, customers }: LargeDatabase): string[] {
  return [
    `INSERT INTO rooms.theatres (id, version, name, time_zone, currency, opened_at)
     SELECT ${fixed(THEATRE, 'n')}, 1, 'Large theatre ' || n, time_zone, currency, now() - interval '${YEARS} years' FROM ${SAMPLE}, generate_series(0, ${rooms - 1}) n`,
    `INSERT INTO rooms.rooms (id, version, theatre_id, name, cleaning_minutes, seats, seat_plan_version, opened_at)
     SELECT ${fixed(ROOM, 'n')}, 1, ${fixed(THEATRE, 'n')}, 'Room 1', cleaning_minutes, seats, 1, now() - interval '${YEARS} years' FROM ${SAMPLE}, generate_series(0, ${rooms - 1}) n`,
    `INSERT INTO rooms.seat_plans (room_id, version, layout, seats, seats_by_category, made_at)
     SELECT ${fixed(ROOM, 'n')}, 1, layout, plan, seats_by_category, now() - interval '${YEARS} years' FROM ${SAMPLE}, generate_series(0, ${rooms - 1}) n`,
    `INSERT INTO movies.movies (id, version, status, title, title_key, description, runtime_minutes)
     SELECT ${fixed(MOVIE, 'n')}, 1, 'active', 'Large movie ' || n, 'large movie ' || n, 'One of many.', 100 FROM generate_series(0, ${movies - 1}) n`,
    // Without a password: nobody can log in with these accounts.
    `INSERT INTO auth.users (id, version, email, full_name, password_hash, role, active, created_at, language, staff_roles)
     SELECT ${fixed(USER, 'n')}, 1, 'large-' || n || '@example.com', 'One of many', '', 'customer', true, now() - interval '1 year', 'en', '{}'
     FROM generate_series(0, ${customers - 1}) n`,
    `INSERT INTO reports.movies (movie_id, title, sequence) SELECT id, title, 1 FROM movies.movies WHERE title LIKE 'Large movie %'`,
    `INSERT INTO reports.theatres (theatre_id, name, time_zone, sequence) SELECT id, name, time_zone, 1 FROM rooms.theatres WHERE name LIKE 'Large theatre %'`,
  ];
}

/** The n-th showtime: its room, and when it starts. The last ones are a month ahead. */
const planned = ({ rooms, showtimes }: LargeDatabase, first: number, last: number): string =>
  `(SELECT n, n % ${rooms} AS room,
      date_trunc('hour', now()) + ((n / ${rooms}) - ${Math.ceil(showtimes / rooms) - SLOTS_TO_COME}) * interval '${SLOT_HOURS} hours' AS at
    FROM generate_series(${first}, ${last}) n) AS planned`;

function showtimesOf(size: LargeDatabase, first: number, last: number): string[] {
  return [
    `INSERT INTO showtimes.showtimes (id, version, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at, ends_at, room_free_at, time_zone,
       starts_at_local, currency, prices, scheduled_at)
     SELECT ${uuid(`at - interval '14 days'`, SHOWTIME, 'n')}, 1, 'scheduled', ${fixed(MOVIE, `(n::bigint * 7919) % ${size.movies}`)}, ${fixed(ROOM, 'room')}, ${fixed(THEATRE, 'room')}, 1, seats,
       at, at + interval '100 minutes', at + interval '115 minutes', time_zone, to_char(at AT TIME ZONE time_zone, 'YYYY-MM-DD"T"HH24:MI:SS'), currency,
       (SELECT jsonb_object_agg(category, ${PRICE}) FROM jsonb_object_keys(seats_by_category) category), at - interval '14 days'
     FROM ${SAMPLE}, ${planned(size, first, last)}`,
    `INSERT INTO reports.showtimes (showtime_id, movie_id, theatre_id, room_id, capacity, starts_at, cancelled, sequence)
     SELECT id, movie_id, theatre_id, room_id, seats, starts_at, false, 1 FROM showtimes.showtimes s, ${planned(size, first, last)}
     WHERE s.id = ${uuid(`at - interval '14 days'`, SHOWTIME, 'n')}`,
  ];
}

/** The ten reservations of each showtime; the last one is paid and cancelled, the one before it was never paid. */
function reservationsOf(size: LargeDatabase, first: number, last: number): string[] {
  const made = `(SELECT n, i, at, n::bigint * ${RESERVATIONS_PER_SHOWTIME} + i AS number, at - interval '3 days' + i * interval '1 hour' AS made,
     CASE WHEN i = ${RESERVATIONS_PER_SHOWTIME - 1} THEN 'cancelled' WHEN i = ${RESERVATIONS_PER_SHOWTIME - 2} THEN 'expired' WHEN at + interval '100 minutes' < now() THEN 'completed' ELSE 'confirmed' END AS status
     FROM ${planned(size, first, last)}, generate_series(0, ${RESERVATIONS_PER_SHOWTIME - 1}) i
     WHERE at - interval '3 days' + i * interval '1 hour' < now()) AS made`;
  const id = uuid('made', RESERVATION, 'number');
  const paymentId = uuid('made', PAYMENT, 'number');
  const showtimeId = uuid(`at - interval '14 days'`, SHOWTIME, 'n');
  const customerId = fixed(USER, `number % ${size.customers}`);
  const isPaid = `status <> 'expired'`;
  const seat = (which: number): string => `plan -> (i * 2 + ${which}) ->> 'label'`;
  const sold = (which: number): string =>
    `jsonb_build_object('label', ${seat(which)}, 'category', plan -> (i * 2 + ${which}) ->> 'category', 'price', jsonb_build_object('amount', ${PRICE}, 'currency', currency))`;
  const isKept = `made > now() - ${KEPT}`;
  return [
    `INSERT INTO reservations.reservations (id, version, code, customer_id, showtime_id, showtime_version, status, seats, total, currency, starts_at, ends_at, held_until,
       extended, refund_until, payment_id, late, created_at, confirmed_at, ended_at, end_reason, refund_due, refund_owed_at, refund_reason, change_refund, no_show, disputes, disputed)
     SELECT ${id}, 2, 'L' || lpad(upper(to_hex(number)), 9, '0'), ${customerId}, ${showtimeId}, 1, status, jsonb_build_array(${sold(0)}, ${sold(1)}), ${2 * PRICE}, currency, at,
       at + interval '100 minutes', made + interval '30 minutes', false, at - interval '2 hours', CASE WHEN ${isPaid} THEN ${paymentId} END, false, made,
       CASE WHEN ${isPaid} THEN made + interval '5 minutes' END, CASE WHEN status <> 'confirmed' THEN made + interval '31 minutes' END,
       CASE status WHEN 'cancelled' THEN 'cancelled-by-customer' WHEN 'expired' THEN 'expired' END,
       CASE WHEN status = 'cancelled' THEN ${2 * PRICE} END, CASE WHEN status = 'cancelled' THEN made + interval '31 minutes' END,
       CASE WHEN status = 'cancelled' THEN 'reservation-cancelled' END, 0, false, '[]', false
     FROM ${SAMPLE}, ${made}`,
    `INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id)
     SELECT ${showtimeId}, seat, ${id} FROM ${SAMPLE}, ${made}, unnest(ARRAY[${seat(0)}, ${seat(1)}]) seat WHERE ${isKept} AND status IN ('completed', 'confirmed')`,
    `INSERT INTO payments.payments (id, version, reservation_id, customer_id, amount, currency, status, intent_id, captured, captured_currency, refunded, created_at, settled_at)
     SELECT ${paymentId}, 2, ${id}, ${customerId}, ${2 * PRICE}, currency, 'succeeded', 'pi_large_' || number, ${2 * PRICE}, currency,
       CASE WHEN status = 'cancelled' THEN ${2 * PRICE} ELSE 0 END, made + interval '2 minutes', made + interval '5 minutes' FROM ${SAMPLE}, ${made} WHERE ${isPaid}`,
    `INSERT INTO payments.refunds (id, payment_id, reason, amount, currency, status, stripe_refund_id, failed_stripe_refund_ids, created_at, changed_at)
     SELECT ${uuid('made', REFUND, 'number')}, ${paymentId}, 'reservation-cancelled', ${2 * PRICE}, currency, 'succeeded', 're_large_' || number, '[]',
       made + interval '31 minutes', made + interval '32 minutes' FROM ${SAMPLE}, ${made} WHERE status = 'cancelled'`,
    `INSERT INTO reservations.payment_outcomes (payment_id, reservation_id, outcome, decided_at)
     SELECT ${paymentId}, ${id}, 'confirmed', made + interval '5 minutes' FROM ${made} WHERE ${isPaid}`,
    `INSERT INTO reports.reservations (reservation_id, showtime_id, seats_sold, sequence)
     SELECT ${id}, ${showtimeId}, CASE WHEN status = 'cancelled' THEN 0 ELSE 2 END, 2 FROM ${made} WHERE ${isPaid}`,
    `INSERT INTO reports.money (id, payment_id, reservation_id, amount, currency, at, sequence, lost_in_dispute)
     SELECT ${paymentId}, ${paymentId}, ${id}, ${2 * PRICE}, currency, made + interval '5 minutes', 2, false FROM ${SAMPLE}, ${made} WHERE ${isPaid}
     UNION ALL SELECT ${uuid('made', REFUND, 'number')}, ${paymentId}, ${id}, ${-2 * PRICE}, currency, made + interval '32 minutes', 3, false FROM ${SAMPLE}, ${made} WHERE status = 'cancelled'`,
    `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at)
     SELECT ${uuid('made', EVENT, 'number')}, 'reservations.seats-held.v1', ${id}, 1, made,
       jsonb_build_object('reservationId', ${id}, 'showtimeId', ${showtimeId}, 'seats', jsonb_build_array(${seat(0)}, ${seat(1)})), made FROM ${SAMPLE}, ${made} WHERE ${isKept} ORDER BY made`,
  ];
}

/** The searches for lost events have been there. Otherwise the worker reads ten years of payments beside what is measured. */
const SEARCHED = [
  'UPDATE reservations.settlement_watermark SET settled_until = now()',
  'UPDATE payments.owed_refunds_watermark SET requested_until = now()',
];

/** As the relay numbers what it publishes (decision 19). */
const NUMBER_EVENTS = `WITH head AS (UPDATE messaging.feed_positions SET position = position + (SELECT count(*) FROM messaging.outbox WHERE published_position IS NULL AND published_at IS NOT NULL)
    WHERE name = 'published' RETURNING position),
  numbered AS (SELECT position, row_number() OVER (ORDER BY position DESC) - 1 AS back FROM messaging.outbox WHERE published_position IS NULL AND published_at IS NOT NULL)
  UPDATE messaging.outbox o SET published_position = head.position - numbered.back FROM head, numbered WHERE numbered.position = o.position`;
