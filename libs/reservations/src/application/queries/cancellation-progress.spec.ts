import { QueryBus } from '@nestjs/cqrs';
import { ShowtimeStatuses, type ShowtimeStatusView } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { FakeDatabase } from '@app/platform/testing/fake-database.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { Database } from '@app/platform/persistence/database.js';
import { CancellationProgress, CancellationProgressHandler } from './cancellation-progress.js';

describe('CancellationProgress without a run', () => {
  const showtimeId = newId();
  const answer = async (found: Partial<ShowtimeStatusView> | null): Promise<unknown> => {
    const database = new FakeDatabase(() => Promise.resolve([]));
    const bus = new InMemoryBus({ handlers: [CancellationProgressHandler], providers: [[Database, database]] }).answer(
      ShowtimeStatuses,
      () =>
        found === null
          ? []
          : [
              {
                showtimeId,
                version: 2,
                status: 'scheduled',
                cancelReason: null,
                endsAt: '2026-03-01T20:00:00.000Z',
                lastMove: null,
                ...found,
              },
            ],
    );
    return bus
      .get(QueryBus)
      .execute(new CancellationProgress(showtimeId))
      .catch((error: Error) => error.message);
  };

  it('a showtime that was cancelled or moved a moment ago is not said to take place', async () => {
    expect(await answer({ status: 'cancelled' })).toContain('This showtime was cancelled. Its cancellation run has not begun');
    expect(await answer({ lastMove: { version: 2, at: '2026-03-01T12:00:00.000Z' } })).toContain('This showtime was moved.');
  });

  it('a showtime that takes place as it was reserved has no run', async () => {
    expect(await answer({})).toBe('There is no cancellation run: this showtime was neither cancelled nor moved.');
  });

  it('an unknown showtime is not found', async () => {
    expect(await answer(null)).toBe('There is no such showtime.');
  });
});
