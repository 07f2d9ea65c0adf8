import { newId } from '@app/kernel/id.js';
import { aConfirmed, aHold, aSeating, eventTypes, minutesAfter, NOTHING_IN_THE_WAY, NOW, POLICY } from '../testing/builders.js';
import {
  AlreadyAdmitted,
  CheckInClosed,
  CheckInNotOpen,
  NotConfirmed,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeNotOver,
} from './errors.js';
import type { Reservation } from './reservation.js';
import { OPEN_SALES } from './sales-status.js';

/** It starts six hours after NOW and is two hours long; check-in opens two hours before. */
const seating = aSeating();
const { startsAt, endsAt } = seating;
const by = newId();

function admit(reservation: Reservation, { at = startsAt, salesStatus = OPEN_SALES } = {}): void {
  reservation.admit({ by, policy: POLICY, salesStatus, at });
}
const thrownBy = (act: () => void): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
};
const paid = () => aConfirmed({ seating });
const markNoShow = (reservation: Reservation, at = endsAt, salesStatus = OPEN_SALES) => reservation.markNoShow({ salesStatus, at });
const cancel = (reservation: Reservation, by: 'customer' | 'admin') =>
  reservation.cancel({ by, refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: minutesAfter(300) });

describe('Check-in', () => {
  it('a confirmed reservation is admitted with time and admin', () => {
    const reservation = paid();
    admit(reservation);
    expect(reservation.state).toMatchObject({ status: 'confirmed', admittedAt: startsAt, admittedBy: by });
    expect(reservation.takeEvents().at(-1)!.event).toMatchObject({ type: 'reservations.customer-admitted.v1', data: { admittedBy: by } });
  });

  it('the refusal of a second scan says when and by whom the first was', () => {
    const reservation = paid();
    admit(reservation);
    const again = () => reservation.admit({ by: newId(), policy: POLICY, salesStatus: OPEN_SALES, at: endsAt });
    expect(again).toThrow(AlreadyAdmitted);
    expect(thrownBy(again)).toMatchObject({ details: { admittedAt: startsAt.toISOString(), admittedBy: by } });
    expect(reservation.state.admittedAt).toEqual(startsAt);
  });

  it('check-in opens two hours before the start and closes at the end', () => {
    expect(() => admit(paid(), { at: minutesAfter(4 * 60 - 1) })).toThrow(CheckInNotOpen);
    admit(paid(), { at: minutesAfter(4 * 60) });
    admit(paid(), { at: minutesAfter(8 * 60 - 1) });
    expect(() => admit(paid(), { at: endsAt })).toThrow(CheckInClosed);
  });

  it('a hold, and a reservation that has ended, is not admitted', () => {
    const [expired, cancelled, completed] = [aHold({ seating }), paid(), paid()];
    expired.expire(minutesAfter(30));
    cancel(cancelled, 'customer');
    completed.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(600) });
    for (const each of [aHold({ seating }), expired, cancelled]) expect(() => admit(each)).toThrow(NotConfirmed);
    expect(() => admit(completed)).toThrow(CheckInClosed);
  });

  it('nobody is admitted to a cancelled or moved showtime', () => {
    expect(() => admit(paid(), { salesStatus: { closed: true, version: 1 } })).toThrow(ShowtimeCancelled);
    expect(() => admit(paid(), { salesStatus: { closed: false, version: 2 } })).toThrow(ShowtimeMoved);
  });

  it('who was admitted can neither cancel nor change seats, but the cinema can', () => {
    const reservation = paid();
    admit(reservation, { at: minutesAfter(300) });
    const situation = NOTHING_IN_THE_WAY;
    const change = () => reservation.changeSeats({ seats: ['A5', 'A6'], seating, situation, at: minutesAfter(301) });
    for (const act of [change, () => cancel(reservation, 'customer')]) {
      expect(act).toThrow(AlreadyAdmitted);
      // The customer does not learn who of the staff it was.
      expect(thrownBy(act)).toMatchObject({ details: { admittedAt: minutesAfter(300).toISOString() } });
      expect((thrownBy(act) as AlreadyAdmitted).details).not.toHaveProperty('admittedBy');
    }
    const quote = reservation.quote({ captured: 2_500, salesStatus: OPEN_SALES, at: minutesAfter(301) });
    expect(quote).toMatchObject({ cancellable: false, refund: { amount: 0 } });
    cancel(reservation, 'admin');
    expect(reservation.state.status).toBe('cancelled');
  });
});

describe('No-shows', () => {
  it('who did not come is marked after the end, once, also when completed', () => {
    const [confirmed, completed] = [paid(), paid()];
    completed.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(600) });
    for (const each of [confirmed, completed]) {
      each.takeEvents();
      markNoShow(each);
      markNoShow(each);
      expect([each.state.noShow, eventTypes(each)]).toEqual([true, ['reservations.no-show-recorded.v1']]);
    }
  });

  it('nobody is marked before the end', () => {
    expect(() => markNoShow(paid(), minutesAfter(479))).toThrow(ShowtimeNotOver);
  });

  it('who was admitted, has no ticket, or whose showtime was cancelled is no no-show', () => {
    const [admitted, cancelled, held, closed] = [paid(), paid(), aHold({ seating, now: NOW }), paid()];
    admit(admitted);
    cancel(cancelled, 'customer');
    for (const each of [admitted, cancelled, held]) markNoShow(each);
    markNoShow(closed, endsAt, { closed: true, version: 1 });
    expect([admitted, cancelled, held, closed].map(({ state }) => state.noShow)).toEqual([false, false, false, false]);
  });
});
