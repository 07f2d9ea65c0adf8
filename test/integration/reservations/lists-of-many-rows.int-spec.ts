import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { cursorAt, expectSameCost, firstAndHundredth, readingOf } from '../../support/list-readings.js';

const RESERVATIONS = 100_000;
const SHOWTIMES = 1_000;
const CUSTOMERS = 10_000;
const PAGE = 100;

/** The i-th of a kind. */
const id = (kind: number, i: number): string => `00000000-0000-7000-${8_000 + kind}-${String(i).padStart(12, '0')}`;
const sqlId = (kind: number, i: string): string => `('00000000-0000-7000-${8_000 + kind}-' || lpad((${i})::text, 12, '0'))::uuid`;
const [SHOWTIME, CUSTOMER, RESERVATION] = [0, 1, 2] as const;

/** Copies of one showtime and of one reservation, with the differences that lists look at. */
const LOADS = [
  // One every three hours, half of them over.
  `INSERT INTO showtimes.showtimes
   SELECT copy.* FROM showtimes.showtimes s, generate_series(0, ${SHOWTIMES - 1}) i,
     LATERAL (SELECT s.starts_at + interval '30 days' + (i - ${SHOWTIMES / 2}) * interval '3 hours' AS at) planned,
     LATERAL jsonb_populate_record(s, jsonb_build_object('id', ${sqlId(SHOWTIME, 'i')}, 'starts_at', at, 'ends_at', at + interval '100 minutes',
     'room_free_at', at + interval '100 minutes')) copy
   WHERE at < s.starts_at - interval '1 day' OR at > s.starts_at + interval '1 day'`,
  // One in two hundred is held, one in a thousand is disputed, one in a hundred did not come.
  `INSERT INTO reservations.reservations
   SELECT copy.* FROM generate_series(0, ${RESERVATIONS - 1}) i
     JOIN showtimes.showtimes s ON s.id = ${sqlId(SHOWTIME, `(i * 7919) % ${SHOWTIMES}`)}, reservations.reservations r,
     LATERAL jsonb_populate_record(r, jsonb_build_object('id', ${sqlId(RESERVATION, 'i')}, 'code', lpad(upper(to_hex(i)), 8, '0'),
     'customer_id', ${sqlId(CUSTOMER, `i % ${CUSTOMERS}`)}, 'showtime_id', s.id, 'starts_at', s.starts_at, 'ends_at', s.ends_at,
     'status', CASE WHEN i % 200 = 7 THEN 'held' WHEN i % 10 = 1 THEN 'cancelled' WHEN i % 10 = 2 THEN 'expired'
       WHEN s.starts_at > now() THEN 'confirmed' ELSE 'completed' END,
     'refund_due', CASE WHEN i % 200 <> 7 AND i % 10 = 1 THEN 0 END, 'refund_owed_at', CASE WHEN i % 200 <> 7 AND i % 10 = 1 THEN now() END,
     'refund_reason', CASE WHEN i % 200 <> 7 AND i % 10 = 1 THEN 'reservation-cancelled' END,
     'disputed', i % 1000 = 3, 'no_show', i % 100 = 4)) copy`,
  'ANALYZE',
];

describe('Lists of reservations among 100,000', () => {
  let system: InProcessSystem;
  let admin: string;
  let customer: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    [admin, customer] = [await system.adminToken(), await system.registerCustomer()];
    await system.hold(customer, (await system.createShowtime()).showtimeId, ['A1']);
    const client = await system.database.connect();
    // The pool of the tests keeps to the limits of a request.
    await client.query('SET statement_timeout = 0');
    for (const load of LOADS) await client.query(load);
    // The customer is one of those with ten reservations.
    await client.query(`UPDATE reservations.reservations SET customer_id = $1 WHERE customer_id = $2`, [customer.id, id(CUSTOMER, 0)]);
    client.release();
  }, 300_000);
  afterAll(() => system?.close());

  const read = (path: string, token = admin) => readingOf(system, { path, token, table: 'reservations' });
  const middle = cursorAt(id(RESERVATION, RESERVATIONS / 2));
  const now = cursorAt(new Date().toISOString(), id(RESERVATION, 0));
  const BY_START = ['startsAt', '-startsAt'].flatMap((sort) => [`sort=${sort}`, `sort=${sort}&cursor=${now}`]);
  const ORDERS = ['sort=-createdAt', 'sort=createdAt', `sort=createdAt&cursor=${middle}`, ...BY_START];

  it.each([...ORDERS, ...BY_START.map((order) => `${order}&status=completed`), 'disputed=false', 'noShow=false'])(
    'for admins, %s reads a page',
    async (query) => {
      const { sequentially, rows } = await read(`/admin/reservations?limit=${PAGE}&${query}`);
      expect(sequentially).toEqual([]);
      expect(rows).toBeLessThanOrEqual(2 * PAGE + 2);
    },
  );

  it.each(['sort=-createdAt', 'sort=createdAt', 'sort=startsAt', 'status=completed', 'disputed=false&sort=-startsAt'])(
    'for admins, the hundredth page of %s costs what the first does',
    async (query) => {
      const request = { path: `/admin/reservations?limit=20&${query}`, token: admin, table: 'reservations' };
      const [first, hundredth] = await firstAndHundredth(system, request);
      expectSameCost(first, hundredth);
    },
  );

  const FILTERS = [
    'status=held,expired',
    'status=held,confirmed,completed',
    'status=held',
    'status=completed',
    `showtimeId=${id(SHOWTIME, 999)}`,
    `showtimeId=${id(SHOWTIME, 999)},${id(SHOWTIME, 3)}`,
    `showtimeId=${id(SHOWTIME, 3)}&status=confirmed,completed`,
    `customerId=${id(CUSTOMER, 7)}`,
    `customerId=${id(CUSTOMER, 7)},${id(CUSTOMER, 8)}`,
    `customerId=${id(CUSTOMER, 7)}&status=completed`,
    'disputed=true',
    'disputed=true&status=completed',
    'disputed=true&noShow=true',
    'noShow=true',
    'code=0000000A',
  ];
  it.each(FILTERS.flatMap((filter) => ['-createdAt', 'startsAt'].map((sort) => `${filter}&sort=${sort}`)))(
    'for admins, %s reads no more than one row in fifty',
    async (query) => {
      const { sequentially, rows } = await read(`/admin/reservations?limit=${PAGE}&${query}`);
      expect(sequentially).toEqual([]);
      // What is rare, by the index and in the table.
      expect(rows).toBeLessThanOrEqual((2 * RESERVATIONS) / 100);
    },
  );

  const OWN = ['', 'status=completed,cancelled', 'when=upcoming', 'when=past&sort=-startsAt', 'sort=startsAt'];
  it.each(OWN)('a customer who asks for %s reads own reservations only', async (query) => {
    const { sequentially, rows } = await read(`/reservations?limit=${PAGE}&${query}`, customer.token);
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThanOrEqual(6 * 12);
  });

  it.each([
    ['reservations_by_start', 'sort=startsAt', 25_000],
    ['reservations_disputed', 'disputed=true', 25_000],
    ['reservations_no_show', 'noShow=true&disputed=true', 150],
    ['reservations_of_status_by_start', 'status=held&sort=startsAt', 450],
  ])('without %s, %s reads more', async (index, query, rows) => {
    await system.sql(`DROP INDEX reservations.${index}`);
    expect((await read(`/admin/reservations?limit=${PAGE}&${query}`)).rows).toBeGreaterThan(rows);
  });
});
