/** The transitions of a reservation, from the aggregate. */
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import type { ReservationState } from '../../libs/reservations/src/domain/reservation-state.js';
import { Reservation } from '../../libs/reservations/src/domain/reservation.js';
import { OPEN_SALES } from '../../libs/reservations/src/domain/sales-status.js';
import { NOW, POLICY, aHold } from '../../libs/reservations/src/testing/builders.js';
import { NONE } from './diagrams.js';
import { Transitions, explore } from './explore.js';

/** Before the hold ends, after it ended, and after the showtime. */
const TIMES = [NOW, new Date(NOW.getTime() + HOUR_MS), new Date(NOW.getTime() + 24 * HOUR_MS)];

/** On sale, moved, and cancelled. */
const SALES_STATUSES = [OPEN_SALES, { closed: false, version: 2 }, { closed: true, version: 2 }];

export function observeReservation(): string[] {
  const transitions = new Transitions();

  class ObservedReservation extends Reservation {
    protected override record(event: DomainEvent, changes: Partial<Omit<ReservationState, 'id' | 'version'>> = {}): void {
      const before = this.state.status;
      super.record(event, changes);
      transitions.add(before, this.state.status);
    }
  }

  const start = (): Reservation => {
    const { state } = aHold();
    transitions.add(NONE, state.status);
    return new ObservedReservation(state);
  };

  explore<Reservation>({
    start,
    copy: ({ state }) => new ObservedReservation(state),
    acts: actsOn,
    keyOf: ({ state }) => JSON.stringify([state.status, state.extended, state.late, state.refundDue]),
  });
  return transitions.lines;
}

function actsOn(reservation: Reservation): (() => unknown)[] {
  const { total, currency } = reservation.state;
  const payment = { paymentId: newId(), reservationId: reservation.id, amount: { amount: total, currency } };
  const situations = TIMES.flatMap((at) => SALES_STATUSES.map((salesStatus) => ({ at, salesStatus })));
  return situations.flatMap((seen) => [
    () => reservation.extend({ policy: POLICY, ...seen }),
    () => reservation.expire(seen.at),
    () => reservation.complete({ policy: POLICY, ...seen }),
    () => reservation.endByCinema({ kind: 'cancelled', movedAt: null, reason: null, ...seen }),
    () => reservation.endByCinema({ kind: 'moved', movedAt: NOW, reason: null, ...seen }),
    () => reservation.endForErasedCustomer(seen.at),
    () => reservation.cancel({ by: 'customer', refund: 'policy', reason: null, ...seen }),
    () => reservation.cancel({ by: 'admin', refund: 'full', reason: null, ...seen }),
    () => reservation.receivePayment(payment, { seatsReclaimed: true, ...seen }),
    () => reservation.receivePayment(payment, { seatsReclaimed: false, ...seen }),
  ]);
}
