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

  /** How many reservations two workers began to end, together. Each reads its next page at the same time as the other. */
  async function endAll(): Promise<number> {
    const { reservations } = fixture;
    const change = reservations.change.bind(reservations);
    const remaining = runs.remaining.bind(runs);
    const meeting = meetingPoint(2);
    let begun = 0;
    reservations.change = (key, decide) => {
      begun++;
      return change(key, decide);
    };
    runs.remaining = async (asked, page) => {
      await meeting.arrive();
      const ids = await remaining(asked, page);
      await meeting.arrive();
      return ids;
    };
    const work = async (): Promise<void> => {
      while (await fixture.execute(new ProcessCancellationRuns()));
    };
    try {
      await Promise.all([1, 2].map(() => work().finally(() => meeting.leave())));
    } finally {
      reservations.change = change;
      runs.remaining = remaining;
    }
    return begun;
  }

  it('two workers at once end each reservation once, and share the work', async () => {
    const begun = await endAll();
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
      expect(await endAll()).toBe(2 * LIVE);
    } finally {
      runs.remaining = remaining;
    }
  }, 60_000);
});

/** Where all wait until the last has arrived. Who leaves is not waited for any more. */
function meetingPoint(count: number): { arrive(this: void): Promise<void>; leave(this: void): void } {
  let expected = count;
  const waiting: (() => void)[] = [];
  const endIfComplete = (): void => {
    if (waiting.length >= expected) for (const end of waiting.splice(0)) end();
  };
  return {
    arrive: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        endIfComplete();
      }),
    leave: () => {
      expected--;
      endIfComplete();
    },
  };
}
