import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { EverScheduledIn } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import { UnknownTimeZone } from '../../domain/errors.js';
import type { TheatreTraits } from '../../domain/theatre.js';
import { Theatres } from '../../domain/theatres.js';
import { TimeZones } from '../../domain/time-zones.js';
import { type TheatreView, viewOfTheatre } from '../queries/theatre-view.js';

export class ChangeTheatre extends Command<TheatreView> {
  constructor(
    readonly theatreId: string,
    readonly wanted: Partial<TheatreTraits>,
  ) {
    super();
  }
}

@CommandHandler(ChangeTheatre)
export class ChangeTheatreHandler implements ICommandHandler<ChangeTheatre> {
  constructor(
    private readonly theatres: Theatres,
    private readonly timeZones: TimeZones,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ theatreId, wanted }: ChangeTheatre): Promise<TheatreView> {
    const traits = { ...wanted, ...(wanted.timeZone === undefined ? {} : { timeZone: this.spelled(wanted.timeZone) }) };
    return this.database.transaction(async () => {
      const movable = traits.timeZone !== undefined || traits.currency !== undefined;
      const everScheduled = movable && (await this.everScheduled(theatreId));
      return this.theatres.change(theatreId, (theatre) => {
        theatre.change(traits, everScheduled);
        return viewOfTheatre(theatre.state);
      });
    });
  }

  /** Both answers hold until the transaction ends: no room opens in the theatre, and nothing is scheduled in its rooms. */
  private async everScheduled(theatreId: string): Promise<boolean> {
    const roomIds = await this.theatres.holdRooms(theatreId);
    return roomIds.length > 0 && (await this.queries.execute(new EverScheduledIn(roomIds)));
  }

  private spelled(name: string): string {
    const timeZone = this.timeZones.spelling(name);
    if (timeZone === null) throw new UnknownTimeZone(name);
    return timeZone;
  }
}
