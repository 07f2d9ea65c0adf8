import { aHold, aSeating, minutesAfter, NOTHING_IN_THE_WAY, POLICY } from '../testing/builders.js';
import {
  NoSuchSeat,
  NotOnSale,
  SeatingOutdated,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeStarted,
  TooManyHolds,
  TooManySeats,
  TooManySeatsForShowtime,
  UnpaidHoldsTooLong,
} from './errors.js';

const TEN_SEATS = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10'];

describe('A hold', () => {
  it('a hold gives the customer half an hour to pay', () => {
    expect(aHold().state).toMatchObject({ status: 'held', heldUntil: minutesAfter(30) });
  });

  it('a hold ends no later than the showtime starts', () => {
    const seating = aSeating({ startsAt: minutesAfter(12).toISOString() });
    expect(aHold({ seating }).state.heldUntil).toEqual(minutesAfter(12));
  });

  it('a hold keeps the price of each seat and the total', () => {
    const { seats, total, currency } = aHold({ seats: ['A3', 'A1'] }).state;
    expect(seats).toEqual([
      { label: 'A1', category: 'premium', price: { amount: 1_500, currency: 'EUR' } },
      { label: 'A3', category: 'standard', price: { amount: 1_250, currency: 'EUR' } },
    ]);
    expect({ total, currency }).toEqual({ total: 2_750, currency: 'EUR' });
  });

  it('a hold records that seats are held', () => {
    const hold = aHold();
    const [recorded] = hold.takeEvents();
    expect(recorded).toMatchObject({ sequence: 1, event: { type: 'reservations.seats-held.v1' } });
    expect(recorded!.event.data).toMatchObject({ reservationId: hold.id, total: { amount: 2_500, currency: 'EUR' } });
  });

  it('a hold of ten seats is accepted', () => {
    expect(aHold({ seats: TEN_SEATS }).state.seats).toHaveLength(10);
  });

  it('a hold of eleven seats is refused', () => {
    expect(() => aHold({ seats: [...TEN_SEATS, 'A11'] })).toThrow(TooManySeats);
  });

  it('a hold of unknown seats is refused and names them', () => {
    expect(() => aHold({ seats: ['A1', 'Z9', 'Z8'] })).toThrow(NoSuchSeat);
    expect(() => aHold({ seats: ['A1', 'Z9', 'Z8'] })).toThrow('Seats Z9, Z8 do not exist in this room.');
  });

  it('a hold of a showtime that has started is refused from the first instant', () => {
    const seating = aSeating();
    expect(() => aHold({ seating, now: seating.startsAt })).toThrow(ShowtimeStarted);
  });

  it('a hold of a cancelled showtime is refused', () => {
    expect(() => aHold({ seating: aSeating({ status: 'cancelled' }) })).toThrow(ShowtimeCancelled);
  });

  it('a hold before sales open is refused, and accepted from that instant', () => {
    const seating = aSeating({ salesOpenAt: minutesAfter(5).toISOString() });
    expect(() => aHold({ seating, now: minutesAfter(4.99) })).toThrow(NotOnSale);
    expect(aHold({ seating, now: minutesAfter(5) }).state.status).toBe('held');
  });

  it('a hold on terms that are no longer sold is refused as outdated', () => {
    const seating = aSeating({ version: 2 });
    expect(() => aHold({ seating, situation: { salesStatus: { closed: false, version: 3 } } })).toThrow(SeatingOutdated);
    expect(aHold({ seating, situation: { salesStatus: { closed: false, version: 2 } } }).state.showtimeVersion).toBe(2);
  });

  it('a hold after sales closed is refused as outdated, at any version', () => {
    expect(() => aHold({ seating: aSeating({ version: 9 }), situation: { salesStatus: { closed: true, version: 1 } } })).toThrow(
      SeatingOutdated,
    );
  });

  it('a hold beside two live holds of the customer is accepted, beside three refused', () => {
    const usage = { ...NOTHING_IN_THE_WAY.customerUsage, activeSeats: 3 };
    expect(() => aHold({ situation: { customerUsage: { ...usage, liveHolds: 2 } } })).not.toThrow();
    expect(() => aHold({ situation: { customerUsage: { ...usage, liveHolds: 3 } } })).toThrow(TooManyHolds);
  });

  it('a hold up to ten active seats of the customer is accepted, the eleventh refused', () => {
    const usage = NOTHING_IN_THE_WAY.customerUsage;
    expect(() => aHold({ situation: { customerUsage: { ...usage, activeSeats: 8 } } })).not.toThrow();
    expect(() => aHold({ situation: { customerUsage: { ...usage, activeSeats: 9 } } })).toThrow(TooManySeatsForShowtime);
  });

  it('a hold after others that were not paid is refused once they lasted too long', () => {
    const policy = { ...POLICY, maxUnpaidHoldMs: 90 * 60_000 };
    const after = (minutes: number) => ({ customerUsage: { ...NOTHING_IN_THE_WAY.customerUsage, unpaidHoldMs: minutes * 60_000 } });
    expect(() => aHold({ policy, situation: after(89) })).not.toThrow();
    expect(() => aHold({ policy, situation: after(90) })).toThrow(UnpaidHoldsTooLong);
    expect(() => aHold({ situation: after(1_440) })).not.toThrow();
  });

  it('a hold over a limit tells whether an expired hold counts towards it', () => {
    const blocked = { ...NOTHING_IN_THE_WAY.customerUsage, liveHolds: 3, activeSeats: 3, blockedByExpiredHold: true };
    expect(() => aHold({ situation: { customerUsage: blocked } })).toThrow(
      expect.objectContaining({ blockedByExpiredHold: true }) as Error,
    );
    expect(() => aHold({ situation: { customerUsage: { ...blocked, blockedByExpiredHold: false } } })).toThrow(
      expect.objectContaining({ blockedByExpiredHold: false }) as Error,
    );
  });

  it('a hold of taken seats is refused, names them, and tells of an expired hold', () => {
    const seatsTaken = { labels: ['A4'], blockedByExpiredHold: true };
    expect(() => aHold({ situation: { seatsTaken } })).toThrow(SeatsTaken);
    expect(() => aHold({ situation: { seatsTaken } })).toThrow(
      expect.objectContaining({ details: { conflictingSeats: ['A4'] }, blockedByExpiredHold: true }) as Error,
    );
  });
});
