/** Where the facts can be found again whose event is late or lost: the owners answer, a page at a time, in the order of time and id. */
import type { QueryBus } from '@nestjs/cqrs';
import { RefundsChangedBetween } from '@app/contracts/payments.js';
import { ReservationsCancelledBetween, ReservationsConfirmedBetween } from '@app/contracts/reservation-accounts.js';
import type { MailRequest } from '../domain/mail.js';
import type { MailSearchName } from '../domain/mail-watermarks.js';
import { cancellationHasMail, mailAboutReservation } from './mail-requests.js';

interface FoundFact {
  /** ISO instant, and the id of the fact: the next page begins after both. */
  readonly at: string;
  readonly id: string;
  /** Null where the fact needs none. */
  readonly mail: MailRequest | null;
}

interface FactPage {
  readonly after: { readonly at: string; readonly id: string };
  /** ISO instant. */
  readonly until: string;
  readonly limit: number;
}

/** Requests to accounts are not searched: who misses such a mail asks for it again. */
export const FACT_SEARCHES: Readonly<Record<MailSearchName, (queries: QueryBus, page: FactPage) => Promise<FoundFact[]>>> = {
  async confirmations(queries, { after: { at: confirmedAt, id: reservationId }, until, limit }) {
    const page = await queries.execute(new ReservationsConfirmedBetween({ confirmedAt, reservationId }, until, limit));
    return page.map((reservation) => ({
      at: reservation.confirmedAt,
      id: reservation.reservationId,
      mail: mailAboutReservation('reservation-confirmed', reservation),
    }));
  },

  /** The reason that an admin gave is in the event alone: such a mail goes without it. */
  async cancellations(queries, { after: { at: cancelledAt, id: reservationId }, until, limit }) {
    const page = await queries.execute(new ReservationsCancelledBetween({ cancelledAt, reservationId }, until, limit));
    return page.map((reservation) => {
      const { by, refundDue: amount, paymentId } = reservation;
      const facts = { by, reason: null, ...(amount === null || paymentId === null ? {} : { amount, paymentId }) };
      return {
        at: reservation.cancelledAt,
        id: reservation.reservationId,
        mail: cancellationHasMail(reservation) ? mailAboutReservation('reservation-cancelled', reservation, facts) : null,
      };
    });
  },

  /** A refund that has arrived needs no mail any more that it is on its way. */
  async refunds(queries, { after: { at: changedAt, id: refundId }, until, limit }) {
    const page = await queries.execute(new RefundsChangedBetween({ changedAt, refundId }, until, limit));
    return page.map(({ changedAt: at, refundId: id, paymentId, reservationId, amount, status }) => {
      const kind = status === 'succeeded' ? 'refund-arrived' : 'refund-submitted';
      return { at, id, mail: { kind, factId: id, reservationId, userId: null, facts: { amount, paymentId } } };
    });
  },
};
