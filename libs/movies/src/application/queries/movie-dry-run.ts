import { CommandBus, type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { EffectOnShowtimes, type OverlappingShowtime, type ShowtimesEffect } from '@app/contracts/showtimes.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { RuntimeOverlapsShowtimes } from '../../domain/errors.js';
import { ChangeMovie } from '../commands/change-movie.js';
import { RetireMovie } from '../commands/retire-movie.js';
import type { MovieDryRunView } from './movie-dry-run.view.js';

/** What retiring or changing a movie would do now. The command runs and is rolled back. Throws `MovieNotFound`. */
export class MovieDryRun extends Query<MovieDryRunView> {
  constructor(readonly command: RetireMovie | ChangeMovie) {
    super();
  }
}

@QueryHandler(MovieDryRun)
export class MovieDryRunHandler implements IQueryHandler<MovieDryRun> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ command }: MovieDryRun): Promise<MovieDryRunView> {
    const { events, refusal } = await this.transactions.rehearse(() => this.commands.execute<RetireMovie | ChangeMovie, unknown>(command));
    const { showtimes, reservations, events: following } = events.length === 0 ? NO_EFFECT : await this.effectOf(command);
    const { held, confirmed, completed, cancelled } = reservations.byStatus;
    return {
      dryRun: true,
      possible: refusal === null,
      refusal: refusal === null ? null : { code: refusal.code, message: refusal.message },
      overlaps: refusal instanceof RuntimeOverlapsShowtimes ? (refusal.details['overlappingShowtimes'] as OverlappingShowtime[]) : [],
      showtimes,
      reservations: { count: held + confirmed + completed + cancelled, byStatus: reservations.byStatus },
      seats: reservations.seats,
      refunds: [...reservations.refunds],
      events: [...events.map(({ type }) => ({ type, count: 1 })), ...following],
    };
  }

  /** What showtimes would do because of the event of the movie. */
  private async effectOf(command: RetireMovie | ChangeMovie): Promise<ShowtimesEffect> {
    const { movieId } = command;
    if (command instanceof RetireMovie)
      return command.options.cancelShowtimes ? this.queries.execute(new EffectOnShowtimes(movieId, 'cancelled')) : NO_EFFECT;
    const { runtimeMinutes } = command.changes;
    return runtimeMinutes === undefined ? NO_EFFECT : this.queries.execute(new EffectOnShowtimes(movieId, { runtimeMinutes }));
  }
}

const NO_EFFECT: ShowtimesEffect = {
  showtimes: 0,
  reservations: { byStatus: { held: 0, confirmed: 0, completed: 0, cancelled: 0 }, seats: 0, refunds: [], events: [] },
  events: [],
};
