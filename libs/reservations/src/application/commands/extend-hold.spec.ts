import { newId } from '@app/kernel/id.js';
import { HoldExpired, ReservationNotFound } from '../../domain/errors.js';
import { MINUTE, minutesAfter } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { ExtendHold } from './extend-hold.js';

describe('More time to pay', () => {
  it('is given to the owner, by the cinema’s terms', async () => {
    const desk = new TicketDesk();
    const { id, state } = await desk.held();
    await desk.execute(new ExtendHold(state.customerId, id));
    expect(desk.reservations.all.get(id)!.heldUntil).toEqual(minutesAfter(40));
  });

  it('is nobody else’s to take', async () => {
    const desk = new TicketDesk();
    const { id } = await desk.held();
    await expect(desk.execute(new ExtendHold(newId(), id))).rejects.toThrow(ReservationNotFound);
  });

  it('comes too late at the hold’s end, swept or not', async () => {
    const desk = new TicketDesk();
    const { id, state } = await desk.held();
    desk.clock.advance(30 * MINUTE);
    await expect(desk.execute(new ExtendHold(state.customerId, id))).rejects.toThrow(HoldExpired);
  });
});
