import { TheatreChanged } from '@app/contracts/rooms.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(TheatreChanged, { queue: 'reports.name-theatre-when-theatre-changed' })
export class NameTheatreWhenTheatreChanged implements Reaction<TheatreChanged> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { theatreId, name, timeZone } }: TheatreChanged, { sequence }: EventContext): Promise<void> {
    return this.facts.saveTheatre({ theatreId, name, timeZone, sequence });
  }
}
