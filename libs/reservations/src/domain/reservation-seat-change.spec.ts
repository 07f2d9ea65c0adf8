import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { aConfirmed, aHold, aSeating, eventTypes, minutesAfter, NOTHING_IN_THE_WAY, NOW } from '../testing/builders.js';
import {
  ChangeNotRefundable,
  HoldExpired,
  NoSuchSeat,
  NotOnSale,
  SeatsDearer,
  SeatsNotChangeable,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeStarted,
  TooManySeats,
  TooManySeatsForShowtime,
} from './errors.js';
import type { Reservation } from './reservation.js';
import { OPEN_SALES } from './sales-status.js';
import type { HoldSituation } from './situations.js';

/** A1 and A2 cost 15.00, the others 12.50. */
const seating = aSeating();
const of = (...seats: string[]) => ({ seating, seats });

function change(
  reservation: Reservation,
  seats: readonly string[],
  { at = NOW, on = seating, ...situation }: Partial<HoldSituation> & { at?: Date; on?: typeof seating } = {},
): void {
  reservation.changeSeats({ seats, seating: on, situation: { ...NOTHING_IN_THE_WAY, ...situation }, at });
}

const pay = (reservation: Reservation, amount: number, currency = 'EUR') =>
  reservation.receivePayment(
    { paymentId: newId(), reservationId: reservation.id, amount: { amount, currency } },
    { seatsReclaimed: false, salesStatus: OPEN_SALES, at: NOW },
  );

describe('Changing seats', () => {
  it('a hold gets other seats, and its total changes', () => {
    const hold = aHold(of('A1', 'A3'));
    change(hold, ['A3', 'A4']);
    expect([hold.labels, hold.state.total, hold.state.changeRefund]).toEqual([['A3', 'A4'], 2_500, 0]);
    const [, { event }] = hold.takeEvents() as [unknown, { event: { data: unknown } }];
    expect(event.data).toMatchObject({ status: 'held', freed: ['A1'], total: { amount: 2_500, currency: 'EUR' } });
  });

  it('a paid reservation owes what it became cheaper by, again and again', () => {
    const paid = aConfirmed(of('A1', 'A2'));
    change(paid, ['A2', 'A3']);
    change(paid, ['A3', 'A4']);
    expect(paid.state).toMatchObject({ total: 2_500, changeRefund: 500, changeRefundOwedAt: NOW });
    const raised = paid.takeEvents().filter(({ event }) => event.type.includes('refund-due-raised'));
    expect(raised.map(({ event }) => (event.data as { refundDue: { amount: number } }).refundDue.amount)).toEqual([250, 500]);
  });

  it('nothing becomes cheaper when the time for refunds is over', () => {
    const paid = aConfirmed(of('A1', 'A2'));
    const { refundUntil } = paid.state;
    expect(() => change(paid, ['A1'], { at: refundUntil })).toThrow(ChangeNotRefundable);
    expect(() => change(paid, ['A3', 'A4'], { at: refundUntil })).toThrow(ChangeNotRefundable);
    expect(paid.labels).toEqual(['A1', 'A2']);
    change(paid, ['A1'], { at: addMs(refundUntil, -1) });
    expect(paid.state.changeRefund).toBe(1_500);
  });

  it('seats of the same price can be had until the start', () => {
    const paid = aConfirmed(of('A3', 'A4'));
    change(paid, ['A4', 'A5'], { at: paid.state.refundUntil });
    expect([paid.labels, paid.state.changeRefund]).toEqual([['A4', 'A5'], 0]);
  });

  it('the same seats change nothing, in any order', () => {
    const paid = aConfirmed(of('A3', 'A4'));
    paid.takeEvents();
    change(paid, ['A4', 'A3'], { at: minutesAfter(600) });
    expect(eventTypes(paid)).toEqual([]);
  });

  it('a seat that is kept keeps its price', () => {
    const hold = aHold(of('A3', 'A4'));
    const cheaper = aSeating({ ...seating.showtime, prices: { standard: 1_000, premium: 1_500 } });
    change(hold, ['A3', 'A5'], { on: cheaper });
    expect(hold.state.seats.map(({ price }) => price.amount)).toEqual([1_250, 1_000]);
  });

  it('dearer seats are refused with both prices', () => {
    const hold = aHold(of('A3', 'A4'));
    expect(() => change(hold, ['A1', 'A4'])).toThrow(SeatsDearer);
    expect(() => change(hold, ['A3', 'A4', 'A5'])).toThrow(SeatsDearer);
    expect(hold.labels).toEqual(['A3', 'A4']);
  });

  it('seats that others have, unknown seats and too many are refused', () => {
    const hold = aHold(of('A3', 'A4'));
    const seatsTaken = { labels: ['A5'], blockedByExpiredHold: false };
    expect(() => change(hold, ['A5'], { seatsTaken })).toThrow(SeatsTaken);
    expect(() => change(hold, ['Z9'])).toThrow(NoSuchSeat);
    expect(() =>
      change(
        hold,
        Array.from({ length: 11 }, (_, i) => `A${i + 1}`),
      ),
    ).toThrow(TooManySeats);
    const customerUsage = { ...NOTHING_IN_THE_WAY.customerUsage, activeSeats: 9 };
    expect(() => change(hold, ['A5', 'A6'], { customerUsage })).toThrow(TooManySeatsForShowtime);
  });

  it('the limit of holds does not count against a change', () => {
    const hold = aHold(of('A3'));
    const customerUsage = {
      ...NOTHING_IN_THE_WAY.customerUsage,
      liveHolds: 3,
      ofAllShowtimes: { liveHolds: 99, blockedByExpiredHold: false },
    };
    change(hold, ['A4'], { customerUsage });
    expect(hold.labels).toEqual(['A4']);
  });

  it('nothing changes after the start, after the hold, or before sales open', () => {
    expect(() => change(aConfirmed(of('A3')), ['A4'], { at: seating.startsAt })).toThrow(ShowtimeStarted);
    expect(() => change(aHold(of('A3')), ['A4'], { at: minutesAfter(30) })).toThrow(HoldExpired);
    const closed = aSeating({ ...seating.showtime, salesOpenAt: minutesAfter(1).toISOString() });
    expect(() => change(aHold(of('A3')), ['A4'], { on: closed })).toThrow(NotOnSale);
  });

  it('a cancelled or moved showtime refuses a change', () => {
    expect(() => change(aConfirmed(of('A3')), ['A4'], { salesStatus: { closed: true, version: 1 } })).toThrow(ShowtimeCancelled);
    expect(() => change(aConfirmed(of('A3')), ['A4'], { salesStatus: { closed: false, version: 2 } })).toThrow(ShowtimeMoved);
  });

  it('an ended reservation refuses a change', () => {
    const [expired, cancelled] = [aHold(of('A3')), aHold(of('A3'))];
    expired.expire(minutesAfter(30));
    cancelled.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    expect(() => change(expired, ['A4'])).toThrow(HoldExpired);
    expect(() => change(cancelled, ['A4'])).toThrow(SeatsNotChangeable);
  });
});

