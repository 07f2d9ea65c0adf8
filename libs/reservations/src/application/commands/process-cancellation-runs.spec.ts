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
