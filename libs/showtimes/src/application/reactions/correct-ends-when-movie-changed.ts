import { MovieChanged } from '@app/contracts/movies.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ShowtimeEnds } from '../showtime-ends.js';

/** Reads the runtime as it is now: an event that comes late or twice changes nothing more. */
@Subscribe(MovieChanged, { queue: 'showtimes.correct-ends-when-movie-changed', alone: true })
export class CorrectEndsWhenMovieChanged implements Reaction<MovieChanged> {
  constructor(private readonly ends: ShowtimeEnds) {}

  async handle({ data: { movieId, runtimeMinutes } }: MovieChanged, { time: at }: EventContext): Promise<void> {
    await this.ends.correct({ movieId }, { to: { runtimeMinutes }, at });
  }
}