describe('Money of a reservation whose seats were changed', () => {
  it('a payment of the old total confirms, and the difference is owed', () => {
    const hold = aHold(of('A1'));
    change(hold, ['A3']);
    expect(pay(hold, 1_500)).toBe('confirmed');
    expect(hold.state).toMatchObject({ status: 'confirmed', total: 1_250, changeRefund: 250 });
    expect(eventTypes(hold).at(-1)).toBe('reservations.refund-due-raised.v1');
  });

  it('a payment of less than the total, or of another currency, goes back', () => {
    expect(pay(aHold(of('A1')), 1_250)).toBe('too-late');
    expect(pay(aHold(of('A1')), 1_500, 'USD')).toBe('too-late');
  });

  it('a cancellation owes the rest, and says the whole sum', () => {
    const paid = aConfirmed(of('A1'));
    change(paid, ['A3']);
    paid.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    expect(paid.state).toMatchObject({ refundDue: 1_250, changeRefund: 250 });
    expect(paid.takeEvents().at(-1)?.event.data).toMatchObject({ refundDue: { amount: 1_500 } });
  });

  it('a cancelled showtime raises what is owed to all that was paid', () => {
    const paid = aConfirmed(of('A1'));
    change(paid, ['A3']);
    paid.cancel({ by: 'customer', refund: 'none', reason: null, salesStatus: OPEN_SALES, at: NOW });
    paid.endByCinema({ kind: 'cancelled', movedAt: null, reason: null, at: NOW });
    expect(paid.takeEvents().at(-1)?.event.data).toMatchObject({ refundDue: { amount: 1_500 }, reason: 'showtime-cancelled' });
  });
});
