import { newId } from '@app/kernel/id.js';
import { ProcessCancellationRuns } from '../../../libs/reservations/src/application/commands/process-cancellation-runs.js';
import { type CancellationRun, CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import { Seating } from '../../../libs/reservations/src/domain/seating.js';
import { aSeating, NOW, storeHold } from '../../../libs/reservations/src/testing/builders.js';
import { ConcurrencyFixture } from './concurrency-fixture.js';

/** Of eight pages. */
const LIVE = 400;

describe('A cancellation run that several workers process', () => {
  let fixture: ConcurrencyFixture;
  let runs: CancellationRuns;
  let run: CancellationRun;
  let ids: string[];
  beforeAll(async () => {
    fixture = await ConcurrencyFixture.start();
    runs = fixture.system.api.get(CancellationRuns, { strict: false });
  }, 60_000);
  afterAll(() => fixture?.close());

  beforeEach(async () => {
    run = { showtimeId: newId(), showtimeVersion: 2, kind: 'cancelled', movedAt: null, reason: null };
    const { showtime, grid } = aSeating({ id: run.showtimeId });
    const room = Array.from({ length: LIVE }, (_, i) => ({ ...aSeating().seats[5]!, label: `B${i}` }));
    const seating = new Seating(showtime, room, grid);
    const held = await Promise.all(room.map(({ label }) => storeHold(fixture.reservations, { seating, seats: [label] })));
    ids = held.map(({ id }) => id);
    await runs.begin(run, NOW);
  }, 60_000);

  /** How often each worker began to end a reservation. */
  async function endAll(workers: number): Promise<number> {
    const { reservations } = fixture;
    const change = reservations.change.bind(reservations);
    let begun = 0;
    reservations.change = (key, decide) => {
      begun++;
      return change(key, decide);
    };
    const work = async (): Promise<void> => {
      while (await fixture.execute(new ProcessCancellationRuns()));
    };
    try {
      await Promise.all(Array.from({ length: workers }, work));
    } finally {
      reservations.change = change;
    }
    return begun;
  }

  it('two workers at once end each reservation once, and share the work', async () => {
    const begun = await endAll(2);
    const [once] = await fixture.system.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM (
         SELECT FROM messaging.outbox WHERE subject = ANY ($1) AND type = 'reservations.reservation-cancelled.v1' GROUP BY subject HAVING count(*) = 1) once`,
      [ids],
    );
    expect(once!.n).toBe(LIVE);
    expect(await runs.unfinished()).toEqual([]);
    expect(begun).toBeLessThan(1.6 * LIVE);
  }, 60_000);

  it('where all workers take the first page, each does the work of all', async () => {
    const remaining = runs.remaining.bind(runs);
    runs.remaining = (asked, page) => remaining(asked, { ...page, candidateCount: page.limit });
    try {
      expect(await endAll(2)).toBeGreaterThan(1.8 * LIVE);
    } finally {
      runs.remaining = remaining;
    }
  }, 60_000);
});
