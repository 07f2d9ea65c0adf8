import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { EverScheduledIn } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { changedFields } from '@app/kernel/changed-fields.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { UnknownTimeZone } from '../../domain/errors.js';
import type { TheatreDetails } from '../../domain/theatre.js';
import { Theatres } from '../../domain/theatres.js';
import { TimeZones } from '../../domain/time-zones.js';

type ChangedFields = Record<string, unknown> | null;

/** What is left out stays as it is. Resolves to the stored values that differ, or null. */
export class ChangeTheatre extends Command<ChangedFields> implements AdminCommand<ChangedFields> {
  constructor(
    readonly adminId: string,
    readonly theatreId: string,
    readonly changes: Partial<TheatreDetails>,
  ) {
    super();
  }

  auditEntry(changed: ChangedFields) {
    return changed === null ? null : { action: 'rooms.change-theatre', subject: this.theatreId, details: changed };
  }
}

@CommandHandler(ChangeTheatre)
export class ChangeTheatreHandler implements ICommandHandler<ChangeTheatre> {
  constructor(
    private readonly theatres: Theatres,
    private readonly timeZones: TimeZones,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ theatreId, changes: { timeZone, ...others } }: ChangeTheatre): Promise<ChangedFields> {
    return this.transactions.run(async () => {
      const changes = timeZone === undefined ? others : { ...others, timeZone: await this.knownName(timeZone) };
      const needsUnusedTheatre = timeZone !== undefined || others.currency !== undefined;
      const everScheduled = needsUnusedTheatre && (await this.everScheduled(theatreId));
      return this.theatres.change(theatreId, (theatre) => {
        const before = theatre.state;
        theatre.change(changes, { everScheduled });
        return changedFields(before, theatre.state, ['name', 'timeZone', 'currency']);
      });
    });
  }

  /** A false answer holds until the transaction ends: no room opens in the theatre, and nothing is scheduled in its rooms. */
  private async everScheduled(theatreId: string): Promise<boolean> {
    const roomIds = await this.theatres.lockedRoomIds(theatreId);
    return roomIds.length > 0 && (await this.queries.execute(new EverScheduledIn(theatreId, roomIds)));
  }

  private async knownName(name: string): Promise<string> {
    const timeZone = await this.timeZones.knownName(name);
    if (timeZone === null) throw new UnknownTimeZone(name);
    return timeZone;
  }
}
