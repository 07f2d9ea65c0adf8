import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { aPayment, MINUTE, minutesAfter } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { ExpireHolds } from './expire-holds.js';
import { SettlePayment } from './settle-payment.js';

describe('Money that arrived', () => {
  it('confirms the hold it is for, at that moment', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    desk.clock.advance(5 * MINUTE);
    await desk.execute(new SettlePayment(aPayment(hold)));
    expect(desk.reservations.all.get(hold.id)).toMatchObject({ status: 'confirmed', confirmedAt: minutesAfter(5) });
  });

  it('brings an expired reservation back while nobody else has its seats', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    desk.clock.advance(31 * MINUTE);
    await desk.execute(new ExpireHolds());
    await desk.execute(new SettlePayment(aPayment(hold)));
    expect(desk.reservations.all.get(hold.id)).toMatchObject({ status: 'confirmed', late: true });
  });

  it('goes back where a rival has one of the seats', async () => {
    const desk = new TicketDesk();
    const seating = desk.showing();
    const hold = await desk.held({ seating, seats: ['A3', 'A4'] });
    desk.clock.advance(31 * MINUTE);
    await desk.execute(new ExpireHolds());
    await desk.held({ seating, seats: ['A4'] });
    await desk.execute(new SettlePayment(aPayment(hold)));
    expect(desk.reservations.facts(hold.id).at(-1)).toBe('payment-came-too-late');
  });

  it('is an error where there is no such reservation', async () => {
    const nowhere = { paymentId: newId(), reservationId: newId(), amount: { amount: 1, currency: 'EUR' } };
    await expect(new TicketDesk().execute(new SettlePayment(nowhere))).rejects.toThrow(ReservationNotFound);
  });

  it('that cannot be settled holds up nobody else, is not counted, and is told of', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    const nowhere = { ...aPayment(hold), reservationId: newId() };
    expect(await desk.settlement.settleEach([nowhere, aPayment(hold)])).toBe(1);
    expect(desk.statusOf(hold)).toBe('confirmed');
    expect(desk.alerts.codes).toEqual(['payment-not-settled']);
  });
});
