import { QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import { Clock } from '@app/kernel/clock.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type MovieOrRoom, Showtimes } from '../../domain/showtimes.js';
import { SEARCHES } from '../lanes.js';
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
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async run(): Promise<void> {
    const failures = new Failures();
    for (const of of await this.withWrongEnds()) await failures.attempt(() => this.transactions.run(() => this.ends.correct(of)));
    failures.throwFirst();
  }

  private async withWrongEnds(): Promise<MovieOrRoom[]> {
    const stored = await this.showtimes.durationsOfUpcoming(this.clock.now());
    const movies = await this.queries.execute(new MoviesByIds([...new Set(stored.map(({ movieId }) => movieId))]));
    const rooms = await this.queries.execute(new RoomsByIds([...new Set(stored.map(({ roomId }) => roomId))]));
    const runtimes = new Map(movies.map(({ id, runtimeMinutes }) => [id, runtimeMinutes]));
    const cleaning = new Map(rooms.map(({ id, cleaningMinutes }) => [id, cleaningMinutes]));
    const movieIds = stored.filter(({ movieId, runtimeMinutes }) => runtimes.get(movieId) !== runtimeMinutes).map(({ movieId }) => movieId);
    const roomIds = stored.filter(({ roomId, cleaningMinutes }) => cleaning.get(roomId) !== cleaningMinutes).map(({ roomId }) => roomId);
    return [...[...new Set(movieIds)].map((movieId) => ({ movieId })), ...[...new Set(roomIds)].map((roomId) => ({ roomId }))];
  }
}
