import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { HOUR } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { QuoteCancellation, QuoteCancellationHandler } from './quote-cancellation.js';

describe('Asking what cancelling would give back', () => {
  let desk: TicketDesk;
  beforeEach(() => {
    desk = new TicketDesk();
  });
  const quote = (customerId: string, id: string) =>
    new QuoteCancellationHandler(desk.reservations, desk.clock).execute(new QuoteCancellation(customerId, id));

  it('says until when the answer stands, and changes nothing', async () => {
    const { id, state } = await desk.confirmed();
    const before = desk.reservations.all.get(id);
    expect(await quote(state.customerId, id)).toEqual({
      cancellable: true,
      refund: { amount: 2_500, currency: 'EUR' },
      kept: { amount: 0, currency: 'EUR' },
      until: '2026-03-01T16:00:00.000Z',
    });
    expect(desk.reservations.all.get(id)).toEqual(before);
  });

  it('says so when nothing can be cancelled any more', async () => {
    const { id, state } = await desk.confirmed();
    desk.clock.advance(6 * HOUR);
    expect(await quote(state.customerId, id)).toMatchObject({ cancellable: false, kept: { amount: 2_500 }, until: null });
  });

  it('is for the owner only', async () => {
    const { id } = await desk.confirmed();
    await expect(quote(newId(), id)).rejects.toThrow(ReservationNotFound);
  });
});
