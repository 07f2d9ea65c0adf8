import { newId } from '@app/kernel/id.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Client } from 'pg';
import { claimSeats } from '../../../libs/reservations/src/infrastructure/claim-seats.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const CLIENTS = 8;
const ROUNDS = 12;
const ROOM = Array.from({ length: 12 }, (_, i) => `A${i + 1}`);

describe('Claiming overlapping sets of seats at the same time', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let reservationIds: string[];
  const showtimeId = newId();

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    const { database } = platform;
    reservationIds = Array.from({ length: CLIENTS }, () => newId());
    await database.query(
      `INSERT INTO reservations.reservations (id, version, code, customer_id, showtime_id, showtime_version, status, seats, total, currency,
         starts_at, ends_at, held_until, extended, refund_until, late, created_at)
       SELECT id, 1, id::text, id, $2, 1, 'held', '[]', 0, 'EUR', now(), now(), now(), false, now(), false, now() FROM unnest($1::uuid[]) AS id`,
      [reservationIds, showtimeId],
    );
    // A claim takes two milliseconds, so that the claims of all clients overlap.
    await database.query(
      `CREATE FUNCTION reservations.pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$`,
    );
    await database.query(
      `CREATE TRIGGER pause AFTER INSERT ON reservations.seat_claims FOR EACH ROW EXECUTE FUNCTION reservations.pause()`,
    );
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });

  /** Six seats of the twelve, in random order. */
  function randomSeats(): string[] {
    const left = [...ROOM];
    return Array.from({ length: 6 }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
  }

  /** Every client claims and rolls back, again and again. Returns how many errors there were of each SQLSTATE. */
  async function claimByAllClients(claim: (reservationId: string, labels: string[]) => Promise<void>): Promise<Record<string, number>> {
    const errors: Record<string, number> = {};
    const client = async (reservationId: string): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        await claim(reservationId, randomSeats()).catch((error: { code?: string; message: string }) => {
          const code = error.code ?? error.message;
          errors[code] = (errors[code] ?? 0) + 1;
        });
      }
    };
    await Promise.all(reservationIds.map(client));
    return errors;
  }

  it('claims in the order of the seats never deadlock', async () => {
    const { app, database } = platform;
    const transactions = app.get(Transactions);
    const rollback = new Error('rollback');
    const errors = await claimByAllClients(async (reservationId, labels) => {
      const claim = transactions.run(async () => {
        await claimSeats(database, { showtimeId, reservationId, labels });
        throw rollback;
      });
      await claim.catch((error: Error) => (error === rollback ? undefined : Promise.reject(error)));
    });
    expect(errors).toEqual({});
  }, 60_000);

  it('claims in the order of the requests deadlock', async () => {
    const clients = await Promise.all(
      reservationIds.map(async (id) => {
        const client = new Client({ connectionString: fresh.url });
        await client.connect();
        await client.query(`SET deadlock_timeout = '50ms'`);
        return [id, client] as const;
      }),
    );
    const clientOf = new Map(clients);
    try {
      const errors = await claimByAllClients(async (reservationId, labels) => {
        const client = clientOf.get(reservationId)!;
        await client.query('BEGIN');
        try {
          // The statement of `claimSeats` without its ORDER BY.
          await client.query(
            `INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id)
             SELECT $1, wanted.seat, $3 FROM unnest($2::text[]) AS wanted (seat)
             ON CONFLICT ON CONSTRAINT seat_claims_pkey DO NOTHING RETURNING seat`,
            [showtimeId, labels, reservationId],
          );
        } finally {
          await client.query('ROLLBACK');
        }
      });
      expect(errors['40P01']).toBeGreaterThan(0);
      // The suites of the processes read this counter.
      const counted = `SELECT FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`;
      await until(async () => (await platform.database.query(counted)).length > 0, { what: 'PostgreSQL to count' });
    } finally {
      for (const [, client] of clients) await client.end();
    }
  }, 60_000);
});
