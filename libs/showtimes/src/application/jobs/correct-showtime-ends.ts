import { Clock } from '@app/kernel/clock.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type MovieOrRoom, Showtimes } from '../../domain/showtimes.js';
import { SEARCHES } from '../lanes.js';
import { MoviesAndRooms } from '../movies-and-rooms.js';
import { ShowtimeEnds } from '../showtime-ends.js';

/** It mends lost events only: until then, no room is used twice, because scheduling reads the runtimes itself. */
const EVERY_MS = 600_000;

/** Finds the showtimes ahead whose end is not that of their movie and room, because an event was lost, and corrects them. */
@Job('showtimes.correct-showtime-ends', { lane: SEARCHES })
export class CorrectShowtimeEnds implements JobHandler {
  readonly everyMs = EVERY_MS;

  constructor(
    private readonly showtimes: Showtimes,
    private readonly ends: ShowtimeEnds,
    private readonly clock: Clock,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly transactions: Transactions,
  ) {}

  async run(): Promise<void> {
    const failures = new Failures();
    for (const of of await this.withWrongEnds()) await failures.attempt(() => this.transactions.run(() => this.ends.correct(of)));
    failures.throwFirst();
  }

  private async withWrongEnds(): Promise<MovieOrRoom[]> {
    const stored = await this.showtimes.runtimeAndCleaningOfUpcoming(this.clock.now());
    const movies = await this.moviesAndRooms.moviesOf(stored);
    const rooms = await this.moviesAndRooms.roomsOf(stored);
    const movieIds = stored.filter((of) => movies.get(of.movieId)?.runtimeMinutes !== of.runtimeMinutes).map(({ movieId }) => movieId);
    const roomIds = stored.filter((of) => rooms.get(of.roomId)?.cleaningMinutes !== of.cleaningMinutes).map(({ roomId }) => roomId);
    return [...[...new Set(movieIds)].map((movieId) => ({ movieId })), ...[...new Set(roomIds)].map((roomId) => ({ roomId }))];
  }
}
