/** The commands of the movies context on fakes, executed as the API executes them. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import { type OverlappingShowtime, ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { newId } from '@app/kernel/id.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { HeldRight } from '@app/platform/testing/held-right.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import { moviesHandlers } from '../application/handlers.js';
import type { Genre } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';
import type { Movie } from '../domain/movie.js';
import { Movies } from '../domain/movies.js';
import { InMemoryGenres } from './in-memory-genres.js';
import { InMemoryMovies } from './in-memory-movies.js';

export class MoviesHarness {
  readonly adminId = newId();
  readonly movies = new InMemoryMovies();
  readonly genres = new InMemoryGenres((genreId) => this.movies.haveGenre(genreId));
  readonly audit = new InMemoryAuditTrail();
  readonly clock = new FixedClock();
  readonly jobs = new InMemoryJobs(this.clock);
  /** What the showtimes context answers. */
  overlappingShowtimes: OverlappingShowtime[] = [];
  readonly bus: InMemoryBus;
  readonly #admin: AdminCommands;

  private constructor(transactions: Transactions) {
    this.bus = new InMemoryBus({
      handlers: moviesHandlers,
      providers: [
        [Movies, this.movies],
        [Genres, this.genres],
        [Jobs, this.jobs],
        [Transactions, transactions],
      ],
    }).answer(ShowtimesThatWouldOverlap, () => this.overlappingShowtimes);
    this.#admin = new AdminCommands(this.bus.get(CommandBus), transactions, this.audit, new HeldRight());
  }

  /** With these stored. Their events are forgotten. */
  static async with({
    genres = [],
    movies = [],
    transactions = new ImmediateTransactions(),
  }: { genres?: readonly Genre[]; movies?: readonly Movie[]; transactions?: Transactions } = {}): Promise<MoviesHarness> {
    const harness = new MoviesHarness(transactions);
    for (const genre of genres) await harness.genres.add(genre);
    for (const movie of movies) await harness.movies.add(movie);
    harness.movies.recorded.length = 0;
    return harness;
  }

  execute<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.#admin.execute(command);
  }
}
