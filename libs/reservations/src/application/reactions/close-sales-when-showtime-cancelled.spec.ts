import { ShowtimeCancelled } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { CloseSalesWhenShowtimeCancelled } from './close-sales-when-showtime-cancelled.js';

describe('When a showtime is cancelled', () => {
  it('nobody can hold there any more, and whoever reserved will hear the reason', async () => {
    const desk = new TicketDesk();
    const reaction = new CloseSalesWhenShowtimeCancelled(desk.runs, desk.clock);
    const news = { showtimeId: newId(), showtimeVersion: 4, reason: 'The projector broke.' };
    await reaction.handle(new ShowtimeCancelled(news));
    expect(await desk.runs.unfinished()).toEqual([{ ...news, kind: 'cancelled' }]);
    expect(desk.reservations.salesStatuses.get(news.showtimeId)).toEqual({ closed: true, version: 4 });
  });
});
