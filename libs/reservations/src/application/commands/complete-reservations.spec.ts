import { HOUR_MS, minutesAfter } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CompleteReservations } from './complete-reservations.js';

describe('Completing reservations', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('a confirmed reservation is completed an hour after its showtime ended', async () => {
    const confirmed = await harness.createConfirmed();
    const held = await harness.createHold();
    harness.clock.advance(9 * HOUR_MS - 1);
    expect(await harness.execute(new CompleteReservations())).toBe(0);
    harness.clock.advance(1);
    expect(await harness.execute(new CompleteReservations())).toBe(1);
    expect(harness.reservations.all.get(confirmed.id)).toMatchObject({ status: 'completed', endedAt: minutesAfter(9 * 60) });
    expect(harness.statusOf(held)).toBe('held');
    expect(await harness.execute(new CompleteReservations())).toBe(0);
  });

  it('a locked reservation is completed the next time', async () => {
    const { id } = await harness.createConfirmed();
    harness.clock.advance(9 * HOUR_MS);
    harness.reservations.locked.add(id);
    expect(await harness.execute(new CompleteReservations())).toBe(0);
    harness.reservations.locked.clear();
    expect(await harness.execute(new CompleteReservations())).toBe(1);
  });
});
