import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { Seating } from '../../domain/seating.js';
import { aSeating, NOW } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ProcessCancellationRuns } from './process-cancellation-runs.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('A cancellation run', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const cancel = (showtimeId: string): Promise<void> =>
    harness.runs.begin({ showtimeId, showtimeVersion: 2, kind: 'cancelled', movedAt: null, reason: 'The projector broke.' }, NOW);
  const process = (): Promise<boolean> => harness.execute(new ProcessCancellationRuns());

  it('a run of a cancelled showtime ends its reservations and owes what was paid', async () => {
    const seating = harness.createSeating();
    const held = await harness.createHold({ seating, seats: ['A3'] });
    const paid = await harness.createConfirmed({ seating, seats: ['A4'] });
    const elsewhere = await harness.createHold();
    await cancel(seating.showtime.id);
    expect(await process()).toBe(true);
    expect([held, paid, elsewhere].map((each) => harness.statusOf(each))).toEqual(['cancelled', 'cancelled', 'held']);
    const { data } = harness.reservations.events.filter(({ id }) => id === paid.id).at(-1)!.event;
    expect(data).toMatchObject({ refundDue: { amount: 1_250 }, by: 'cinema', reason: 'The projector broke.' });
    expect(await harness.runs.unfinished()).toEqual([]);
    expect(await process()).toBe(false);
  });

  it('a run of more than fifty reservations takes several times', async () => {
    const { showtime, grid } = harness.createSeating();
    const room = Array.from({ length: 51 }, (_, i) => ({ ...aSeating().seats[5]!, label: `B${i}` }));
    for (const seat of room) await harness.createHold({ seating: new Seating(showtime, room, grid), seats: [seat.label] });
    await cancel(showtime.id);
    await process();
    expect([harness.reservations.live().length, (await harness.runs.unfinished()).length]).toEqual([1, 1]);
    await process();
    expect([harness.reservations.live().length, (await harness.runs.unfinished()).length]).toEqual([0, 0]);
  });

  it('a run that was interrupted continues, and ends no reservation twice', async () => {
    const seating = harness.createSeating();
    const all = [];
    for (const label of ['A3', 'A4', 'A5']) all.push(await harness.createHold({ seating, seats: [label] }));
    await cancel(seating.showtime.id);
    const change = harness.reservations.change.bind(harness.reservations);
    let left = 1;
    harness.reservations.change = (key, decide) => (left-- > 0 ? change(key, decide) : Promise.reject(new Error('interrupted')));
    expect(await process()).toBe(false);
    harness.reservations.change = change;
    expect(await process()).toBe(true);
    expect(all.map((each) => harness.eventsOf(each))).toEqual(Array(3).fill(['seats-held', 'reservation-cancelled']));
  });

  it('a run that fails does not stop another run', async () => {
    const [failing, other] = [harness.createSeating(), harness.createSeating()];
    const inFailing = await harness.createHold({ seating: failing });
    const inOther = await harness.createHold({ seating: other });
    await cancel(failing.showtime.id);
    await cancel(other.showtime.id);
    const change = harness.reservations.change.bind(harness.reservations);
    harness.reservations.change = (key, decide) => (key.id === inFailing.id ? Promise.reject(new Error('failed')) : change(key, decide));
    await process();
    expect([inFailing, inOther].map((each) => harness.statusOf(each))).toEqual(['held', 'cancelled']);
    expect(await harness.runs.unfinished()).toMatchObject([{ showtimeId: failing.showtime.id }]);
  });

  /** The changes of these reservations fail. Returns the ids of the attempts that failed, and what ends the fault. */
  function failFor(ids: readonly string[], error: Error = new Error('poisoned')): { attempts: string[]; end: () => void } {
    const change = harness.reservations.change.bind(harness.reservations);
    const attempts: string[] = [];
    harness.reservations.change = (key, decide) => {
      if (!ids.includes(key.id)) return change(key, decide);
      attempts.push(key.id);
      return Promise.reject(error);
    };
    return { attempts, end: () => (harness.reservations.change = change) };
  }

  /** As the schedule does it. */
  async function processRound(): Promise<void> {
    while (await process());
  }

  it('a reservation that fails stops no other, and the run stays unfinished', async () => {
    const seating = harness.createSeating();
    const all = [];
    for (const label of ['A3', 'A4', 'A5']) all.push(await harness.createConfirmed({ seating, seats: [label] }));
    all.sort((a, b) => (a.id < b.id ? -1 : 1));
    await cancel(seating.showtime.id);
    const { attempts, end } = failFor([all[0]!.id]);
    expect(await process()).toBe(false);
    expect(all.map((each) => harness.statusOf(each))).toEqual(['confirmed', 'cancelled', 'cancelled']);
    expect(await harness.runs.unfinished()).toHaveLength(1);
    await processRound();
    expect(attempts).toHaveLength(2);
    end();
    await processRound();
    expect([harness.statusOf(all[0]!), await harness.runs.unfinished()]).toEqual(['cancelled', []]);
  });

  it('a whole page that fails does not hide the next one, and is tried once a round', async () => {
    const { showtime, grid } = harness.createSeating();
    const room = Array.from({ length: 120 }, (_, i) => ({ ...aSeating().seats[5]!, label: `B${i}` }));
    const seating = new Seating(showtime, room, grid);
    const ids = [];
    for (const { label } of room) ids.push((await harness.createHold({ seating, seats: [label] })).id);
    const failing = ids.sort().slice(0, 60);
    await cancel(showtime.id);
    const { attempts } = failFor(failing);
    await processRound();
    expect(attempts).toEqual(failing);
    expect(
      harness.reservations
        .live()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(failing);
    await processRound();
    expect(attempts).toEqual([...failing, ...failing]);
  });

  it('a reservation that fails for a minute raises an alert that names it', async () => {
    const seating = harness.createSeating();
    const { id } = await harness.createConfirmed({ seating });
    await cancel(seating.showtime.id);
    const raise = vi.spyOn(harness.alerts, 'raise');
    const error = new Error('poisoned');
    failFor([id], error);
    for (let second = 1; second < 60; second++) await processRound();
    expect(raise).not.toHaveBeenCalled();
    await processRound();
    const details = { reservationId: id, showtimeId: seating.showtime.id, err: error };
    expect(raise.mock.calls).toEqual([['reservation-not-ended', expect.any(String), details]]);
  });

  it('a database that is away stops the round, and no reservation is blamed', async () => {
    const seating = harness.createSeating();
    const all = [];
    for (const label of ['A3', 'A4']) all.push(await harness.createHold({ seating, seats: [label] }));
    await cancel(seating.showtime.id);
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { attempts, end } = failFor(
      all.map(({ id }) => id),
      away,
    );
    for (let second = 0; second < 60; second++) await expect(process()).rejects.toBe(away);
    expect([attempts.length, harness.alerts.codes]).toEqual([60, []]);
    end();
    await processRound();
    expect(await harness.runs.unfinished()).toEqual([]);
  });

  it('a run without reservations is finished at once', async () => {
    await cancel(newId());
    await process();
    expect(await harness.runs.unfinished()).toEqual([]);
  });

  it('a run of a moved showtime leaves the reservations on its new terms', async () => {
    const { showtime } = harness.createSeating();
    const before = await harness.createHold({ seating: aSeating({ id: showtime.id, version: 1 }), seats: ['A3'] });
    await harness.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', movedAt: NOW, reason: null }, NOW);
    const after = await harness.createHold({ seating: aSeating({ id: showtime.id, version: 2 }), seats: ['A4'] });
    await process();
    expect([before, after].map((each) => harness.statusOf(each))).toEqual(['cancelled', 'held']);
  });
});
