import { HoldExpired } from '@app/contracts/reservations.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(HoldExpired, { queue: 'reports.count-no-seats-when-hold-expired' })
export class CountNoSeatsWhenHoldExpired implements Reaction<HoldExpired> {
  constructor(private readonly facts: ReportFacts) {}

  /** Money that comes too late for the hold still belongs to its showtime. */
  handle({ data: { reservationId, showtimeId } }: HoldExpired, { sequence }: EventContext): Promise<void> {
    return this.facts.saveReservation({ reservationId, showtimeId, seatsSold: 0, sequence });
  }
}
