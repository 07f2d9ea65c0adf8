import { newId } from '@app/kernel/id.js';
import type { CancellationRun } from '../domain/cancellation-runs.js';
import { ReservationNotFound, SeatsTaken } from '../domain/errors.js';
import { aPayment, aSeating, minutesAfter, NOW } from './builders.js';
import { OPEN_SALES } from '../domain/sales-status.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';

export function settlementsContract(makeStores: MakeStores): void {
  let stores: Stores;
  beforeEach(async () => (stores = await makeStores()));
  const { hold, stored, settle, expire } = stepsOn(() => stores);

  it('a payment confirms a hold, also one whose time has ended', async () => {
    const reservation = await hold();
    const payment = aPayment(reservation);
    await settle(payment, minutesAfter(45));
    expect(await stored(reservation.id)).toMatchObject({
      status: 'confirmed',
      paymentId: payment.paymentId,
      confirmedAt: minutesAfter(45),
      late: false,
    });
  });

  it('a payment is settled once, however often it arrives', async () => {
    const reservation = await hold();
    const [first, second] = [aPayment(reservation), aPayment(reservation)];
    const decided: boolean[] = [];
    for (const payment of [first, first, second, first, second]) decided.push(await settle(payment));
    expect(decided).toEqual([true, false, true, false, false]);
    expect(await stores.eventsOf(reservation.id)).toEqual(['seats-held', 'reservation-confirmed', 'surplus-payment-received']);
  });

  it('a payment whose settlement failed can be settled again', async () => {
    const reservation = await hold();
    const payment = aPayment(reservation);
    const failed = stores.reservations.settle({ ...payment, currentSalesStatus: OPEN_SALES, at: NOW }, () => {
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    await settle(payment);
    expect(await stores.eventsOf(reservation.id)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('a payment for an unknown reservation is refused each time', async () => {
    const unknown = { paymentId: newId(), reservationId: newId(), amount: { amount: 1, currency: 'EUR' } };
    await expect(settle(unknown)).rejects.toThrow(ReservationNotFound);
    await expect(settle(unknown)).rejects.toThrow(ReservationNotFound);
  });

  it('a payment reclaims all the seats of an expired reservation', async () => {
    const seating = aSeating();
    const reservation = await hold({ seating });
    await expire(reservation.id);
    await settle(aPayment(reservation), minutesAfter(31));
    expect(await stored(reservation.id)).toMatchObject({ status: 'confirmed', late: true, endedAt: null, endReason: null });
    await expect(hold({ seating, seats: ['A4'] })).rejects.toThrow(SeatsTaken);
  });

  it('a payment reclaims no seat where one of them is taken', async () => {
    const seating = aSeating();
    const reservation = await hold({ seating, seats: ['A3', 'A4', 'A5'] });
    await expire(reservation.id);
    await hold({ seating, seats: ['A4'] });
    await settle(aPayment(reservation), minutesAfter(31));
    expect((await stored(reservation.id)).status).toBe('expired');
    expect(await stores.eventsOf(reservation.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
    await expect(hold({ seating, seats: ['A3', 'A5'] })).resolves.toBeDefined();
  });

  it('a payment sees the stricter of the stored sales status and the current one', async () => {
    const [held, expired] = [await hold(), await hold()];
    await settle(aPayment(held), minutesAfter(1), { closed: true, version: 2 });
    expect(await stores.eventsOf(held.id)).toEqual(['seats-held', 'payment-came-too-late']);
    await expire(expired.id);
    await settle(aPayment(expired), minutesAfter(31), { closed: false, version: 2 });
    expect(await stores.eventsOf(expired.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
  });

  it('a payment reclaims no seat once the showtime started, was moved or cancelled', async () => {
    const begin = async (showtimeId: string, kind: CancellationRun['kind']): Promise<Date> => {
      await stores.runs.begin({ showtimeId, showtimeVersion: 2, kind, movedAt: kind === 'moved' ? NOW : null, reason: null }, NOW);
      return minutesAfter(31);
    };
    const causes: ((showtimeId: string) => Promise<Date>)[] = [
      () => Promise.resolve(aSeating().startsAt),
      (showtimeId) => begin(showtimeId, 'moved'),
      (showtimeId) => begin(showtimeId, 'cancelled'),
    ];
    for (const cause of causes) {
      const reservation = await hold();
      await expire(reservation.id);
      await settle(aPayment(reservation), await cause(reservation.state.showtimeId));
      expect(await stores.eventsOf(reservation.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
    }
  });
}
