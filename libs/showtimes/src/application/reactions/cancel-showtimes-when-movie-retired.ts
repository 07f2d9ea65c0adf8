import { MovieRetired } from '@app/contracts/movies.js';
import { Clock } from '@app/kernel/clock.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Showtimes } from '../../domain/showtimes.js';
import { Timetable } from '../../domain/timetable.js';

@Subscribe(MovieRetired, { queue: 'showtimes.cancel-showtimes-when-movie-retired' })
export class CancelShowtimesWhenMovieRetired implements Reaction<MovieRetired> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly timetable: Timetable,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { movieId, cancelShowtimes, reason } }: MovieRetired): Promise<void> {
    if (!cancelShowtimes) return;
    // One who scheduled it before it was retired may not have committed yet; whoever comes later finds it retired.
    await this.timetable.freeze({ movieId });
    const now = this.clock.now();
    for (const showtimeId of await this.showtimes.aheadOf(movieId, now)) {
      await this.showtimes.change(showtimeId, (showtime) => {
        // Moved ahead of its time since it was found: people sit in it, and the film may end.
        if (!showtime.hasBegun(now)) showtime.cancel(reason, now);
      });
    }
  }
}
