import { newId } from '@app/kernel/id.js';
import { AlreadyCompleted, HoldExpired, ReservationNotFound } from '../../domain/errors.js';
import { HOUR } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { CancelReservationAsAdmin } from './cancel-reservation-as-admin.js';
import { CompleteReservations } from './complete-reservations.js';
import { ExpireHolds } from './expire-holds.js';

const ADMIN = newId();

describe("An admin who cancels somebody's reservation", () => {
  const cancel = (id: string, refund: 'full' | 'policy' | 'none' = 'full'): CancelReservationAsAdmin =>
    new CancelReservationAsAdmin(ADMIN, id, refund, 'The projector broke.');
  const lastFact = (desk: TicketDesk): unknown => desk.reservations.events.at(-1)!.event.data;

  it.each([
    ['full', 0, 2_500],
    ['full', 5, 2_500],
    ['policy', 0, 2_500],
    ['policy', 5, 0],
    ['none', 0, 0],
  ] as const)('and says %s, %i hours after the purchase, promises %i', async (refund, hours, amount) => {
    const desk = new TicketDesk();
    const { id } = await desk.confirmed();
    desk.clock.advance(hours * HOUR);
    await desk.execute(cancel(id, refund));
    expect(lastFact(desk)).toMatchObject({ refundDue: { amount }, by: 'admin', reason: 'The projector broke.' });
    expect(desk.audit.entries).toEqual([
      {
        actor: ADMIN,
        action: 'reservations.cancel-as-admin',
        subject: id,
        details: { was: 'confirmed', refund, reason: 'The projector broke.' },
      },
    ]);
  });

  it('twice does it once, and leaves one note', async () => {
    const desk = new TicketDesk();
    const { id } = await desk.held();
    await desk.execute(cancel(id));
    await desk.execute(cancel(id, 'none'));
    expect(desk.reservations.facts(id)).toEqual(['seats-held', 'reservation-cancelled']);
    expect(desk.audit.entries).toHaveLength(1);
  });

  it('is refused where it is over already, and leaves no note', async () => {
    const desk = new TicketDesk();
    const completed = await desk.confirmed();
    const expired = await desk.held();
    desk.clock.advance(10 * HOUR);
    await desk.execute(new ExpireHolds());
    await desk.execute(new CompleteReservations());
    await expect(desk.execute(cancel(expired.id))).rejects.toThrow(HoldExpired);
    await expect(desk.execute(cancel(completed.id))).rejects.toThrow(AlreadyCompleted);
    await expect(desk.execute(cancel(newId()))).rejects.toThrow(ReservationNotFound);
    expect(desk.audit.entries).toEqual([]);
  });
});
