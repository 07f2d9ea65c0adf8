import { aConfirmed, aHold, aPayment, eventTypes, minutesAfter, NOW, POLICY } from '../testing/builders.js';
import { ShowtimeCancelled, ShowtimeMoved, TooLateToCancel } from './errors.js';
import type { Reservation } from './reservation.js';
import { OPEN_SALES } from './sales-status.js';

const CANCELLED = { closed: true, version: 2 };
const MOVED = { closed: false, version: 2 };
const BOTH = [
  ['cancelled', CANCELLED],
  ['moved', MOVED],
] as const;

/** In the last two hours the policy refunds nothing. */
const LATE = minutesAfter(5 * 60);
const END = minutesAfter(9 * 60);

/** Paid, and cancelled by the customer when the policy refunded nothing. */
function aForfeited(): Reservation {
  const reservation = aConfirmed();
  reservation.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: LATE });
  reservation.takeEvents();
  return reservation;
}

function aCompleted(): Reservation {
  const reservation = aConfirmed();
  reservation.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: END });
  reservation.takeEvents();
  return reservation;
}

describe.each(BOTH)('A reservation whose showtime was %s', (what, salesStatus) => {
  it.each([
    ['customer', 'policy'],
    ['admin', 'policy'],
    ['admin', 'none'],
  ] as const)(`a reservation is owed in full when the %s cancels with refund %s`, (by, refund) => {
    const reservation = aConfirmed();
    reservation.cancel({ by, refund, reason: null, salesStatus, at: LATE });
    expect(reservation.state).toMatchObject({
      status: 'cancelled',
      refundDue: 2_500,
      refundOwedAt: LATE,
      refundReason: 'reservation-cancelled',
    });
  });

  it('a reservation can be cancelled by its customer also after the start', () => {
    const at = minutesAfter(7 * 60);
    const reservation = aConfirmed();
    expect(() => reservation.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at })).toThrow(
      TooLateToCancel,
    );
    reservation.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus, at });
    expect(reservation.state.refundDue).toBe(2_500);
  });

  it('a reservation is quoted its whole price, without an end', () => {
    const quote = aConfirmed().quote({ captured: 2_500, salesStatus, at: minutesAfter(7 * 60) });
    expect(quote).toMatchObject({ cancellable: true, refund: { amount: 2_500 }, kept: { amount: 0 }, until: null });
  });

  it('a hold is not extended', () => {
    const extend = () => aHold().extend({ policy: POLICY, salesStatus, at: NOW });
    expect(extend).toThrow(what === 'cancelled' ? ShowtimeCancelled : ShowtimeMoved);
  });

  it('a hold is not confirmed: its money came too late', () => {
    const hold = aHold();
    expect(hold.receivePayment(aPayment(hold), { seatsReclaimed: false, salesStatus, at: NOW })).toBe('too-late');
    expect(hold.state.status).toBe('held');
  });

  it('a confirmed reservation is not completed', () => {
    const reservation = aConfirmed();
    reservation.complete({ policy: POLICY, salesStatus, at: END });
    expect(reservation.state.status).toBe('confirmed');
  });
});

describe.each([
  { kind: 'cancelled', movedAt: null },
  { kind: 'moved', movedAt: NOW },
] as const)('The run of a showtime that was $kind', (run) => {
  const end = (reservation: Reservation): void => reservation.endByCinema({ ...run, reason: 'The projector broke.', at: END });

  it('a live reservation is ended, and what was paid is owed', () => {
    const [held, confirmed] = [aHold(), aConfirmed()];
    for (const each of [held, confirmed]) end(each);
    expect(held.state).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-cinema', refundDue: null });
    expect(confirmed.state).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-cinema', refundDue: 2_500 });
  });

  it('a completed reservation is cancelled, and what was paid is owed', () => {
    const completed = aCompleted();
    end(completed);
    expect(completed.state).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-cinema', refundDue: 2_500 });
  });

  it('what is owed for a reservation that was cancelled since is raised once', () => {
    const forfeited = aForfeited();
    end(forfeited);
    expect(forfeited.state).toMatchObject({
      status: 'cancelled',
      endReason: 'cancelled-by-customer',
      refundDue: 2_500,
      refundOwedAt: END,
      refundReason: `showtime-${run.kind}`,
    });
    end(forfeited);
    expect(eventTypes(forfeited)).toEqual(['reservations.refund-due-raised.v1']);
  });

  it('what is refunded in full, was never paid or expired stays as it is', () => {
    const refunded = aConfirmed();
    refunded.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    const unpaid = aHold();
    unpaid.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    const expired = aHold();
    expired.expire(minutesAfter(30));
    for (const each of [refunded, unpaid, expired]) {
      each.takeEvents();
      end(each);
      expect(each.hasChanged).toBe(false);
    }
  });
});

describe('The run of a moved showtime', () => {
  it.each([
    ['moved after it ended', minutesAfter(1, END)],
    ['moved at an unknown time', null],
  ])('a reservation that had ended stays as it is: %s', (_, movedAt) => {
    for (const each of [aForfeited(), aCompleted()]) {
      each.endByCinema({ kind: 'moved', movedAt, reason: null, at: minutesAfter(10 * 60) });
      expect(each.hasChanged).toBe(false);
    }
  });
});

describe('The quote of a cancellation', () => {
  it('a quote promises no more than what is captured and not refunded', () => {
    const quote = aConfirmed().quote({ captured: 1_600, salesStatus: OPEN_SALES, at: NOW });
    expect(quote).toMatchObject({ refund: { amount: 1_600 }, kept: { amount: 0 } });
  });
});
