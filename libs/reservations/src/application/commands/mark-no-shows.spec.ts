import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ShowtimeNotFound, ShowtimeNotOver } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { MarkNoShows } from './mark-no-shows.js';

describe('MarkNoShows', () => {
  const adminId = newId();

  async function paid() {
    const harness = new ReservationsHarness();
    const seating = harness.createSeating();
    const reservation = await harness.createConfirmed({ seating });
    harness.bus.answer(ShowtimesByIds, ({ showtimeIds }) => (showtimeIds.includes(seating.showtime.id) ? [seating.showtime] : []));
    const mark = (showtimeId = seating.showtime.id) => harness.executeAsAdmin(new MarkNoShows(adminId, showtimeId));
    return { harness, reservation, mark };
  }

  it('who did not come is marked once, with one audit entry', async () => {
    const { harness, reservation, mark } = await paid();
    harness.clock.advance(9 * HOUR_MS);
    expect([await mark(), await mark()]).toEqual([1, 0]);
    expect(harness.audit.entries).toMatchObject([{ subject: reservation.state.showtimeId, details: { marked: 1 } }]);
  });

  it('a showtime that is not over, or unknown, is refused', async () => {
    const { mark } = await paid();
    await expect(mark()).rejects.toThrow(ShowtimeNotOver);
    await expect(mark(newId())).rejects.toThrow(ShowtimeNotFound);
  });

  it('a showtime without a ticket that is not over is refused too', async () => {
    const { harness, mark } = await paid();
    const { showtime } = harness.createSeating();
    harness.bus.answer(ShowtimesByIds, () => [showtime]);
    await expect(mark(showtime.id)).rejects.toThrow(ShowtimeNotOver);
    harness.bus.answer(ShowtimesByIds, () => [{ ...showtime, status: 'cancelled' }]);
    expect(await mark(showtime.id)).toBe(0);
  });

  it('a showtime that only its owner knows to be cancelled has none', async () => {
    const { harness, reservation, mark } = await paid();
    harness.clock.advance(9 * HOUR_MS);
    harness.changeInShowtimes(reservation.state.showtimeId, 'cancelled');
    expect(await mark()).toBe(0);
  });
});
