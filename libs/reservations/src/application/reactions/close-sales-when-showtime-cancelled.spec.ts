import { ShowtimeCancelled } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CloseSalesWhenShowtimeCancelled } from './close-sales-when-showtime-cancelled.js';

describe('A cancelled showtime', () => {
  it('a cancelled showtime is not sold any more, and its run begins', async () => {
    const harness = new ReservationsHarness();
    const cancelled = { showtimeId: newId(), showtimeVersion: 4, reason: 'The projector broke.' };
    await harness.bus.get(CloseSalesWhenShowtimeCancelled).handle(new ShowtimeCancelled(cancelled));
    expect(await harness.runs.unfinished()).toEqual([{ ...cancelled, kind: 'cancelled', movedAt: null }]);
    expect(harness.reservations.salesStatuses.get(cancelled.showtimeId)).toEqual({ closed: true, version: 4 });
  });
});
