import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { Seating } from '../../domain/seating.js';
import { aSeating, NOW } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { ProcessCancellationRuns } from './process-cancellation-runs.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('A cancelled showtime', () => {
  const cancelled = (desk: TicketDesk, showtimeId: string): Promise<void> =>
    desk.runs.begin({ showtimeId, showtimeVersion: 2, kind: 'cancelled', reason: 'The projector broke.' }, NOW);
  const workOff = (desk: TicketDesk): Promise<boolean> => desk.execute(new ProcessCancellationRuns());

  it('ends everybody’s reservation and promises all that was paid', async () => {
    const desk = new TicketDesk();
    const seating = desk.showing();
    const held = await desk.held({ seating, seats: ['A3'] });
    const paid = await desk.confirmed({ seating, seats: ['A4'] });
    const elsewhere = await desk.held();
    await cancelled(desk, seating.showtime.id);
    expect(await workOff(desk)).toBe(true);
    expect([held, paid, elsewhere].map((each) => desk.statusOf(each))).toEqual(['cancelled', 'cancelled', 'held']);
    const { data } = desk.reservations.events.filter(({ id }) => id === paid.id).at(-1)!.event;
    expect(data).toMatchObject({ refundDue: { amount: 1_250 }, by: 'cinema', reason: 'The projector broke.' });
    expect(await desk.runs.unfinished()).toEqual([]);
    expect(await workOff(desk)).toBe(false);
  });

  it('with more than fifty reservations is worked off in several looks', async () => {
    const desk = new TicketDesk();
    const { showtime } = desk.showing();
    const room = Array.from({ length: 51 }, (_, i) => ({ ...aSeating().seats[5]!, label: `B${i}` }));
    for (const seat of room) await desk.held({ seating: new Seating(showtime, room), seats: [seat.label] });
    await cancelled(desk, showtime.id);
    await workOff(desk);
    expect([desk.reservations.live().length, (await desk.runs.unfinished()).length]).toEqual([1, 1]);
    await workOff(desk);
    expect([desk.reservations.live().length, (await desk.runs.unfinished()).length]).toEqual([0, 0]);
  });

  it('goes on where a look broke off, and does not end anything twice', async () => {
    const desk = new TicketDesk();
    const seating = desk.showing();
    const all = [];
    for (const label of ['A3', 'A4', 'A5']) all.push(await desk.held({ seating, seats: [label] }));
    await cancelled(desk, seating.showtime.id);
    const change = desk.reservations.change.bind(desk.reservations);
    let left = 1;
    desk.reservations.change = (id, decide) => (left-- > 0 ? change(id, decide) : Promise.reject(new Error('gone')));
    expect(await workOff(desk)).toBe(false);
    desk.reservations.change = change;
    expect(await workOff(desk)).toBe(true);
    expect(all.map(({ id }) => desk.reservations.facts(id))).toEqual(Array(3).fill(['seats-held', 'reservation-cancelled']));
  });

  it('that is stuck holds up no other', async () => {
    const desk = new TicketDesk();
    const [stuck, other] = [desk.showing(), desk.showing()];
    const inStuck = await desk.held({ seating: stuck });
    const inOther = await desk.held({ seating: other });
    await cancelled(desk, stuck.showtime.id);
    await cancelled(desk, other.showtime.id);
    const change = desk.reservations.change.bind(desk.reservations);
    desk.reservations.change = (id, decide) => (id === inStuck.id ? Promise.reject(new Error('stuck')) : change(id, decide));
    await workOff(desk);
    expect([inStuck, inOther].map((each) => desk.statusOf(each))).toEqual(['held', 'cancelled']);
    expect(await desk.runs.unfinished()).toMatchObject([{ showtimeId: stuck.showtime.id }]);
  });

  it('nobody had reserved is finished at once', async () => {
    const desk = new TicketDesk();
    await cancelled(desk, newId());
    await workOff(desk);
    expect(await desk.runs.unfinished()).toEqual([]);
  });
});

describe('A showtime that was moved', () => {
  it('ends the reservations made before, and leaves those made on the new terms', async () => {
    const desk = new TicketDesk();
    const { showtime } = desk.showing();
    const before = await desk.held({ seating: aSeating({ id: showtime.id, version: 1 }), seats: ['A3'] });
    await desk.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', reason: null }, NOW);
    const after = await desk.held({ seating: aSeating({ id: showtime.id, version: 2 }), seats: ['A4'] });
    await desk.execute(new ProcessCancellationRuns());
    expect([before, after].map((each) => desk.statusOf(each))).toEqual(['cancelled', 'held']);
  });
});
