import { aConfirmed, aHold, aPayment, eventTypes, minutesAfter } from '../testing/builders.js';
import type { Reservation } from './reservation.js';
import { OPEN_SALES } from './sales-status.js';

const expired = (): Reservation => {
  const hold = aHold();
  hold.expire(minutesAfter(30));
  return hold;
};

describe('A payment', () => {
  const inTime = (minutes: number) => ({ seatsReclaimed: false, salesStatus: OPEN_SALES, at: minutesAfter(minutes) });

  it('a payment confirms a hold', () => {
    const hold = aHold();
    const payment = aPayment(hold);
    expect(hold.receivePayment(payment, inTime(3))).toBe('confirmed');
    expect(hold.state).toMatchObject({ status: 'confirmed', paymentId: payment.paymentId, late: false, confirmedAt: minutesAfter(3) });
  });

  it('a payment confirms a hold whose time has ended while it is not expired yet', () => {
    const hold = aHold();
    expect(hold.receivePayment(aPayment(hold), inTime(45))).toBe('confirmed');
  });

  it('a payment revives an expired reservation that has all its seats again', () => {
    const hold = expired();
    expect(hold.receivePayment(aPayment(hold), { seatsReclaimed: true, salesStatus: OPEN_SALES, at: minutesAfter(35) })).toBe(
      'confirmed-late',
    );
    expect(hold.state).toMatchObject({ status: 'confirmed', late: true, endedAt: null, endReason: null });
  });

  it('a payment is too late for an expired reservation without its seats', () => {
    const hold = expired();
    expect(hold.receivePayment(aPayment(hold), inTime(35))).toBe('too-late');
    expect(hold.state.status).toBe('expired');
    expect(eventTypes(hold)).toContain('reservations.payment-came-too-late.v1');
  });

  it('a payment is too late for a cancelled reservation', () => {
    const hold = aHold();
    hold.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: minutesAfter(1) });
    expect(hold.receivePayment(aPayment(hold), inTime(2))).toBe('too-late');
  });

  it('a payment is surplus for a reservation that is paid', () => {
    const reservation = aConfirmed();
    const first = reservation.state.paymentId;
    expect(reservation.receivePayment(aPayment(reservation), inTime(2))).toBe('surplus');
    expect(reservation.state).toMatchObject({ status: 'confirmed', paymentId: first });
    expect(eventTypes(reservation)).toContain('reservations.surplus-payment-received.v1');
  });
});

describe('An expired reservation', () => {
  const open = { closed: false, version: 1 };

  it('an expired reservation can be revived while its showtime is sold as before', () => {
    expect(expired().canBeRevived({ salesStatus: open, at: minutesAfter(60) })).toBe(true);
  });

  it('an expired reservation cannot be revived once the showtime has started', () => {
    expect(expired().canBeRevived({ salesStatus: open, at: minutesAfter(6 * 60) })).toBe(false);
  });

  it('an expired reservation cannot be revived once sales are closed', () => {
    expect(expired().canBeRevived({ salesStatus: { closed: true, version: 1 }, at: minutesAfter(60) })).toBe(false);
  });

  it('an expired reservation cannot be revived once the showtime was moved', () => {
    expect(expired().canBeRevived({ salesStatus: { closed: false, version: 2 }, at: minutesAfter(60) })).toBe(false);
  });

  it('a held or confirmed reservation cannot be revived', () => {
    for (const reservation of [aHold(), aConfirmed()]) {
      expect(reservation.canBeRevived({ salesStatus: open, at: minutesAfter(60) })).toBe(false);
    }
  });
});
