import { SeatsChanged } from '@app/contracts/reservations.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(SeatsChanged, { queue: 'reports.count-seats-when-seats-changed' })
export class CountSeatsWhenSeatsChanged implements Reaction<SeatsChanged> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { reservationId, showtimeId, status, seats } }: SeatsChanged, { sequence }: EventContext): Promise<void> {
    const seatsSold = status === 'confirmed' ? seats.length : 0;
    return this.facts.saveReservation({ reservationId, showtimeId, seatsSold, sequence });
  }
}
