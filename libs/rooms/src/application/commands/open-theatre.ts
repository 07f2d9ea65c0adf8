import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { UnknownTimeZone } from '../../domain/errors.js';
import { Theatre, type TheatreTraits } from '../../domain/theatre.js';
import { Theatres } from '../../domain/theatres.js';
import { TimeZones } from '../../domain/time-zones.js';
import { type TheatreView, viewOfTheatre } from '../queries/theatre-view.js';

export class OpenTheatre extends Command<TheatreView> {
  constructor(readonly traits: TheatreTraits) {
    super();
  }
}

@CommandHandler(OpenTheatre)
export class OpenTheatreHandler implements ICommandHandler<OpenTheatre> {
  constructor(
    private readonly theatres: Theatres,
    private readonly timeZones: TimeZones,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async execute({ traits }: OpenTheatre): Promise<TheatreView> {
    return this.database.once(async () => {
      const timeZone = this.timeZones.spelling(traits.timeZone);
      if (timeZone === null) throw new UnknownTimeZone(traits.timeZone);
      const theatre = Theatre.open({ ...traits, timeZone }, this.clock.now());
      await this.theatres.add(theatre);
      return viewOfTheatre(theatre.state);
    });
  }
}
