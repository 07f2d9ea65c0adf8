import { Clock } from '@app/kernel/clock.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Showtimes } from '../../domain/showtimes.js';
import { RetiredMovieShowtimes } from '../retired-movie-showtimes.js';
import { SEARCHES } from '../lanes.js';
import { MoviesAndRooms } from '../movies-and-rooms.js';

/** A showtime that starts before the search takes place after all, so the time in which a lost event can do that is short. */
const EVERY_MS = 60_000;

/**
 * Finds retired movies that have showtimes ahead, because an event was lost, and cancels these. A movie is retired with showtimes ahead only where
 * they are to be cancelled. Until then it can still be booked.
 */
@Job('showtimes.cancel-showtimes-of-retired-movies', { lane: SEARCHES })
export class CancelShowtimesOfRetiredMovies implements JobHandler {
  readonly everyMs = EVERY_MS;

  constructor(
    private readonly showtimes: Showtimes,
    private readonly ofMovie: RetiredMovieShowtimes,
    private readonly clock: Clock,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly transactions: Transactions,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const movies = await this.moviesAndRooms.moviesOf(await this.showtimes.runtimeAndCleaningOfUpcoming(now));
    const failures = new Failures();
    for (const { id } of [...movies.values()].filter((movie) => movie.retired))
      await failures.attempt(() => this.transactions.run(() => this.ofMovie.cancelAll(id, { retiredAt: now, reason: null })));
    failures.throwFirst();
  }
}
