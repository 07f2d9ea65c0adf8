import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { MailsAboutReservation } from '@app/contracts/notifications.js';
import { PaymentIdsOfReservation } from '@app/contracts/payments.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { eventsOf } from '@app/platform/messaging/event-history.js';
import { Database } from '@app/platform/persistence/database.js';
import { Reservations } from '../../domain/reservations.js';
import type { ReservationTimelineView } from './reservation-timeline.view.js';
import { timelineEntries } from './parts/timeline-entries.js';

/** Far more than any honest reservation has. */
const MAX_EVENTS = 500;
const MAX_ACTS = 200;
const MAX_MAILS = 200;
const MAX_PAYMENTS = 100;

/** What happened to a reservation, from the events, acts and mails that are kept. Throws `ReservationNotFound`. */
export class ReservationTimeline extends Query<ReservationTimelineView> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@QueryHandler(ReservationTimeline)
export class ReservationTimelineHandler implements IQueryHandler<ReservationTimeline> {
  constructor(
    private readonly reservations: Reservations,
    private readonly database: Database,
    private readonly queries: QueryBus,
    private readonly audit: AuditTrail,
  ) {}

  async execute({ reservationId }: ReservationTimeline): Promise<ReservationTimelineView> {
    const { reservation } = await this.reservations.read({ id: reservationId });
    const payments = await this.queries.execute(new PaymentIdsOfReservation(reservationId, MAX_PAYMENTS));
    const subjects = [reservationId, ...payments.map(({ paymentId }) => paymentId)];
    const events = await eventsOf(this.database, { subjects, limit: MAX_EVENTS });
    const refundIds = payments.flatMap((payment) => payment.refundIds);
    const acts = await this.audit.entriesAbout([...subjects, ...refundIds], MAX_ACTS);
    const mails = await this.queries.execute(new MailsAboutReservation(reservationId, MAX_MAILS));
    const own = events.filter(({ subject }) => subject === reservationId);
    // Each version of the reservation has its event.
    const complete = own.length >= reservation.state.version && events.length < MAX_EVENTS;
    return { reservationId, complete, entries: timelineEntries({ events, acts, mails }) };
  }
}
