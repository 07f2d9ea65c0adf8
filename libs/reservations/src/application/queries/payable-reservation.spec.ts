import { PayableReservation } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import type { CancellationRun } from '../../domain/cancellation-runs.js';
import { minutesAfter, NOW } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';

describe('What payments asks before a payment begins', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('a hold can be paid, and its answer tells the price and the time left', async () => {
    const { id, state } = await harness.createHold();
    expect(await harness.execute(new PayableReservation(id, state.customerId))).toEqual({
      id,
      customerId: state.customerId,
      status: 'held',
      code: state.code,
      total: { amount: 2_500, currency: 'EUR' },
      heldUntil: minutesAfter(30).toISOString(),
      due: false,
      showtime: 'on-sale',
    });
  });

  it('the reservation of another customer cannot be paid', async () => {
    const { id } = await harness.createHold();
    expect(await harness.execute(new PayableReservation(id, newId()))).toBeNull();
  });

  it.each(['cancelled', 'moved'] as const)('a payment is not to begin where only its owner knows that it was %s', async (what) => {
    const { id, state } = await harness.createHold();
    harness.changeInShowtimes(state.showtimeId, what);
    expect(await harness.execute(new PayableReservation(id, state.customerId))).toMatchObject({ status: 'held', showtime: what });
  });

  it.each<CancellationRun['kind']>(['cancelled', 'moved'])('a payment is not to begin once the showtime was %s', async (kind) => {
    const { id, state } = await harness.createHold();
    await harness.runs.begin(
      { showtimeId: state.showtimeId, showtimeVersion: 2, kind, movedAt: kind === 'moved' ? NOW : null, reason: null },
      NOW,
    );
    expect(await harness.execute(new PayableReservation(id, state.customerId))).toMatchObject({ status: 'held', showtime: kind });
  });
});
