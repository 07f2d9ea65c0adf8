import { ReservationCancelled } from '@app/contracts/reservations.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(ReservationCancelled, { queue: 'reports.count-no-seats-when-reservation-cancelled' })
export class CountNoSeatsWhenReservationCancelled implements Reaction<ReservationCancelled> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { reservationId, showtimeId } }: ReservationCancelled, { sequence }: EventContext): Promise<void> {
    return this.facts.saveReservation({ reservationId, showtimeId, seatsSold: 0, sequence });
  }
}
