import { POLICY, aConfirmed, aHold, aSeating, eventTypes, minutesAfter } from '../testing/builders.js';
import { AlreadyExtended, HoldExpired, NotHeld } from './errors.js';
import { OPEN_SALES } from './sales-status.js';

describe('Extending a hold', () => {
  it('an extension adds ten minutes to the hold', () => {
    const hold = aHold();
    hold.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(29) });
    expect(hold.state.heldUntil).toEqual(minutesAfter(40));
    expect(eventTypes(hold)).toEqual(['reservations.seats-held.v1', 'reservations.hold-extended.v1']);
  });

  it('a second extension is refused', () => {
    const hold = aHold();
    hold.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) });
    expect(() => hold.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(2) })).toThrow(AlreadyExtended);
  });

  it('an extension never reaches past the start of the showtime', () => {
    const hold = aHold({ seating: aSeating({ startsAt: minutesAfter(33).toISOString() }) });
    hold.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) });
    expect(hold.state.heldUntil).toEqual(minutesAfter(33));
  });

  it('an extension is refused where the hold lasts until the start', () => {
    const hold = aHold({ seating: aSeating({ startsAt: minutesAfter(20).toISOString() }) });
    expect(() => hold.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) })).toThrow(AlreadyExtended);
  });

  it('an extension is refused once the time has ended, expired or not', () => {
    expect(() => aHold().extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(30) })).toThrow(HoldExpired);
    const expired = aHold();
    expired.expire(minutesAfter(30));
    expect(() => expired.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(31) })).toThrow(HoldExpired);
  });

  it('an extension of a paid reservation is refused', () => {
    expect(() => aConfirmed().extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) })).toThrow(NotHeld);
  });
});

describe('Expiring a hold', () => {
  it('a hold does not expire before its time has ended', () => {
    const hold = aHold();
    hold.expire(minutesAfter(29.99));
    expect(hold.state.status).toBe('held');
  });

  it('a hold expires once', () => {
    const hold = aHold();
    hold.expire(minutesAfter(30));
    hold.expire(minutesAfter(31));
    expect(hold.state).toMatchObject({ status: 'expired', endReason: 'unpaid', endedAt: minutesAfter(30) });
    expect(eventTypes(hold)).toEqual(['reservations.seats-held.v1', 'reservations.hold-expired.v1']);
  });

  it('a paid reservation does not expire', () => {
    const reservation = aConfirmed();
    reservation.expire(minutesAfter(45));
    expect(reservation.state.status).toBe('confirmed');
  });
});

describe('Completing a reservation', () => {
  it('a reservation is completed an hour after its showtime ended, not before', () => {
    const reservation = aConfirmed();
    reservation.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(9 * 60 - 1) });
    expect(reservation.state.status).toBe('confirmed');
    reservation.complete({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(9 * 60) });
    expect(reservation.state).toMatchObject({ status: 'completed', endReason: 'show-over' });
  });
});
