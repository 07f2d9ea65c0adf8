import { newId } from '@app/kernel/id.js';
import {
  BookingCodeTaken,
  ReservationNotFound,
  SeatingOutdated,
  SeatsTaken,
  TooManyHolds,
  TooManyHoldsInAll,
  TooManySeatsForShowtime,
  UnpaidHoldsTooLong,
} from '../domain/errors.js';
import { Reservation } from '../domain/reservation.js';
import type { HoldSituation } from '../domain/situations.js';
import { aHold, answeringItself, aPayment, aSeating, minutesAfter, NOTHING_IN_THE_WAY, NOW, POLICY } from './builders.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';

export function holdsContract(makeStores: MakeStores): void {
  let stores: Stores;
  beforeEach(async () => (stores = await makeStores()));
  const { hold, stored, settle, cancel, expire } = stepsOn(() => stores);

  /** The situation that a hold would see; nothing is stored. */
  async function situationOf(...request: Parameters<typeof aHold>): Promise<HoldSituation> {
    const { showtimeId, customerId, createdAt } = aHold(...request).state;
    const { seats = ['A3', 'A4'] } = request[0] ?? {};
    let seen: HoldSituation | undefined;
    const decision = answeringItself((situation) => {
      seen = situation;
      throw new Error('seen');
    });
    const ended = stores.reservations.hold({ showtimeId, customerId, seats, now: createdAt }, decision);
    await expect(ended).rejects.toThrow('seen');
    return seen!;
  }

  it('a hold is stored as it was decided, to the millisecond', async () => {
    const { id, state } = await hold({ now: new Date('2026-03-01T12:00:00.123Z') });
    expect(await stored(id)).toEqual(state);
    expect(await stores.eventsOf(id)).toEqual(['seats-held']);
  });

  it('a hold of taken seats is refused, names each, and leaves no trace', async () => {
    const seating = aSeating();
    await hold({ seating, seats: ['A3', 'A4', 'A5'] });
    const refused = newId();
    const { showtime } = seating;
    const request = { showtimeId: showtime.id, customerId: newId(), seats: ['A6', 'A5', 'A4'], now: NOW };
    const decision = answeringItself((situation) => {
      const { state } = aHold({ seating, seats: request.seats, situation });
      return new Reservation({ ...state, id: refused });
    });
    const attempt = stores.reservations.hold(request, decision);
    await expect(attempt).rejects.toMatchObject({ details: { conflictingSeats: ['A4', 'A5'] }, blockedByExpiredHold: false });
    await expect(stored(refused)).rejects.toThrow(ReservationNotFound);
    expect(await stores.eventsOf(refused)).toEqual([]);
    await expect(hold({ seating, seats: ['A6'] })).resolves.toBeDefined();
  });

  it('the key of the claims refuses a taken seat even where the decision did not', async () => {
    const seating = aSeating();
    await hold({ seating, seats: ['A3', 'A4'] });
    const withoutCheck = aHold({ seating, seats: ['A4', 'A5'] });
    const { showtimeId, customerId } = withoutCheck.state;
    const attempt = stores.reservations.hold(
      { showtimeId, customerId, seats: ['A4', 'A5'], now: NOW },
      answeringItself(() => withoutCheck),
    );
    await expect(attempt).rejects.toMatchObject({ name: SeatsTaken.name, details: { conflictingSeats: ['A4'] } });
    await expect(stored(withoutCheck.id)).rejects.toThrow(ReservationNotFound);
  });

  it('a hold takes seats of its own showtime only', async () => {
    await hold({ seats: ['A3'] });
    await expect(hold({ seats: ['A3'] })).resolves.toBeDefined();
  });

  it('a situation without any reservation has nothing in the way', async () => {
    expect(await situationOf()).toEqual(NOTHING_IN_THE_WAY);
  });

  it('a situation tells of an expired hold on the seats from the end of its time', async () => {
    const seating = aSeating();
    await hold({ seating });
    await expect(hold({ seating, now: minutesAfter(29.99) })).rejects.toMatchObject({ blockedByExpiredHold: false });
    await expect(hold({ seating, now: minutesAfter(30) })).rejects.toMatchObject({ blockedByExpiredHold: true });
  });

  it('a situation does not take a sold seat for an expired hold', async () => {
    const seating = aSeating();
    await settle(aPayment(await hold({ seating })));
    await expect(hold({ seating, now: minutesAfter(31) })).rejects.toMatchObject({ name: SeatsTaken.name, blockedByExpiredHold: false });
  });

  it('a situation counts the live holds of this customer for this showtime', async () => {
    const own = { seating: aSeating(), customerId: newId() };
    for (const seats of [['A1'], ['A2'], ['A3']]) await hold({ ...own, seats });
    await expect(hold({ ...own, seats: ['A4'] })).rejects.toThrow(TooManyHolds);
    await expect(hold({ ...own, seating: aSeating(), seats: ['A4'] })).resolves.toBeDefined();
    await expect(hold({ ...own, customerId: newId(), seats: ['A4'] })).resolves.toBeDefined();
  });

  it('a situation counts the live holds of this customer for all showtimes', async () => {
    const own = { customerId: newId() };
    const first = await hold(own);
    for (let i = 1; i < POLICY.maxHoldsPerCustomer; i++) await hold(own);
    await expect(hold(own)).rejects.toMatchObject({ name: TooManyHoldsInAll.name, blockedByExpiredHold: false });
    await expect(hold({ ...own, now: minutesAfter(30) })).rejects.toMatchObject({
      name: TooManyHoldsInAll.name,
      blockedByExpiredHold: true,
    });
    await expect(hold({ ...own, policy: { ...POLICY, maxHoldsPerCustomer: 0 } })).resolves.toBeDefined();
    await expect(hold()).resolves.toBeDefined();
    await settle(aPayment(first));
    await cancel((await hold()).id);
    await expect(hold(own)).rejects.toThrow(TooManyHoldsInAll);
  });

  it('holds that ended without a payment count for as long as they lasted', async () => {
    const [seating, customerId] = [aSeating({ startsAt: minutesAfter(3 * 24 * 60).toISOString() }), newId()];
    const policy = { ...POLICY, maxUnpaidHoldMs: 50 * 60_000 };
    const again = (minutes: number, own: Partial<Parameters<typeof hold>[0]> = {}) =>
      hold({ seating, customerId, policy, now: minutesAfter(minutes), ...own });
    const paid = await again(0, { seats: ['A1'] });
    await settle(aPayment(paid));
    await expire((await again(0)).id);
    const cancelled = await again(30);
    await cancel(paid.id, minutesAfter(39));
    await cancel((await again(40, { seats: ['A5'] })).id, minutesAfter(41));
    await cancel(cancelled.id, minutesAfter(49));
    await expect(again(50)).rejects.toThrow(UnpaidHoldsTooLong);
    for (const own of [{ policy: POLICY }, { customerId: newId() }, { seating: aSeating() }]) {
      const other = await again(50, own);
      await cancel(other.id, minutesAfter(50));
    }
    await expect(again(24 * 60 + 31)).resolves.toBeDefined();
  });

  it('a situation counts sold seats, and not those of ended reservations', async () => {
    const own = { seating: aSeating(), customerId: newId() };
    const nine = await hold({ ...own, seats: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'] });
    await settle(aPayment(nine));
    const attempt = hold({ ...own, seats: ['A10', 'A11'] });
    await expect(attempt).rejects.toMatchObject({ name: TooManySeatsForShowtime.name, blockedByExpiredHold: false });
    await cancel(nine.id);
    await expect(hold({ ...own, seats: ['A10', 'A11'] })).resolves.toBeDefined();
  });

  it('a situation tells of expired holds of the customer for this showtime', async () => {
    const own = { seating: aSeating(), customerId: newId() };
    for (const seats of [['A1'], ['A2'], ['A3']]) await hold({ ...own, seats });
    await hold({ customerId: own.customerId, now: minutesAfter(-1) });
    const attempt = (minutes: number) => hold({ ...own, seats: ['A4'], now: minutesAfter(minutes) });
    await expect(attempt(29)).rejects.toMatchObject({ name: TooManyHolds.name, blockedByExpiredHold: false });
    await expect(attempt(30)).rejects.toMatchObject({ name: TooManyHolds.name, blockedByExpiredHold: true });
  });

  it('a situation carries the sales status: a moved showtime, then closed sales', async () => {
    const seating = aSeating({ version: 2 });
    const { id: showtimeId } = seating.showtime;
    await stores.runs.begin({ showtimeId, showtimeVersion: 2, kind: 'moved', movedAt: NOW, reason: null }, NOW);
    await expect(hold({ seating: aSeating({ id: showtimeId, version: 1 }) })).rejects.toThrow(SeatingOutdated);
    await expect(hold({ seating, seats: ['A3'] })).resolves.toBeDefined();
    await stores.runs.begin({ showtimeId, showtimeVersion: 3, kind: 'cancelled', movedAt: null, reason: null }, NOW);
    await expect(hold({ seating: aSeating({ id: showtimeId, version: 9 }), seats: ['A4'] })).rejects.toThrow(SeatingOutdated);
  });

  it('a booking code that is in use is refused', async () => {
    const { code } = (await hold()).state;
    await expect(hold({ code, seats: ['A3'] })).rejects.toThrow(BookingCodeTaken);
  });
}
