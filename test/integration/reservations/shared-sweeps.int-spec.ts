import { Database } from '@app/platform/persistence/database.js';
import { CompleteReservations } from '../../../libs/reservations/src/application/commands/complete-reservations.js';
import { ExpireHolds } from '../../../libs/reservations/src/application/commands/expire-holds.js';
import type { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import { OPEN_SALES } from '../../../libs/reservations/src/domain/sales-status.js';
import type { SettlementSituation } from '../../../libs/reservations/src/domain/situations.js';
import { aPayment, NOW, storeHold } from '../../../libs/reservations/src/testing/builders.js';
import { ConcurrencyFixture, valueOf } from './concurrency-fixture.js';

/** Of four batches. */
const DUE = 400;

describe.each([
  { what: 'expires holds', newSweep: () => new ExpireHolds(), paid: false, event: 'reservations.hold-expired.v1' },
  {
    what: 'completes reservations',
    newSweep: () => new CompleteReservations(),
    paid: true,
    event: 'reservations.reservation-completed.v1',
  },
])('A sweep that $what', ({ newSweep, paid, event }) => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => {
    fixture = await ConcurrencyFixture.start();
  }, 60_000);
  afterAll(() => fixture?.close());
  const sweep = () => fixture.execute(newSweep()) as Promise<number>;

  /** Returns the ids of reservations that the sweep must change. The builders' times are long past. */
  async function makeDue(): Promise<string[]> {
    const { reservations } = fixture;
    const held = await Promise.all(Array.from({ length: DUE }, () => storeHold(reservations)));
    for (const payment of paid ? held.map(aPayment) : []) {
      const decide = (reservation: Reservation, seen: SettlementSituation) => reservation.receivePayment(payment, { ...seen, at: NOW });
      await reservations.settle({ ...payment, currentSalesStatus: OPEN_SALES, at: NOW }, decide);
    }
    return held.map(({ id }) => id);
  }

  async function sweepUntilNothingChanges(): Promise<number> {
    let changed = 0;
    for (let more = await sweep(); more > 0; more = await sweep()) changed += more;
    return changed;
  }

  /** How many of these have exactly one event of the sweep. */
  async function changedOnce(ids: readonly string[]): Promise<number> {
    const [row] = await fixture.system.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT FROM messaging.outbox WHERE subject = ANY ($1) AND type = $2 GROUP BY subject HAVING count(*) = 1) once`,
      [ids, event],
    );
    return row!.n;
  }

  it('four workers at once change each reservation once', async () => {
    const ids = await makeDue();
    const shares = await Promise.all(Array.from({ length: 4 }, sweepUntilNothingChanges));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(DUE);
    expect(await changedOnce(ids)).toBe(DUE);
  }, 60_000);

  it('a worker finds work while another has locked its batch', async () => {
    const ids = await makeDue();
    const shares = (await fixture.barrier.runInOrder(sweep, sweep)).map(valueOf);
    expect(shares[0]).toBe(100);
    expect(shares[1]).toBeGreaterThan(25);
    expect(shares[0]! + shares[1]! + (await sweepUntilNothingChanges())).toBe(DUE);
    expect(await changedOnce(ids)).toBe(DUE);
  }, 60_000);

  it('where all workers take those that are due longest, the second finds nothing', async () => {
    await makeDue();
    const { reservations } = fixture;
    const [dueHolds, ended] = [reservations.dueHolds.bind(reservations), reservations.endedButNotCompleted.bind(reservations)];
    reservations.dueHolds = (query) => dueHolds({ ...query, candidateCount: query.limit });
    reservations.endedButNotCompleted = (query) => ended({ ...query, candidateCount: query.limit });
    try {
      expect((await fixture.barrier.runInOrder(sweep, sweep)).map(valueOf)).toEqual([100, 0]);
    } finally {
      Object.assign(reservations, { dueHolds, endedButNotCompleted: ended });
    }
    await sweepUntilNothingChanges();
  }, 60_000);

  it('a worker that dies in the middle leaves its batch to the others', async () => {
    const ids = await makeDue();
    const open = await fixture.barrier.close();
    const dying = Promise.allSettled([sweep()]);
    await fixture.barrier.waitForBlocked(1);
    await fixture.system.sql(
      `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND pg_stat_activity.datname = current_database()) blocked`,
    );
    expect(await dying).toMatchObject([{ status: 'rejected' }]);
    await open();
    expect(await changedOnce(ids)).toBe(0);
    expect(await sweepUntilNothingChanges()).toBe(DUE);
    expect(await changedOnce(ids)).toBe(DUE);
    // The pool forgets the connection that was cut.
    await fixture.system.api.get(Database).query('SELECT 1');
  }, 60_000);
});
