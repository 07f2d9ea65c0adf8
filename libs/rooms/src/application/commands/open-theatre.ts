import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { UnknownTimeZone } from '../../domain/errors.js';
import { Theatre, type TheatreDetails } from '../../domain/theatre.js';
import { Theatres } from '../../domain/theatres.js';
import { TimeZones } from '../../domain/time-zones.js';
import { type TheatreView, theatreView } from '../queries/theatre.view.js';

export class OpenTheatre extends Command<TheatreView> implements AdminCommand<TheatreView> {
  constructor(
    readonly adminId: string,
    readonly details: TheatreDetails,
  ) {
    super();
  }

  auditEntry({ id, name, timeZone, currency }: TheatreView) {
    return { action: 'rooms.open-theatre', subject: id, details: { name, timeZone, currency } };
  }
}

@CommandHandler(OpenTheatre)
export class OpenTheatreHandler implements ICommandHandler<OpenTheatre> {
  constructor(
    private readonly theatres: Theatres,
    private readonly timeZones: TimeZones,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ details }: OpenTheatre): Promise<TheatreView> {
    return this.transactions.idempotently(async () => {
      const timeZone = await this.timeZones.knownName(details.timeZone);
      if (timeZone === null) throw new UnknownTimeZone(details.timeZone);
      const theatre = Theatre.open({ ...details, timeZone }, this.clock.now());
      await this.theatres.add(theatre);
      return theatreView(theatre.state);
    });
  }
}
