import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancelReservation } from '../commands/cancel-reservation.js';
import { CancellationQuote } from './cancellation-quote.js';

describe('The quote of a cancellation', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const quote = (customerId: string, id: string) => harness.execute(new CancellationQuote(customerId, id));

  it('a quote tells until when it is valid, and changes nothing', async () => {
    const { id, state } = await harness.createConfirmed();
    const before = harness.reservations.all.get(id);
    expect(await quote(state.customerId, id)).toEqual({
      cancellable: true,
      refund: { amount: 2_500, currency: 'EUR' },
      kept: { amount: 0, currency: 'EUR' },
      until: '2026-03-01T16:00:00.000Z',
    });
    expect(harness.reservations.all.get(id)).toEqual(before);
  });

  it('a quote counts what was refunded already', async () => {
    const { id, state } = await harness.createConfirmed();
    const [money] = harness.capturedMoney;
    harness.capturedMoney[0] = { ...money!, refunded: { amount: 400, currency: 'EUR' } };
    expect(await quote(state.customerId, id)).toMatchObject({ refund: { amount: 2_100 }, kept: { amount: 0 } });
    harness.clock.advance(5 * HOUR_MS);
    expect(await quote(state.customerId, id)).toMatchObject({ refund: { amount: 0 }, kept: { amount: 2_100 } });
  });

  it('a quote leaves out what is owed already and not requested yet', async () => {
    const { id, state } = await harness.createConfirmed();
    const [money] = harness.capturedMoney;
    // Of 2500, 2000 went back otherwise, and 1250 are owed for seats that became cheaper: all of the rest.
    harness.capturedMoney[0] = { ...money!, refunded: { amount: 2_000, currency: 'EUR' } };
    harness.reservations.all.set(id, { ...harness.reservations.all.get(id)!, total: 1_250, changeRefund: 1_250 });
    expect(await quote(state.customerId, id)).toMatchObject({ refund: { amount: 0 }, kept: { amount: 0 } });
  });

  it('a quote keeps nothing of what a cancellation owes', async () => {
    const { id, state } = await harness.createConfirmed();
    await harness.execute(new CancelReservation(state.customerId, id, { keptAtMost: 0 }));
    expect(await quote(state.customerId, id)).toMatchObject({ cancellable: false, refund: { amount: 0 }, kept: { amount: 0 } });
  });

  it('a quote promises everything once the showtime was cancelled, known or not', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(7 * HOUR_MS);
    harness.changeInShowtimes(state.showtimeId, 'cancelled');
    expect(await quote(state.customerId, id)).toMatchObject({ cancellable: true, refund: { amount: 2_500 }, until: null });
  });

  it('a quote tells that a reservation cannot be cancelled any more', async () => {
    const { id, state } = await harness.createConfirmed();
    harness.clock.advance(6 * HOUR_MS);
    expect(await quote(state.customerId, id)).toMatchObject({ cancellable: false, kept: { amount: 2_500 }, until: null });
  });

  it('the reservation of another customer is not found', async () => {
    const { id } = await harness.createConfirmed();
    await expect(quote(newId(), id)).rejects.toThrow(ReservationNotFound);
  });
});
