import { ReservationConfirmed } from '@app/contracts/reservations.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(ReservationConfirmed, { queue: 'reports.count-seats-when-reservation-confirmed' })
export class CountSeatsWhenReservationConfirmed implements Reaction<ReservationConfirmed> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { reservationId, showtimeId, seats } }: ReservationConfirmed, { sequence }: EventContext): Promise<void> {
    return this.facts.saveReservation({ reservationId, showtimeId, seatsSold: seats.length, sequence });
  }
}
