import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { HoldExpired, ReservationNotFound, ShowtimeCancelled, ShowtimeMoved } from '../../domain/errors.js';
import { minutesAfter } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ExtendHold } from './extend-hold.js';

describe('Extending a hold', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('an extended hold lasts as long as the policy says', async () => {
    const { id, state } = await harness.createHold();
    await harness.execute(new ExtendHold(state.customerId, id));
    expect(harness.reservations.all.get(id)!.heldUntil).toEqual(minutesAfter(40));
  });

  it('the hold of another customer is not found', async () => {
    const { id } = await harness.createHold();
    await expect(harness.execute(new ExtendHold(newId(), id))).rejects.toThrow(ReservationNotFound);
  });

  it('a hold is not extended once the showtime was cancelled or moved, known or not', async () => {
    const [cancelled, moved] = [await harness.createHold(), await harness.createHold()];
    harness.changeInShowtimes(cancelled.state.showtimeId, 'cancelled');
    harness.changeInShowtimes(moved.state.showtimeId, 'moved');
    const extend = ({ id, state }: typeof moved) => harness.execute(new ExtendHold(state.customerId, id));
    await expect(extend(cancelled)).rejects.toThrow(ShowtimeCancelled);
    await expect(extend(moved)).rejects.toThrow(ShowtimeMoved);
  });

  it('an extension is refused from the end of the hold, expired or not', async () => {
    const { id, state } = await harness.createHold();
    harness.clock.advance(30 * MINUTE_MS);
    await expect(harness.execute(new ExtendHold(state.customerId, id))).rejects.toThrow(HoldExpired);
  });
});
