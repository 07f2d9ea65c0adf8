/** The transitions of a reservation, from the aggregate. */
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import type { ReservationState } from '../../libs/reservations/src/domain/reservation-state.js';
import { Reservation } from '../../libs/reservations/src/domain/reservation.js';
import { HOUR_MS, NOW, POLICY, aHold } from '../../libs/reservations/src/testing/builders.js';
import { NONE } from './diagrams.js';
import { Transitions, explore } from './explore.js';

/** Before the hold ends, after it ended, and after the showtime. */
const TIMES = [NOW, new Date(NOW.getTime() + HOUR_MS), new Date(NOW.getTime() + 24 * HOUR_MS)];

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
    keyOf: ({ state }) => JSON.stringify([state.status, state.extended, state.late]),
  });
  return transitions.lines;
}

function actsOn(reservation: Reservation): (() => unknown)[] {
  const { total, currency } = reservation.state;
  const payment = { paymentId: newId(), amount: { amount: total, currency } };
  return TIMES.flatMap((at) => [
    () => reservation.extend({ policy: POLICY, at }),
    () => reservation.expire(at),
    () => reservation.complete({ policy: POLICY, at }),
    () => reservation.cancelByCinema({ reason: null, at }),
    () => reservation.cancel({ by: 'customer', refund: 'policy', reason: null, at }),
    () => reservation.cancel({ by: 'admin', refund: 'full', reason: null, at }),
    () => reservation.receivePayment(payment, { seatsReclaimed: true, at }),
    () => reservation.receivePayment(payment, { seatsReclaimed: false, at }),
  ]);
}
