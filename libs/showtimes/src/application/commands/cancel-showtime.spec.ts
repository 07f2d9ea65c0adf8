import { ShowtimeNotFound, ShowtimeStarted } from '../../domain/errors.js';
import { aShowtime, minutesAfter } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { CancelShowtime } from './cancel-showtime.js';

describe('CancelShowtime', () => {
  const setUp = () => {
    const [showtime, started] = [aShowtime(), aShowtime({ startsAt: minutesAfter(-10), now: minutesAfter(-100) })];
    const harness = new ShowtimesHarness({ showtimes: [showtime, started] });
    const cancel = (id: string, reason: string | null = null) => harness.execute(new CancelShowtime(harness.adminId, id, reason));
    return { harness, showtime, started, cancel };
  };

  it('a showtime cancelled twice keeps the first reason and leaves one audit entry', async () => {
    const { harness, showtime, cancel } = setUp();
    expect([await cancel(showtime.id, 'The projector is broken.'), await cancel(showtime.id)]).toEqual([true, false]);
    expect(harness.stateOf(showtime)).toMatchObject({ status: 'cancelled', cancelReason: 'The projector is broken.' });
    expect(harness.showtimes.recorded).toEqual(['showtimes.showtime-cancelled.v1']);
    expect(harness.audit.entries).toEqual([
      {
        actor: harness.adminId,
        action: 'showtimes.cancel-showtime',
        subject: showtime.id,
        details: { reason: 'The projector is broken.' },
      },
    ]);
  });

  it('a showtime that has started is not cancelled', async () => {
    const { started, cancel } = setUp();
    await expect(cancel(started.id)).rejects.toThrow(ShowtimeStarted);
  });

  it('an unknown showtime is not found', async () => {
    const { cancel } = setUp();
    await expect(cancel('unknown')).rejects.toThrow(ShowtimeNotFound);
  });
});
