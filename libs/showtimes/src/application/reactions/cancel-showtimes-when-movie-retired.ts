import { MovieRetired } from '@app/contracts/movies.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { RetiredMovieShowtimes } from '../retired-movie-showtimes.js';

@Subscribe(MovieRetired, { queue: 'showtimes.cancel-showtimes-when-movie-retired', alone: true })
export class CancelShowtimesWhenMovieRetired implements Reaction<MovieRetired> {
  constructor(private readonly showtimes: RetiredMovieShowtimes) {}

  async handle({ data: { movieId, cancelShowtimes, reason } }: MovieRetired, { time: retiredAt }: EventContext): Promise<void> {
    if (cancelShowtimes) await this.showtimes.cancelAll(movieId, { retiredAt, reason });
  }
}
