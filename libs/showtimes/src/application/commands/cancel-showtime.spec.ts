import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { ShowtimeNotFound, ShowtimeStarted } from '../../domain/errors.js';
import { aShowtime, minutesAfter, NOW } from '../../testing/builders.js';
import { InMemoryShowtimes } from '../../testing/in-memory-showtimes.js';
import { Answers, noDatabase } from '../../testing/surroundings.js';
import { ShowtimeDetail } from '../queries/showtime-detail.js';
import { CancelShowtime, CancelShowtimeHandler } from './cancel-showtime.js';

describe('Cancelling a showtime', () => {
  const [showtime, begun] = [aShowtime(), aShowtime({ startsAt: minutesAfter(-10), now: minutesAfter(-100) })];
  const showtimes = new InMemoryShowtimes();
  for (const each of [showtime, begun]) showtimes.states.set(each.id, each.state);
  const audit = new InMemoryAuditTrail();
  const answers = new Answers().to(ShowtimeDetail, ({ showtimeId }) => ({ id: showtimeId }));
  const cancel = new CancelShowtimeHandler(showtimes, audit, new FixedClock(NOW), answers.bus, noDatabase);

  it('keeps the reason, and is harmless when repeated', async () => {
    await cancel.execute(new CancelShowtime('an-admin', showtime.id, 'The projector is broken.'));
    await cancel.execute(new CancelShowtime('an-admin', showtime.id, null));
    expect(showtimes.states.get(showtime.id)).toMatchObject({ status: 'cancelled', cancelReason: 'The projector is broken.' });
    expect(showtimes.recorded).toEqual(['showtimes.showtime-cancelled.v1']);
    expect(audit.entries).toEqual([
      { actor: 'an-admin', action: 'showtimes.cancel-showtime', subject: showtime.id, details: { reason: 'The projector is broken.' } },
    ]);
  });

  it('refuses a show that has begun', async () => {
    await expect(cancel.execute(new CancelShowtime('an-admin', begun.id, null))).rejects.toThrow(ShowtimeStarted);
  });

  it('does not find a showtime that is not there', async () => {
    await expect(cancel.execute(new CancelShowtime('an-admin', 'nowhere', null))).rejects.toThrow(ShowtimeNotFound);
  });
});
