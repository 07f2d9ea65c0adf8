import { DiscoveryModule } from '@nestjs/core';
import { ShowtimeCancelled } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { envelopeOf } from '@app/platform/messaging/envelope.js';
import type { Outcome } from '@app/platform/messaging/broker.js';
import { KnownEvents, Reactions } from '@app/platform/messaging/reactions.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import pg from 'pg';
import { CloseSalesWhenShowtimeCancelled } from '../../../libs/reservations/src/application/reactions/close-sales-when-showtime-cancelled.js';
import { CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import { SeatingOutdated } from '../../../libs/reservations/src/domain/errors.js';
import { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import { HoldBatches } from '../../../libs/reservations/src/infrastructure/hold-batches.js';
import { PostgresCancellationRuns } from '../../../libs/reservations/src/infrastructure/postgres-cancellation-runs.js';
import { answeringItself, aSeating, requestOf } from '../../../libs/reservations/src/testing/builders.js';
import { lengthenLockWaits } from '../../support/long-lock-waits.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

/** Any number that nothing else in this database locks. */
const BARRIER_KEY = 4_712;

describe('Cancellation runs that begin while seats are held', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let barrier: pg.Client;
  let endLongWaits: () => void;
  beforeAll(async () => {
    endLongWaits = lengthenLockWaits();
    fresh = await freshDatabase();
    const known = { provide: KnownEvents, useValue: { types: [ShowtimeCancelled.type] } };
    const runs = { provide: CancellationRuns, useClass: PostgresCancellationRuns };
    platform = await startPlatform(
      fresh.url,
      { DATABASE_POOL: '20' },
      { imports: [DiscoveryModule], providers: [known, Reactions, runs, CloseSalesWhenShowtimeCancelled] },
    );
    barrier = new pg.Client(fresh.url);
    await barrier.connect();
    // Behind the lock of its showtime, a run waits here.
    await barrier.query(
      `CREATE FUNCTION reservations.pass_barrier() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${BARRIER_KEY}); RETURN NEW; END $$`,
    );
    await barrier.query(
      `CREATE TRIGGER barrier BEFORE INSERT ON reservations.sales_statuses FOR EACH ROW EXECUTE FUNCTION reservations.pass_barrier()`,
    );
  }, 60_000);
  afterAll(async () => {
    endLongWaits();
    await barrier?.end();
    await platform?.app.close();
    await fresh?.drop();
  });

  /** Waits until so many statements with these words wait for a lock. */
  const waiting = (words: string, { count = 1 } = {}) =>
    until(
      async () => {
        const rows = await platform.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND strpos(query, $1) > 0`,
          [words],
        );
        return rows.length === count;
      },
      { what: `${count} statements that wait: ${words}`, intervalMs: 5 },
    );

  /** Two showtimes that messages have in one order, and the locks of holds in the other. */
  async function showtimesInTwoOrders(): Promise<[string, string]> {
    const [found] = await platform.database.query<{ first: string; second: string }>(
      `WITH ids AS (SELECT id, hashtextextended('showtime ' || id, 0) AS key FROM unnest($1::uuid[]) AS id)
       SELECT a.id AS first, b.id AS second FROM ids a JOIN ids b ON a.id < b.id AND a.key > b.key LIMIT 1`,
      [Array.from({ length: 20 }, () => newId())],
    );
    return [found!.first, found!.second];
  }

  const deliver = (showtimeId: string): Promise<Outcome> => {
    const data = { showtimeId, showtimeVersion: 2, reason: 'The projector broke.' };
    const envelope = {
      id: newId(),
      type: ShowtimeCancelled.type,
      subject: showtimeId,
      sequence: 2,
      time: new Date(),
      correlationId: null,
      data,
    };
    const queue = 'reservations.close-sales-when-showtime-cancelled';
    return platform.app.get(Reactions).deliver({ queue, body: JSON.stringify(envelopeOf(envelope)), attempts: 0 });
  };

  const hold = (ids: readonly string[]) =>
    new HoldBatches(platform.database, platform.app.get(Transactions), platform.app.get(Outbox)).holdAll(
      ids.map((id) => {
        const seating = aSeating({ id });
        const request = requestOf({ seating });
        return {
          request: { ...request, showtimeId: id },
          decision: answeringItself((situation) => Reservation.hold({ ...request, situation })),
          origin: { idempotent: null, correlationId: null, traceparent: null },
        };
      }),
    );

  it('two runs that begin at once and a batch of holds do not deadlock', async () => {
    const [first, second] = await showtimesInTwoOrders();
    await barrier.query('SELECT pg_advisory_lock($1)', [BARRIER_KEY]);
    const begun = Promise.all([second, first].map(deliver));
    // Both: a hold that locks a showtime before its run is held, and cancelled by the run.
    await waiting('INSERT INTO reservations.sales_statuses', { count: 2 });
    const held = hold([first, second]);
    await waiting("set_config('plan_cache_mode'");
    await barrier.query('SELECT pg_advisory_unlock($1)', [BARRIER_KEY]);
    expect((await held).map((outcome) => outcome.status === 'rejected' && (outcome.reason as Error).name)).toEqual([
      SeatingOutdated.name,
      SeatingOutdated.name,
    ]);
    expect(await begun).toEqual([{ kind: 'acknowledge' }, { kind: 'acknowledge' }]);
  });
});
