import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { POLICY, aConfirmed, aHold, aPayment, aSeating, facts, minutesAfter } from '../testing/builders.js';
import {
  AlreadyCompleted,
  AlreadyExtended,
  HoldExpired,
  NoSuchSeat,
  NotHeld,
  NotOnSale,
  ShowtimeCancelled,
  ShowtimeStarted,
  TooLateToCancel,
  TooManyHolds,
  TooManySeats,
  TooManySeatsForShowtime,
} from './errors.js';
import { Reservation } from './reservation.js';

describe('Holding seats', () => {
  it('gives the customer half an hour to pay', () => {
    expect(aHold().state).toMatchObject({ status: 'held', heldUntil: minutesAfter(30) });
  });

  it('ends no later than the show begins', () => {
    const seating = aSeating({ startsAt: minutesAfter(12).toISOString() });
    expect(aHold({ seating }).state.heldUntil).toEqual(minutesAfter(12));
  });

  it('keeps the price each seat was held at and adds them up', () => {
    const { seats, total, currency } = aHold({ seats: ['A3', 'A1'] }).state;
    expect(seats).toEqual([
      { label: 'A1', category: 'premium', price: { amount: 1_500, currency: 'EUR' } },
      { label: 'A3', category: 'standard', price: { amount: 1_250, currency: 'EUR' } },
    ]);
    expect({ total, currency }).toEqual({ total: 2_750, currency: 'EUR' });
  });

  it('tells the others', () => {
    const hold = aHold();
    const [recorded] = hold.takeEvents();
    expect(recorded).toMatchObject({ sequence: 1, event: { type: 'reservations.seats-held.v1' } });
    expect(recorded!.event.data).toMatchObject({ reservationId: hold.id, total: { amount: 2_500, currency: 'EUR' } });
  });

  it('takes ten seats', () => {
    expect(aHold({ seats: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10'] }).state.seats).toHaveLength(10);
  });

  it('refuses an eleventh', () => {
    expect(() => aHold({ seats: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'A11'] })).toThrow(TooManySeats);
  });

  it('refuses seats the room does not have, and names them', () => {
    expect(() => aHold({ seats: ['A1', 'Z9', 'Z8'] })).toThrow(NoSuchSeat);
    expect(() => aHold({ seats: ['A1', 'Z9', 'Z8'] })).toThrow('Seats Z9, Z8 do not exist in this room.');
  });

  it('refuses a show that has begun, from its first second', () => {
    const seating = aSeating();
    expect(() => aHold({ seating, now: seating.startsAt })).toThrow(ShowtimeStarted);
  });

  it('refuses a cancelled showtime', () => {
    expect(() => aHold({ seating: aSeating({ status: 'cancelled' }) })).toThrow(ShowtimeCancelled);
  });

  it('refuses to hold before sales open, and not a second later', () => {
    const seating = aSeating({ salesOpenAt: minutesAfter(5).toISOString() });
    expect(() => aHold({ seating, now: minutesAfter(4.99) })).toThrow(NotOnSale);
    expect(aHold({ seating, now: minutesAfter(5) }).state.status).toBe('held');
  });
});

describe('Limits of a customer for one showtime', () => {
  const usage = { liveHolds: 0, activeSeats: 0, blockedByExpiredHold: false };

  it('allow a third hold and refuse a fourth', () => {
    expect(() => aHold().assertWithinLimits({ ...usage, liveHolds: 2, activeSeats: 2 })).not.toThrow();
    expect(() => aHold().assertWithinLimits({ ...usage, liveHolds: 3, activeSeats: 3 })).toThrow(TooManyHolds);
  });

  it('allow ten active seats and refuse an eleventh', () => {
    expect(() => aHold({ seats: ['A1', 'A2'] }).assertWithinLimits({ ...usage, activeSeats: 8 })).not.toThrow();
    expect(() => aHold({ seats: ['A1', 'A2'] }).assertWithinLimits({ ...usage, activeSeats: 9 })).toThrow(TooManySeatsForShowtime);
  });

  it('say whether holds past their time are part of it', () => {
    expect(() => aHold().assertWithinLimits({ liveHolds: 3, activeSeats: 3, blockedByExpiredHold: true })).toThrow(
      expect.objectContaining({ blockedByExpiredHold: true }) as Error,
    );
  });
});

describe('Extending a hold', () => {
  it('adds ten minutes to what was left', () => {
    const hold = aHold();
    hold.extend(POLICY, minutesAfter(29));
    expect(hold.state.heldUntil).toEqual(minutesAfter(40));
    expect(facts(hold)).toEqual(['reservations.seats-held.v1', 'reservations.hold-extended.v1']);
  });

  it('works once', () => {
    const hold = aHold();
    hold.extend(POLICY, minutesAfter(1));
    expect(() => hold.extend(POLICY, minutesAfter(2))).toThrow(AlreadyExtended);
  });

  it('never reaches past the start of the show', () => {
    const hold = aHold({ seating: aSeating({ startsAt: minutesAfter(33).toISOString() }) });
    hold.extend(POLICY, minutesAfter(1));
    expect(hold.state.heldUntil).toEqual(minutesAfter(33));
  });

  it('is refused where the hold already lasts until the show', () => {
    const hold = aHold({ seating: aSeating({ startsAt: minutesAfter(20).toISOString() }) });
    expect(() => hold.extend(POLICY, minutesAfter(1))).toThrow(AlreadyExtended);
  });

  it('comes too late once the time is over, swept or not', () => {
    expect(() => aHold().extend(POLICY, minutesAfter(30))).toThrow(HoldExpired);
  });

  it('is refused for a paid reservation', () => {
    expect(() => aConfirmed().extend(POLICY, minutesAfter(1))).toThrow(NotHeld);
  });
});

describe('Expiring a hold', () => {
  it('waits until its time is over', () => {
    const hold = aHold();
    hold.expire(minutesAfter(29.99));
    expect(hold.state.status).toBe('held');
  });

  it('frees the seats and says so, once', () => {
    const hold = aHold();
    hold.expire(minutesAfter(30));
    hold.expire(minutesAfter(31));
    expect(hold.state).toMatchObject({ status: 'expired', endReason: 'unpaid', endedAt: minutesAfter(30) });
    expect(facts(hold)).toEqual(['reservations.seats-held.v1', 'reservations.hold-expired.v1']);
  });

  it('leaves a paid reservation alone', () => {
    const reservation = aConfirmed();
    reservation.expire(minutesAfter(45));
    expect(reservation.state.status).toBe('confirmed');
  });
});

describe('Receiving a payment', () => {
  it('confirms a hold', () => {
    const hold = aHold();
    const payment = aPayment(hold);
    expect(hold.receivePayment(payment, false, minutesAfter(3))).toBe('confirmed');
    expect(hold.state).toMatchObject({ status: 'confirmed', paymentId: payment.paymentId, late: false, confirmedAt: minutesAfter(3) });
  });

  it('confirms a hold past its time that nobody swept: status decides, not the clock', () => {
    const hold = aHold();
    expect(hold.receivePayment(aPayment(hold), false, minutesAfter(45))).toBe('confirmed');
  });

  it('brings an expired reservation back when it got all its seats again', () => {
    const hold = aHold();
    hold.expire(minutesAfter(30));
    expect(hold.receivePayment(aPayment(hold), true, minutesAfter(35))).toBe('confirmed-late');
    expect(hold.state).toMatchObject({ status: 'confirmed', late: true, endedAt: null, endReason: null });
  });

  it('sends late money back when the seats are gone; the reservation stays expired', () => {
    const hold = aHold();
    hold.expire(minutesAfter(30));
    expect(hold.receivePayment(aPayment(hold), false, minutesAfter(35))).toBe('too-late');
    expect(hold.state.status).toBe('expired');
    expect(facts(hold)).toContain('reservations.payment-came-too-late.v1');
  });

  it('sends money for a cancelled reservation back', () => {
    const hold = aHold();
    hold.cancel('customer', 'policy', null, minutesAfter(1));
    expect(hold.receivePayment(aPayment(hold), false, minutesAfter(2))).toBe('too-late');
  });

  it('sends a second payment back as surplus', () => {
    const reservation = aConfirmed();
    const first = reservation.state.paymentId;
    expect(reservation.receivePayment(aPayment(reservation), false, minutesAfter(2))).toBe('surplus');
    expect(reservation.state).toMatchObject({ status: 'confirmed', paymentId: first });
    expect(facts(reservation)).toContain('reservations.surplus-payment-received.v1');
  });
});

describe('Coming back after the hold has expired', () => {
  const expired = (own: Parameters<typeof aHold>[0] = {}): Reservation => {
    const hold = aHold(own);
    hold.expire(minutesAfter(30));
    return hold;
  };

  it('is possible while the show is ahead and on sale on the same terms', () => {
    expect(expired().canBeRevived({ closed: false, version: 1 }, minutesAfter(60))).toBe(true);
  });

  it('is not, once the show has begun', () => {
    expect(expired().canBeRevived({ closed: false, version: 1 }, minutesAfter(6 * 60))).toBe(false);
  });

  it('is not, once its sales are closed', () => {
    expect(expired().canBeRevived({ closed: true, version: 1 }, minutesAfter(60))).toBe(false);
  });

  it('is not, once the show was moved', () => {
    expect(expired().canBeRevived({ closed: false, version: 2 }, minutesAfter(60))).toBe(false);
  });
});

describe('Cancelling', () => {
  const dueOf = (reservation: Reservation): unknown => {
    const { event } = reservation.takeEvents().at(-1)!;
    return (event.data as { refundDue: unknown }).refundDue;
  };

  it('an unpaid hold owes nothing', () => {
    const hold = aHold();
    hold.cancel('customer', 'policy', null, minutesAfter(1));
    expect(hold.state).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-customer' });
    expect(dueOf(hold)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('two hours before the start gives everything back, a moment later nothing', () => {
    const early = aConfirmed();
    early.cancel('customer', 'policy', null, minutesAfter(4 * 60 - 0.01));
    expect(dueOf(early)).toEqual({ amount: 2_500, currency: 'EUR' });
    const later = aConfirmed();
    later.cancel('customer', 'policy', null, minutesAfter(4 * 60));
    expect(dueOf(later)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('goes by the policy snapshotted with the hold, not by a newer one', () => {
    const generous = aConfirmed({ terms: { ...POLICY, refundUntilBeforeStartMs: 0 } });
    generous.cancel('customer', 'policy', null, minutesAfter(5.9 * 60));
    expect(dueOf(generous)).toEqual({ amount: 2_500, currency: 'EUR' });
  });

  it('by the cinema gives everything back, even after the start', () => {
    const reservation = aConfirmed();
    reservation.cancel('cinema', 'full', 'projector broken', minutesAfter(6.5 * 60));
    expect(dueOf(reservation)).toEqual({ amount: 2_500, currency: 'EUR' });
  });

  it('by the cinema leaves alone what has ended already', () => {
    const expired = aHold();
    expired.expire(minutesAfter(30));
    expired.takeEvents();
    expired.cancelByCinema('projector broken', minutesAfter(31));
    expect(facts(expired)).toEqual([]);
  });

  it('by an admin can keep the money', () => {
    const reservation = aConfirmed();
    reservation.cancel('admin', 'none', 'fraud', minutesAfter(1));
    expect(dueOf(reservation)).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('by the customer is too late once the show has begun', () => {
    expect(() => aConfirmed().cancel('customer', 'policy', null, minutesAfter(6 * 60))).toThrow(TooLateToCancel);
  });

  it('twice is the same as once', () => {
    const reservation = aConfirmed();
    reservation.cancel('customer', 'policy', null, minutesAfter(1));
    reservation.takeEvents();
    reservation.cancel('customer', 'policy', null, minutesAfter(2));
    expect(facts(reservation)).toEqual([]);
  });

  it('is refused for a hold that has expired and for a show that is over', () => {
    const expired = aHold();
    expired.expire(minutesAfter(30));
    expect(() => expired.cancel('customer', 'policy', null, minutesAfter(31))).toThrow(HoldExpired);
    const over = aConfirmed();
    over.complete(POLICY, minutesAfter(9 * 60));
    expect(() => over.cancel('admin', 'full', null, minutesAfter(9 * 60))).toThrow(AlreadyCompleted);
  });

  it.each([
    ['a hold', aHold, { cancellable: true, refund: 0, kept: 0, until: minutesAfter(30) }, 1],
    ['a paid one in time', aConfirmed, { cancellable: true, refund: 2_500, kept: 0, until: minutesAfter(4 * 60) }, 1],
    ['a paid one late', aConfirmed, { cancellable: true, refund: 0, kept: 2_500, until: minutesAfter(6 * 60) }, 5 * 60],
    ['a paid one after the start', aConfirmed, { cancellable: false, refund: 0, kept: 2_500, until: null }, 6 * 60],
  ] as const)('is quoted beforehand: %s', (_, make, expected, minutes) => {
    const { cancellable, refund, kept, until } = make().quote(minutesAfter(minutes));
    expect({ cancellable, refund: refund.amount, kept: kept.amount, until }).toEqual(expected);
  });
});

describe('Completing', () => {
  it('waits an hour after the end of the show', () => {
    const reservation = aConfirmed();
    reservation.complete(POLICY, minutesAfter(9 * 60 - 1));
    expect(reservation.state.status).toBe('confirmed');
    reservation.complete(POLICY, minutesAfter(9 * 60));
    expect(reservation.state).toMatchObject({ status: 'completed', endReason: 'show-over' });
  });
});

describe('Whatever happens to a reservation, in whatever order', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('pay' as const), seatsBack: fc.boolean() }),
    fc.constantFrom({ do: 'expire' as const }, { do: 'extend' as const }, { do: 'complete' as const }),
    fc.record({ do: fc.constant('cancel' as const), rule: fc.constantFrom('full' as const, 'policy' as const, 'none' as const) }),
  );
  const story = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 120 })), { maxLength: 12 });

  it('no money is forgotten: each payment is the ticket, or all of it is on its way back', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const reservation = aHold();
        let now = minutesAfter(0);
        const payments: string[] = [];
        for (const [what, minutes] of steps) {
          now = minutesAfter(minutes, now);
          try {
            if (what.do === 'pay') {
              const paymentId = newId();
              payments.push(paymentId);
              reservation.receivePayment({ paymentId, amount: { amount: 2_500, currency: 'EUR' } }, what.seatsBack, now);
            } else if (what.do === 'expire') reservation.expire(now);
            else if (what.do === 'extend') reservation.extend(POLICY, now);
            else if (what.do === 'complete') reservation.complete(POLICY, now);
            else reservation.cancel('admin', what.rule, null, now);
          } catch (refusal) {
            expect(refusal).toBeInstanceOf(Error);
          }
        }
        const recorded = reservation.takeEvents();
        expect(recorded.map(({ sequence }) => sequence)).toEqual(recorded.map((_, i) => i + 1));
        const mentioned = recorded
          .filter(({ event }) => /confirmed|too-late|surplus/.test(event.type))
          .map(({ event }) => (event.data as { paymentId: string }).paymentId);
        expect(mentioned.sort()).toEqual(payments.sort());
      }),
      { numRuns: 300 },
    );
  });
});
