import { Logger } from '@nestjs/common';
import { HOUR_MS, MINUTE_MS } from '@app/kernel/durations.js';
import { minutesAfter, NOW } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancelReservation } from './cancel-reservation.js';
import { CompareShowtimes } from './compare-showtimes.js';
import { ProcessCancellationRuns } from './process-cancellation-runs.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('Comparing showtimes with what their owner says', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const compare = (): Promise<boolean> => harness.execute(new CompareShowtimes({ passMs: MINUTE_MS }));

  it.each(['cancelled', 'moved'] as const)('a showtime that was %s gets its run though no message came', async (what) => {
    const gone = await harness.createConfirmed();
    const other = await harness.createConfirmed();
    harness.changeInShowtimes(gone.state.showtimeId, what);
    expect(await compare()).toBe(false);
    await harness.execute(new ProcessCancellationRuns());
    expect([gone, other].map((each) => harness.statusOf(each))).toEqual(['cancelled', 'confirmed']);
  });

  it('a cancelled showtime gives back what a customer had lost before', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(5 * HOUR_MS);
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: state.total }));
    harness.changeInShowtimes(state.showtimeId, 'cancelled');
    await compare();
    await harness.execute(new ProcessCancellationRuns());
    expect(harness.eventsOf({ id }).slice(-2)).toEqual(['reservation-cancelled', 'refund-due-raised']);
  });

  it('a run that began by its message is not begun again', async () => {
    const { state } = await harness.createHold();
    const { showtimeId } = state;
    harness.changeInShowtimes(showtimeId, 'moved');
    await harness.runs.begin({ showtimeId, showtimeVersion: 2, kind: 'moved', movedAt: NOW, reason: 'By its message.' }, NOW);
    await compare();
    expect(await harness.runs.unfinished()).toMatchObject([{ reason: 'By its message.' }]);
  });

  it('a showtime that ends later is followed though no message came', async () => {
    const longer = await harness.createConfirmed();
    const other = await harness.createConfirmed();
    harness.changeEndInShowtimes(longer.state.showtimeId, minutesAfter(9.5 * 60));
    await compare();
    const endOf = ({ id }: { id: string }) => harness.reservations.all.get(id)!.endsAt;
    expect([longer, other].map(endOf)).toEqual([minutesAfter(9.5 * 60), other.state.endsAt]);
    expect(await harness.runs.unfinished()).toEqual([]);
  });

  it('a pass asks for each showtime once, and the next pass waits', async () => {
    const { state } = await harness.createHold();
    await compare();
    harness.changeInShowtimes(state.showtimeId, 'cancelled');
    harness.clock.advance(MINUTE_MS - 1);
    await compare();
    expect(await harness.runs.unfinished()).toEqual([]);
    harness.clock.advance(1);
    await compare();
    expect(await harness.runs.unfinished()).toMatchObject([{ showtimeId: state.showtimeId }]);
    expect(harness.clock.now()).toEqual(minutesAfter(1));
  });
});
