import { HOUR, minutesAfter } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { CompleteReservations } from './complete-reservations.js';

describe('Completing reservations', () => {
  it('waits an hour after the end of the show, then closes what was confirmed', async () => {
    const desk = new TicketDesk();
    const watched = await desk.confirmed();
    const held = await desk.held();
    desk.clock.advance(9 * HOUR - 1);
    expect(await desk.execute(new CompleteReservations())).toBe(0);
    desk.clock.advance(1);
    expect(await desk.execute(new CompleteReservations())).toBe(1);
    expect(desk.reservations.all.get(watched.id)).toMatchObject({ status: 'completed', endedAt: minutesAfter(9 * 60) });
    expect(desk.statusOf(held)).toBe('held');
    expect(await desk.execute(new CompleteReservations())).toBe(0);
  });

  it('leaves one that somebody is busy with to the next look', async () => {
    const desk = new TicketDesk();
    const { id } = await desk.confirmed();
    desk.clock.advance(9 * HOUR);
    desk.reservations.busy.add(id);
    expect(await desk.execute(new CompleteReservations())).toBe(0);
    desk.reservations.busy.clear();
    expect(await desk.execute(new CompleteReservations())).toBe(1);
  });
});
