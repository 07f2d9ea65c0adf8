import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Showtimes } from '../../domain/showtimes.js';

/** Resolves to whether the showtime was scheduled. */
export class CancelShowtime extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly showtimeId: string,
    readonly reason: string | null,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'showtimes.cancel-showtime', subject: this.showtimeId, details: { reason: this.reason } } : null;
  }
}

@CommandHandler(CancelShowtime)
export class CancelShowtimeHandler implements ICommandHandler<CancelShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ showtimeId, reason }: CancelShowtime): Promise<boolean> {
    return this.transactions.run(() =>
      this.showtimes.change(showtimeId, (showtime) => {
        showtime.cancel({ reason, now: this.clock.now() });
        return showtime.hasChanged;
      }),
    );
  }
}
