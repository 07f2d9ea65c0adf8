import { POLICY, aConfirmed, aHold, eventTypes, minutesAfter } from '../testing/builders.js';
import type { KeptLimit } from './cancellation.js';
import { AlreadyCompleted, HoldExpired, MoreWouldBeKept, TooLateToCancel } from './errors.js';
import type { Reservation } from './reservation.js';
import { OPEN_SALES } from './sales-status.js';

const refundDue = (reservation: Reservation): unknown => {
  const { event } = reservation.takeEvents().at(-1)!;
  return (event.data as { refundDue: unknown }).refundDue;
};

const cancelByCustomer = (reservation: Reservation, minutes: number): void =>
  reservation.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: minutesAfter(minutes) });

const PROJECTOR_BROKE = { kind: 'cancelled', movedAt: null, reason: 'The projector broke.' } as const;

describe('Cancelling a reservation', () => {
  it('a cancellation refunds nothing for an unpaid hold', () => {
    const hold = aHold();
    cancelByCustomer(hold, 1);
    expect(hold.state).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-customer' });
    expect(refundDue(hold)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('a cancellation refunds all until two hours before the start, then nothing', () => {
    const early = aConfirmed();
    cancelByCustomer(early, 4 * 60 - 0.01);
    expect(refundDue(early)).toEqual({ amount: 2_500, currency: 'EUR' });
    const later = aConfirmed();
    cancelByCustomer(later, 4 * 60);
    expect(refundDue(later)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('a cancellation follows the policy that was in force when the seats were held', () => {
    const reservation = aConfirmed({ policy: { ...POLICY, refundUntilBeforeStartMs: 0 } });
    cancelByCustomer(reservation, 5.9 * 60);
    expect(refundDue(reservation)).toEqual({ amount: 2_500, currency: 'EUR' });
  });

  it('a cancellation by the cinema refunds everything, also after the start', () => {
    const reservation = aConfirmed();
    reservation.cancel({
      by: 'cinema',
      refund: 'full',
      reason: 'The projector broke.',
      salesStatus: OPEN_SALES,
      at: minutesAfter(6.5 * 60),
    });
    expect(refundDue(reservation)).toEqual({ amount: 2_500, currency: 'EUR' });
  });

  it('a cancellation by the cinema leaves an expired reservation as it is', () => {
    const expired = aHold();
    expired.expire(minutesAfter(30));
    expired.takeEvents();
    expired.endByCinema({ ...PROJECTOR_BROKE, at: minutesAfter(31) });
    expect(eventTypes(expired)).toEqual([]);
  });

  it('a cancellation by an admin can keep the payment', () => {
    const reservation = aConfirmed();
    reservation.cancel({ by: 'admin', refund: 'none', reason: 'Fraud.', salesStatus: OPEN_SALES, at: minutesAfter(1) });
    expect(refundDue(reservation)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('a cancellation by the customer is refused once the showtime has started', () => {
    expect(() => cancelByCustomer(aConfirmed(), 6 * 60)).toThrow(TooLateToCancel);
  });

  it('a second cancellation changes nothing', () => {
    const reservation = aConfirmed();
    cancelByCustomer(reservation, 1);
    reservation.takeEvents();
    cancelByCustomer(reservation, 2);
    expect(eventTypes(reservation)).toEqual([]);
  });

  it('a cancellation of an ended reservation is refused', () => {
    const expired = aHold();
    expired.expire(minutesAfter(30));
    expect(() => cancelByCustomer(expired, 31)).toThrow(HoldExpired);
    const completed = aConfirmed();
    completed.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(9 * 60) });
    const cancel = () => completed.cancel({ by: 'admin', refund: 'full', reason: null, salesStatus: OPEN_SALES, at: minutesAfter(9 * 60) });
    expect(cancel).toThrow(AlreadyCompleted);
  });

  it.each([
    ['a hold', aHold, { cancellable: true, refund: 0, kept: 0, until: minutesAfter(30) }, 1],
    ['a paid one in time', aConfirmed, { cancellable: true, refund: 2_500, kept: 0, until: minutesAfter(4 * 60) }, 1],
    ['a paid one late', aConfirmed, { cancellable: true, refund: 0, kept: 2_500, until: minutesAfter(6 * 60) }, 5 * 60],
    ['a paid one after the start', aConfirmed, { cancellable: false, refund: 0, kept: 2_500, until: null }, 6 * 60],
  ] as const)('a cancellation is quoted before: %s', (_, make, expected, minutes) => {
    const { cancellable, refund, kept, until } = make().quote({
      captured: make === aHold ? 0 : 2_500,
      salesStatus: OPEN_SALES,
      at: minutesAfter(minutes),
    });
    expect({ cancellable, refund: refund.amount, kept: kept.amount, until }).toEqual(expected);
  });

  describe('with a limit on what may be kept', () => {
    const NOTHING_REFUNDED = 4 * 60;
    const cancelWithin = (reservation: Reservation, keptLimit: KeptLimit, minutes = NOTHING_REFUNDED): void =>
      reservation.cancel({
        ...{ by: 'customer', refund: 'policy', reason: null, keptLimit },
        salesStatus: OPEN_SALES,
        at: minutesAfter(minutes),
      });
    const paid = (reservation: Reservation, amount: number) => ({ paymentId: reservation.state.paymentId, amount });
    const UNPAID = { paymentId: null, amount: 0 };

    it('a refusal because more would be kept says how much, and changes nothing', () => {
      const reservation = aConfirmed();
      const before = reservation.state;
      reservation.takeEvents();
      const cancel = (): void => cancelWithin(reservation, { keptAtMost: 2_499, captured: paid(reservation, 2_500) });
      expect(cancel).toThrow(
        expect.objectContaining({ details: { refund: { amount: 0, currency: 'EUR' }, kept: { amount: 2_500, currency: 'EUR' } } }),
      );
      expect(cancel).toThrow(MoreWouldBeKept);
      expect([reservation.state, eventTypes(reservation)]).toEqual([before, []]);
    });

    it('a paid reservation is cancelled where no more is kept than the limit says', () => {
      const agreed = aConfirmed();
      cancelWithin(agreed, { keptAtMost: 2_500, captured: paid(agreed, 2_500) });
      const inTime = aConfirmed();
      cancelWithin(inTime, { keptAtMost: 0, captured: paid(inTime, 2_500) }, NOTHING_REFUNDED - 1);
      expect([agreed.state.status, inTime.state.status]).toEqual(['cancelled', 'cancelled']);
    });

    it('what went back already is not kept', () => {
      const reservation = aConfirmed();
      expect(() => cancelWithin(reservation, { keptAtMost: 2_399, captured: paid(reservation, 2_400) })).toThrow(MoreWouldBeKept);
      cancelWithin(reservation, { keptAtMost: 2_400, captured: paid(reservation, 2_400) });
      expect(reservation.state.status).toBe('cancelled');
    });

    it('a payment that came after the money was asked for counts in full', () => {
      expect(() => cancelWithin(aConfirmed(), { keptAtMost: 0, captured: UNPAID })).toThrow(MoreWouldBeKept);
    });

    it('a hold is cancelled with any limit: nothing was paid', () => {
      const hold = aHold();
      cancelWithin(hold, { keptAtMost: 0, captured: UNPAID }, 1);
      expect(hold.state.status).toBe('cancelled');
    });

    it('nothing is kept of a showtime that does not take place, with any limit', () => {
      const reservation = aConfirmed();
      const keptLimit = { keptAtMost: 0, captured: paid(reservation, 2_500) };
      reservation.cancel({
        ...{ by: 'customer', refund: 'policy', reason: null, keptLimit },
        ...{ salesStatus: { closed: true, version: 2 }, at: minutesAfter(NOTHING_REFUNDED) },
      });
      expect(refundDue(reservation)).toEqual({ amount: 2_500, currency: 'EUR' });
    });

    it('a cancelled reservation stays as it is, with any limit', () => {
      const reservation = aConfirmed();
      cancelByCustomer(reservation, NOTHING_REFUNDED);
      reservation.takeEvents();
      cancelWithin(reservation, { keptAtMost: 0, captured: paid(reservation, 2_500) });
      expect(eventTypes(reservation)).toEqual([]);
    });
  });
});
