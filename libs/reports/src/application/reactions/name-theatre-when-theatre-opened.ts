import { TheatreOpened } from '@app/contracts/rooms.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(TheatreOpened, { queue: 'reports.name-theatre-when-theatre-opened' })
export class NameTheatreWhenTheatreOpened implements Reaction<TheatreOpened> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { theatreId, name, timeZone } }: TheatreOpened, { sequence }: EventContext): Promise<void> {
    return this.facts.saveTheatre({ theatreId, name, timeZone, sequence });
  }
}
