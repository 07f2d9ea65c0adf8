/** What every store of cancellation runs does, in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import { SeatingOutdated } from '../domain/errors.js';
import type { Reservation } from '../domain/reservation.js';
import { aPayment, aSeating, minutesAfter, NOW } from './builders.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';

const FIRST_TEN = { limit: 10 };

export function cancellationRunsContract(makeStores: MakeStores): void {
  let stores: Stores;
  let runs: CancellationRuns;
  beforeEach(async () => {
    stores = await makeStores();
    ({ runs } = stores);
  });
  const { hold, settle, expire, cancel, complete } = stepsOn(() => stores);

  const aRun = (own: Partial<CancellationRun> = {}): CancellationRun => ({
    showtimeId: newId(),
    showtimeVersion: 2,
    kind: 'cancelled',
    movedAt: null,
    reason: 'The projector broke.',
    ...own,
  });

  it('unfinished runs are returned oldest first', async () => {
    const [younger, older] = [aRun(), aRun({ kind: 'moved', reason: null })];
    await runs.begin(younger, minutesAfter(2));
    await runs.begin(older, minutesAfter(1));
    expect(await runs.unfinished()).toEqual([older, younger]);
  });

  it('a run begins once, however often its event arrives', async () => {
    const run = aRun();
    await runs.begin(run, NOW);
    await runs.begin(run, minutesAfter(1));
    expect(await runs.unfinished()).toEqual([run]);
    await runs.finish(run, minutesAfter(2));
    await runs.begin(run, minutesAfter(3));
    expect(await runs.unfinished()).toEqual([]);
  });

  it('a cancellation closes sales for good, also where an older event comes later', async () => {
    const run = aRun({ showtimeVersion: 5 });
    await runs.begin(run, NOW);
    await runs.begin({ ...run, showtimeVersion: 3, kind: 'moved' }, NOW);
    const seating = aSeating({ id: run.showtimeId, version: 9 });
    await expect(hold({ seating })).rejects.toThrow(SeatingOutdated);
  });

  it('an older move does not lower the version that is sold', async () => {
    const run = aRun({ kind: 'moved', showtimeVersion: 5 });
    await runs.begin(run, NOW);
    await runs.begin({ ...run, showtimeVersion: 3 }, NOW);
    await expect(hold({ seating: aSeating({ id: run.showtimeId, version: 4 }) })).rejects.toThrow(SeatingOutdated);
    await expect(hold({ seating: aSeating({ id: run.showtimeId, version: 5 }) })).resolves.toBeDefined();
  });

  it('a cancellation ends all live reservations, a move those on older terms', async () => {
    const seating = aSeating();
    const showtimeId = seating.showtime.id;
    const held = await hold({ seating, seats: ['A3'] });
    const paid = await hold({ seating, seats: ['A4'] });
    const fresh = await hold({ seating: aSeating({ id: showtimeId, version: 2 }), seats: ['A5'] });
    const expired = await hold({ seating, seats: ['A6'] });
    await hold();
    await expire(expired.id);
    await settle(aPayment(paid));
    const ids = (...reservations: Reservation[]): string[] => reservations.map(({ id }) => id).sort();
    const all = ids(held, paid, fresh);
    expect(await runs.remaining(aRun({ showtimeId, kind: 'moved' }), FIRST_TEN)).toEqual(ids(held, paid));
    expect(await runs.remaining(aRun({ showtimeId }), FIRST_TEN)).toEqual(all);
    expect(await runs.remaining(aRun({ showtimeId }), { limit: 2 })).toEqual(all.slice(0, 2));
    expect(await runs.remaining(aRun({ showtimeId }), { except: [all[0]!], limit: 1 })).toEqual([all[1]]);
    expect((await runs.remaining(aRun({ showtimeId }), { limit: 2, candidateCount: 3 })).filter((id) => !all.includes(id))).toEqual([]);
  });

  it('a run is finished once and alone', async () => {
    const [one, other] = [aRun(), aRun()];
    await runs.begin(one, NOW);
    await runs.begin(other, minutesAfter(1));
    await runs.finish(one, minutesAfter(2));
    await runs.finish(one, minutesAfter(3));
    expect(await runs.unfinished()).toEqual([other]);
  });

  it('a run of a cancelled showtime also has what was cancelled and not refunded', async () => {
    const seating = aSeating();
    const run = aRun({ showtimeId: seating.showtime.id });
    const [early, late, completed, unpaid] = [
      await hold({ seating, seats: ['A3'] }),
      await hold({ seating, seats: ['A4'] }),
      await hold({ seating, seats: ['A5'] }),
      await hold({ seating, seats: ['A6'] }),
    ];
    for (const each of [early, late, completed]) await settle(aPayment(each));
    await cancel(early.id);
    await cancel(late.id, minutesAfter(5 * 60));
    await cancel(unpaid.id);
    await complete(completed.id);
    expect(await runs.remaining(run, FIRST_TEN)).toEqual([late.id, completed.id].sort());
    for (const { id } of [late, completed]) {
      await stores.reservations.change({ id }, (reservation) => reservation.endByCinema({ ...run, at: minutesAfter(10 * 60) }));
    }
    expect(await runs.remaining(run, FIRST_TEN)).toEqual([]);
  });

  it('a run of a moved showtime has what ended after the move, not before', async () => {
    const seating = aSeating();
    const late = await hold({ seating, seats: ['A3'] });
    const completed = await hold({ seating, seats: ['A4'] });
    for (const each of [late, completed]) await settle(aPayment(each));
    await cancel(late.id, minutesAfter(5 * 60));
    await complete(completed.id);
    const remaining = (movedAt: Date | null) =>
      runs.remaining(aRun({ showtimeId: seating.showtime.id, kind: 'moved', movedAt }), FIRST_TEN);
    expect(await remaining(minutesAfter(5 * 60))).toEqual([late.id, completed.id].sort());
    expect(await remaining(minutesAfter(5 * 60 + 1))).toEqual([completed.id]);
    expect(await remaining(null)).toEqual([]);
  });

  it('the sales statuses of showtimes are those that were changed', async () => {
    const [cancelled, moved, open] = [aRun({ showtimeVersion: 4 }), aRun({ kind: 'moved' }), aRun()];
    for (const run of [cancelled, moved]) await runs.begin(run, NOW);
    const ids = [cancelled, moved, open].map(({ showtimeId }) => showtimeId);
    expect(await runs.salesStatuses(ids)).toEqual(
      new Map([
        [cancelled.showtimeId, { closed: true, version: 4 }],
        [moved.showtimeId, { closed: false, version: 2 }],
      ]),
    );
  });

  it('showtimes are compared page by page, each once a pass', async () => {
    const [first, second, third] = [0, 1, 2].map((hours) => aSeating({ startsAt: minutesAfter(360 + hours * 60).toISOString() }));
    for (const seating of [third!, first!, second!]) await hold({ seating, seats: ['A3'] });
    const lost = await hold({ seating: first!, seats: ['A4'] });
    await settle(aPayment(lost));
    await cancel(lost.id, minutesAfter(5 * 60));
    const [expired, refunded] = [await hold(), await hold()];
    await expire(expired.id);
    await settle(aPayment(refunded));
    await cancel(refunded.id);
    const next = (now: Date) => runs.nextToCompare({ now, passMs: 60_000, limit: 2 });
    const idOf = (seating: ReturnType<typeof aSeating> | undefined): string => seating!.showtime.id;
    expect(await next(NOW)).toEqual([idOf(first), idOf(second)]);
    expect(await next(NOW)).toEqual([idOf(third)]);
    expect(await next(minutesAfter(0.9))).toEqual([]);
    expect(await next(minutesAfter(1))).toEqual([idOf(first), idOf(second)]);
  });

  it('showtimes are compared for what was cancelled and not refunded', async () => {
    const lost = await hold();
    await settle(aPayment(lost));
    await cancel(lost.id, minutesAfter(5 * 60));
    expect(await runs.nextToCompare({ now: NOW, passMs: 60_000, limit: 2 })).toEqual([lost.state.showtimeId]);
  });
}
