import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { HOUR } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { CancelReservation } from './cancel-reservation.js';

describe('A customer who cancels', () => {
  const refundOf = (desk: TicketDesk): unknown => desk.reservations.events.at(-1)!.event.data;

  it('is promised everything back in time', async () => {
    const desk = new TicketDesk();
    const { id, state } = await desk.confirmed();
    await desk.execute(new CancelReservation(state.customerId, id));
    expect(refundOf(desk)).toMatchObject({ refundDue: { amount: 2_500 }, by: 'customer', reason: null });
  });

  it('is promised nothing less than two hours before the start', async () => {
    const desk = new TicketDesk();
    const { id, state } = await desk.confirmed();
    desk.clock.advance(4 * HOUR);
    await desk.execute(new CancelReservation(state.customerId, id));
    expect(refundOf(desk)).toMatchObject({ refundDue: { amount: 0 } });
  });

  it('twice is told nothing new', async () => {
    const desk = new TicketDesk();
    const { id, state } = await desk.confirmed();
    await desk.execute(new CancelReservation(state.customerId, id));
    await desk.execute(new CancelReservation(state.customerId, id));
    expect(desk.reservations.facts(id)).toEqual(['seats-held', 'reservation-confirmed', 'reservation-cancelled']);
  });

  it('cannot cancel for somebody else', async () => {
    const desk = new TicketDesk();
    const { id } = await desk.confirmed();
    await expect(desk.execute(new CancelReservation(newId(), id))).rejects.toThrow(ReservationNotFound);
  });
});
