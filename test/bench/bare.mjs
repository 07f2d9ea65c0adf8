// What the product is compared with: Fastify and pg, and nothing else. Environment: DATABASE_URL, PORT.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = Fastify();

app.get('/hello', () => ({ hello: 'world' }));

// Two seats in five statements, as a first version would be written.
app.post('/holds', async (request, reply) => {
  const { showtimeId, seats } = request.body;
  const id = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({
      name: 'reservation',
      text: `INSERT INTO bare.reservations (id, customer_id, showtime_id, seats, held_until) VALUES ($1, $2, $3, $4, now() + interval '30 minutes')`,
      values: [id, randomUUID(), showtimeId, JSON.stringify(seats)],
    });
    const { rowCount } = await client.query({
      name: 'claims',
      text: `INSERT INTO bare.claims (showtime_id, seat, reservation_id) SELECT $1, s, $3 FROM unnest($2::text[]) s ON CONFLICT DO NOTHING`,
      values: [showtimeId, seats, id],
    });
    if (rowCount < seats.length) {
      await client.query('ROLLBACK');
      return reply.code(409).send({ taken: true });
    }
    await client.query({
      name: 'outbox',
      text: `INSERT INTO bare.outbox (id, type, subject, data) VALUES ($1, 'reservations.seats-held.v1', $2, $3)`,
      values: [randomUUID(), id, JSON.stringify({ id, seats })],
    });
    await client.query('COMMIT');
    return reply.code(201).send({ id, showtimeId, seats });
  } finally {
    client.release();
  }
});

app.get('/showtimes/:id/seats', async ({ params }) => {
  const { rows } = await pool.query({
    name: 'map',
    text: `SELECT c.seat, r.status FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id WHERE c.showtime_id = $1`,
    values: [params.id],
  });
  const taken = new Map(rows.map(({ seat, status }) => [seat, status]));
  const seatOf = (row, n) => {
    const label = `${row}${n + 1}`;
    const price = { amount: 1200, currency: 'EUR' };
    return { label, number: n + 1, column: n, category: 'standard', accessible: false, price, status: taken.get(label) ?? 'available' };
  };
  return { rows: [...'ABCDEFGH'].map((row) => ({ row, seats: Array.from({ length: 12 }, (_, n) => seatOf(row, n)) })) };
});

app.get('/reservations', async () => {
  const { rows } = await pool.query({ name: 'list', text: `SELECT * FROM reservations.reservations ORDER BY id DESC LIMIT 20` });
  return { data: rows };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
