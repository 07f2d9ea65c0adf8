/** What every store of cancellation runs does, in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import { SeatingOutdated } from '../domain/errors.js';
import type { Reservation } from '../domain/reservation.js';
import { aPayment, aSeating, minutesAfter, NOW } from './builders.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';

export function cancellationRunsContract(makeStores: MakeStores): void {
  let stores: Stores;
  let runs: CancellationRuns;
  beforeEach(async () => {
    stores = await makeStores();
    ({ runs } = stores);
  });
  const { hold, settle, expire } = stepsOn(() => stores);

  const aRun = (own: Partial<CancellationRun> = {}): CancellationRun => ({
    showtimeId: newId(),
    showtimeVersion: 2,
    kind: 'cancelled',
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
    expect(await runs.remaining(aRun({ showtimeId, kind: 'moved' }), 10)).toEqual(ids(held, paid));
    expect(await runs.remaining(aRun({ showtimeId }), 10)).toEqual(ids(held, paid, fresh));
    expect(await runs.remaining(aRun({ showtimeId }), 2)).toEqual(ids(held, paid, fresh).slice(0, 2));
  });

  it('a run is finished once and alone', async () => {
    const [one, other] = [aRun(), aRun()];
    await runs.begin(one, NOW);
    await runs.begin(other, minutesAfter(1));
    await runs.finish(one, minutesAfter(2));
    await runs.finish(one, minutesAfter(3));
    expect(await runs.unfinished()).toEqual([other]);
  });
}
