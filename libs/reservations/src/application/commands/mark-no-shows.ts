import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import type { AdminCommand, AuditEntry } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { ShowtimeNotFound, ShowtimeNotOver } from '../../domain/errors.js';
import { Reservations } from '../../domain/reservations.js';
import { strictestSalesStatus } from '../../domain/sales-status.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Marks who did not come to a showtime that took place. Returns how many. Throws `ShowtimeNotFound`, `ShowtimeNotOver`. */
export class MarkNoShows extends Command<number> implements AdminCommand<number> {
  constructor(
    readonly adminId: string,
    readonly showtimeId: string,
  ) {
    super();
  }

  auditEntry(marked: number): Omit<AuditEntry, 'actor'> | null {
    return marked === 0 ? null : { action: 'reservations.mark-no-shows', subject: this.showtimeId, details: { marked } };
  }
}

@CommandHandler(MarkNoShows)
export class MarkNoShowsHandler implements ICommandHandler<MarkNoShows> {
  constructor(
    private readonly reservations: Reservations,
    private readonly salesStatus: CurrentSalesStatus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ showtimeId }: MarkNoShows): Promise<number> {
    const [showtime] = await this.queries.execute(new ShowtimesByIds([showtimeId]));
    if (showtime === undefined) throw new ShowtimeNotFound();
    const currentSalesStatus = await this.salesStatus.of(showtimeId);
    const at = this.clock.now();
    // Each ticket is asked too. A showtime without one is not over either, and nobody misses a cancelled one.
    if (showtime.status !== 'cancelled' && at < new Date(showtime.endsAt)) throw new ShowtimeNotOver(showtime.endsAt);
    return this.reservations.changeNotAdmitted(showtimeId, (reservation, { salesStatus }) =>
      reservation.markNoShow({ salesStatus: strictestSalesStatus(salesStatus, currentSalesStatus), at }),
    );
  }
}
