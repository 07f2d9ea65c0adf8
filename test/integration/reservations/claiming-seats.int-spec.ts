import { newId } from '@app/kernel/id.js';
import { Client } from 'pg';
import { claimSeats } from '../../../libs/reservations/src/infrastructure/claim-seats.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const CLIENTS = 8;
const ROUNDS = 12;
const ROOM = Array.from({ length: 12 }, (_, i) => `A${i + 1}`);

describe('Claiming overlapping sets of seats at once', () => {
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
    // A claim takes a while, so that everybody is in the middle of one when the others come.
    await database.query(
      `CREATE FUNCTION reservations.linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$`,
    );
    await database.query(
      `CREATE TRIGGER linger AFTER INSERT ON reservations.seat_claims FOR EACH ROW EXECUTE FUNCTION reservations.linger()`,
    );
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });

  /** Six seats of the twelve, in no order. */
  function someSeats(): string[] {
    const left = [...ROOM];
    return Array.from({ length: 6 }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
  }

  /** Every client claims again and again and gives back what it got; answers the errors by SQLSTATE. */
  async function everybody(claim: (reservationId: string, labels: string[]) => Promise<void>): Promise<Record<string, number>> {
    const errors: Record<string, number> = {};
    const client = async (reservationId: string): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        await claim(reservationId, someSeats()).catch((error: { code?: string; message: string }) => {
          const code = error.code ?? error.message;
          errors[code] = (errors[code] ?? 0) + 1;
        });
      }
    };
    await Promise.all(reservationIds.map(client));
    return errors;
  }

  it('never waits in a circle: everybody claims in seat order', async () => {
    const { database } = platform;
    const enough = new Error('enough');
    const errors = await everybody(async (reservationId, labels) => {
      const claim = database.transaction(async () => {
        await claimSeats(database, { showtimeId, reservationId, labels });
        throw enough;
      });
      await claim.catch((error: Error) => (error === enough ? undefined : Promise.reject(error)));
    });
    expect(errors).toEqual({});
  }, 60_000);

  it('would wait in circles if each claimed in the order it was asked', async () => {
    const clients = await Promise.all(
      reservationIds.map(async (id) => {
        const client = new Client({ connectionString: fresh.url });
        await client.connect();
        await client.query(`SET deadlock_timeout = '50ms'`);
        return [id, client] as const;
      }),
    );
    const of = new Map(clients);
    try {
      const errors = await everybody(async (reservationId, labels) => {
        const client = of.get(reservationId)!;
        await client.query('BEGIN');
        try {
          // The product's own statement without its order.
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
      // What the suites with processes of their own go by.
      const counted = `SELECT FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`;
      await until(async () => (await platform.database.query(counted)).length > 0, { timeoutMs: 5_000, what: 'PostgreSQL to count' });
    } finally {
      for (const [, client] of clients) await client.end();
    }
  }, 60_000);
});
