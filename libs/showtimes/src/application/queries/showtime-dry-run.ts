import { CommandBus, type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { EffectOnReservations, type ReservationsEffect } from '@app/contracts/reservations.js';
import { ShowtimeCancelled, ShowtimeChanged } from '@app/contracts/showtimes.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type ConflictingShowtime, ShowtimesOverlap } from '../../domain/errors.js';
import type { CancelShowtime } from '../commands/cancel-showtime.js';
import type { ChangeShowtime } from '../commands/change-showtime.js';
import { ShowtimeDryRunView, UNTOUCHED } from './showtime-dry-run.view.js';

/** What cancelling or changing a showtime would do now. The command runs and is rolled back. Throws `ShowtimeNotFound`. */
export class ShowtimeDryRun extends Query<ShowtimeDryRunView> {
  constructor(readonly command: CancelShowtime | ChangeShowtime) {
    super();
  }
}

@QueryHandler(ShowtimeDryRun)
export class ShowtimeDryRunHandler implements IQueryHandler<ShowtimeDryRun> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ command }: ShowtimeDryRun): Promise<ShowtimeDryRunView> {
    const { events, refusal } = await this.transactions.rehearse(() =>
      this.commands.execute<CancelShowtime | ChangeShowtime, unknown>(command),
    );
    const [event] = events;
    const effect = event === undefined ? UNTOUCHED : await this.effectOf(event, command.showtimeId);
    const { held, confirmed, completed, cancelled } = effect.byStatus;
    return {
      dryRun: true,
      possible: refusal === null,
      refusal: refusal === null ? null : { code: refusal.code, message: refusal.message },
      overlaps: refusal instanceof ShowtimesOverlap ? [refusal.details['conflictingShowtime'] as ConflictingShowtime] : [],
      showtimes: events.length,
      reservations: { count: held + confirmed + completed + cancelled, byStatus: effect.byStatus },
      seats: effect.seats,
      refunds: [...effect.refunds],
      events: [...events.map(({ type }) => ({ type, count: 1 })), ...effect.events],
    };
  }

  /** Of prices and the start of sales nothing follows for those who have seats. */
  private async effectOf(event: object, showtimeId: string): Promise<ReservationsEffect> {
    const isMove = event instanceof ShowtimeChanged && event.data.moved;
    if (!isMove && !(event instanceof ShowtimeCancelled)) return UNTOUCHED;
    return this.queries.execute(new EffectOnReservations([showtimeId], isMove ? 'moved' : 'cancelled'));
  }
}
