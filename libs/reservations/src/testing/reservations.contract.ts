/** What every keeper of reservations and of cancellation runs promises, whether it keeps them in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import {
  BookingCodeTaken,
  ReservationNotFound,
  SeatingOutdated,
  SeatsTaken,
  TooManyHolds,
  TooManySeatsForShowtime,
} from '../domain/errors.js';
import { Reservation, type ReservationState } from '../domain/reservation.js';
import type { Reservations } from '../domain/reservations.js';
import { aHold, aPayment, aSeating, minutesAfter, NOW, POLICY } from './builders.js';

export interface Books {
  readonly reservations: Reservations;
  readonly runs: CancellationRuns;
  /** Types of what happened to a reservation, in order and without context and version. */
  facts(id: string): Promise<string[]>;
}

/** `given` answers empty books. */
export function reservationsContract(given: () => Promise<Books>): void {
  let books: Books;
  let reservations: Reservations;
  beforeEach(async () => {
    books = await given();
    ({ reservations } = books);
  });

  const kept = (id: string): Promise<ReservationState> => reservations.change(id, ({ state }) => state);
  const add = async (...own: Parameters<typeof aHold>): Promise<Reservation> => {
    const reservation = aHold(...own);
    await reservations.add(reservation);
    return reservation;
  };
  const settle = (payment: ReturnType<typeof aPayment>, at = NOW): Promise<void> =>
    reservations.settle(payment, at, (reservation, seatsBack) => reservation.receivePayment(payment, seatsBack, at));
  const expire = (id: string, at = minutesAfter(30)): Promise<number> =>
    reservations.changeSkippingLocked([id], (reservation) => reservation.expire(at));

  describe('adding', () => {
    it('gives back what was added, to the millisecond', async () => {
      const { id, state } = await add({ now: new Date('2026-03-01T12:00:00.123Z') });
      expect(await kept(id)).toEqual(state);
      expect(await books.facts(id)).toEqual(['seats-held']);
    });

    it('refuses seats that are taken, names each, and keeps nothing of the reservation', async () => {
      const seating = aSeating();
      await add({ seating, seats: ['A3', 'A4', 'A5'] });
      const late = aHold({ seating, seats: ['A6', 'A5', 'A4'] });
      await expect(reservations.add(late)).rejects.toMatchObject({
        details: { conflictingSeats: ['A4', 'A5'] },
        blockedByExpiredHold: false,
      });
      await expect(kept(late.id)).rejects.toThrow(ReservationNotFound);
      expect(await books.facts(late.id)).toEqual([]);
      await expect(add({ seating, seats: ['A6'] })).resolves.toBeDefined();
    });

    it('keeps the seats of one showing apart from the same seats of another', async () => {
      await add({ seats: ['A3'] });
      await expect(add({ seats: ['A3'] })).resolves.toBeDefined();
    });

    it('says when the hold in the way is past its time, at the very instant it is', async () => {
      const seating = aSeating();
      await add({ seating });
      await expect(add({ seating, now: minutesAfter(29.99) })).rejects.toMatchObject({ blockedByExpiredHold: false });
      await expect(add({ seating, now: minutesAfter(30) })).rejects.toMatchObject({ blockedByExpiredHold: true });
    });

    it('does not call a sold seat due', async () => {
      const seating = aSeating();
      const { state } = await add({ seating });
      await settle(aPayment(new Reservation(state)));
      await expect(add({ seating, now: minutesAfter(31) })).rejects.toMatchObject({ name: SeatsTaken.name, blockedByExpiredHold: false });
    });

    it('counts what the customer has: three live holds, ten active seats, of this showing only', async () => {
      const own = { seating: aSeating(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await add({ ...own, seats });
      await expect(add({ ...own, seats: ['A4'] })).rejects.toThrow(TooManyHolds);
      await expect(add({ ...own, seating: aSeating(), seats: ['A4'] })).resolves.toBeDefined();
      await expect(add({ ...own, customerId: newId(), seats: ['A4'] })).resolves.toBeDefined();
    });

    it('counts sold seats, and forgets ended ones', async () => {
      const own = { seating: aSeating(), customerId: newId() };
      const nine = await add({ ...own, seats: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'] });
      await settle(aPayment(nine));
      await expect(add({ ...own, seats: ['A10', 'A11'] })).rejects.toMatchObject({
        name: TooManySeatsForShowtime.name,
        blockedByExpiredHold: false,
      });
      await reservations.change(nine.id, (reservation) => reservation.cancel('customer', 'policy', null, NOW));
      await expect(add({ ...own, seats: ['A10', 'A11'] })).resolves.toBeDefined();
    });

    it('says when the customer’s own holds are past their time', async () => {
      const own = { seating: aSeating(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await add({ ...own, seats });
      await expect(add({ ...own, seats: ['A4'], now: minutesAfter(30) })).rejects.toMatchObject({
        name: TooManyHolds.name,
        blockedByExpiredHold: true,
      });
    });

    it('refuses terms the showtime has left behind, and every hold once its sales are closed', async () => {
      const seating = aSeating({ version: 2 });
      const { id: showtimeId } = seating.showtime;
      await books.runs.begin({ showtimeId, showtimeVersion: 2, kind: 'moved', reason: null }, NOW);
      await expect(add({ seating: aSeating({ id: showtimeId, version: 1 }) })).rejects.toThrow(SeatingOutdated);
      await expect(add({ seating, seats: ['A3'] })).resolves.toBeDefined();
      await books.runs.begin({ showtimeId, showtimeVersion: 3, kind: 'cancelled', reason: null }, NOW);
      await expect(add({ seating: aSeating({ id: showtimeId, version: 9 }), seats: ['A4'] })).rejects.toThrow(SeatingOutdated);
    });

    it('has every booking code once', async () => {
      const { state } = await add();
      const same = Reservation.hold({
        id: newId(),
        code: state.code,
        customerId: newId(),
        seating: aSeating(),
        seats: ['A3'],
        terms: POLICY,
        now: NOW,
      });
      await expect(reservations.add(same)).rejects.toThrow(BookingCodeTaken);
    });
  });

  describe('changing', () => {
    it('keeps a change and answers what was decided', async () => {
      const { id } = await add();
      const heldUntil = await reservations.change(id, (reservation) => {
        reservation.extend(POLICY, minutesAfter(1));
        return reservation.state.heldUntil;
      });
      expect(heldUntil).toEqual(minutesAfter(40));
      expect(await kept(id)).toMatchObject({ heldUntil, extended: true, version: 2 });
      expect(await books.facts(id)).toEqual(['seats-held', 'hold-extended']);
    });

    it('keeps nothing of a change that was refused', async () => {
      const { id, state } = await add();
      const refused = reservations.change(id, (reservation) => {
        reservation.extend(POLICY, minutesAfter(1));
        throw new Error('on second thoughts');
      });
      await expect(refused).rejects.toThrow('on second thoughts');
      expect(await kept(id)).toEqual(state);
      expect(await books.facts(id)).toEqual(['seats-held']);
    });

    it('does not know what is not there, nor to a customer what is another’s', async () => {
      const { id, state } = await add();
      await expect(reservations.change(newId(), () => undefined)).rejects.toThrow(ReservationNotFound);
      await expect(reservations.changeOwn(newId(), id, () => undefined)).rejects.toThrow(ReservationNotFound);
      expect(await reservations.changeOwn(state.customerId, id, (reservation) => reservation.id)).toBe(id);
    });

    it('frees the seats of what ended', async () => {
      const seating = aSeating();
      const cancelled = await add({ seating, seats: ['A3'] });
      const expired = await add({ seating, seats: ['A4'] });
      await reservations.change(cancelled.id, (reservation) => reservation.cancel('customer', 'policy', null, NOW));
      await expire(expired.id);
      await expect(add({ seating, seats: ['A3', 'A4'] })).resolves.toBeDefined();
    });

    it('keeps the seats of what was watched', async () => {
      const seating = aSeating();
      const { id, state } = await add({ seating });
      await settle(aPayment(new Reservation(state)));
      await reservations.changeSkippingLocked([id], (reservation) => reservation.complete(POLICY, minutesAfter(60, seating.endsAt)));
      expect((await kept(id)).status).toBe('completed');
      await expect(add({ seating })).rejects.toThrow(SeatsTaken);
    });
  });

  describe('changing many at once', () => {
    it('counts only those that changed, and keeps those', async () => {
      const due = await add();
      const fresh = await add({ now: minutesAfter(10) });
      const changed = await reservations.changeSkippingLocked([due.id, fresh.id, newId()], (reservation) =>
        reservation.expire(minutesAfter(31)),
      );
      expect(changed).toBe(1);
      expect(await kept(due.id)).toMatchObject({ status: 'expired', endedAt: minutesAfter(31), endReason: 'unpaid', version: 2 });
      expect(await kept(fresh.id)).toEqual(fresh.state);
      expect(await books.facts(due.id)).toEqual(['seats-held', 'hold-expired']);
    });

    it('expires a hold once, however often it is told', async () => {
      const { id } = await add();
      expect(await expire(id)).toBe(1);
      expect(await expire(id)).toBe(0);
      expect(await books.facts(id)).toEqual(['seats-held', 'hold-expired']);
    });

    it('has nothing to do for nobody', async () => {
      expect(await reservations.changeSkippingLocked([], () => undefined)).toBe(0);
    });
  });

  describe('looking for holds past their time', () => {
    it('finds those longest due first, up to the limit, and none that is not due or not held', async () => {
      const second = await add({ now: minutesAfter(2) });
      const first = await add({ now: minutesAfter(1) });
      const paid = await add();
      await settle(aPayment(paid));
      await add({ now: minutesAfter(3) });
      expect(await reservations.dueHolds(minutesAfter(32), 10)).toEqual([first.id, second.id]);
      expect(await reservations.dueHolds(minutesAfter(32), 1)).toEqual([first.id]);
    });

    it('can be about one showing, some of its seats, or one customer there', async () => {
      const seating = aSeating();
      const showtimeId = seating.showtime.id;
      await add();
      const a = await add({ seating, seats: ['A3', 'A4'] });
      const b = await add({ seating, seats: ['A5'], now: minutesAfter(1) });
      const due = (filter: object): Promise<string[]> => reservations.dueHolds(minutesAfter(60), 10, { showtimeId, ...filter });
      expect(await due({})).toEqual([a.id, b.id]);
      expect(await due({ seats: ['A4', 'A9'] })).toEqual([a.id]);
      expect(await due({ customerId: b.state.customerId })).toEqual([b.id]);
      expect(await due({ customerId: b.state.customerId, seats: ['A4'] })).toEqual([]);
    });
  });

  it('finds confirmed reservations of shows that are over', async () => {
    const short = aSeating({ endsAt: minutesAfter(400).toISOString() });
    const later = await add();
    const sooner = await add({ seating: short });
    await add({ seating: short, seats: ['A5'] });
    for (const { state } of [later, sooner]) await settle(aPayment(new Reservation(state)));
    const { endsAt } = aSeating();
    expect(await reservations.endedButNotCompleted(endsAt, 10)).toEqual([sooner.id, later.id]);
    expect(await reservations.endedButNotCompleted(endsAt, 1)).toEqual([sooner.id]);
    expect(await reservations.endedButNotCompleted(minutesAfter(400), 10)).toEqual([sooner.id]);
  });

  describe('watermark money', () => {
    it('confirms a hold, past its time or not', async () => {
      const { id, state } = await add();
      const payment = aPayment(new Reservation(state));
      await settle(payment, minutesAfter(45));
      expect(await kept(id)).toMatchObject({
        status: 'confirmed',
        paymentId: payment.paymentId,
        confirmedAt: minutesAfter(45),
        late: false,
      });
    });

    it('settles each payment once and for ever', async () => {
      const hold = await add();
      const [first, second] = [aPayment(hold), aPayment(hold)];
      for (const payment of [first, first, second, first, second]) await settle(payment);
      expect(await books.facts(hold.id)).toEqual(['seats-held', 'reservation-confirmed', 'surplus-payment-received']);
    });

    it('is still to be settled when watermark failed', async () => {
      const hold = await add();
      const payment = aPayment(hold);
      const failed = reservations.settle(payment, NOW, () => {
        throw new Error('on second thoughts');
      });
      await expect(failed).rejects.toThrow('on second thoughts');
      await settle(payment);
      expect(await books.facts(hold.id)).toEqual(['seats-held', 'reservation-confirmed']);
    });

    it('does not know the money of a reservation that is not there, and may be asked again', async () => {
      const nowhere = { paymentId: newId(), reservationId: newId(), amount: { amount: 1, currency: 'EUR' } };
      await expect(settle(nowhere)).rejects.toThrow(ReservationNotFound);
      await expect(settle(nowhere)).rejects.toThrow(ReservationNotFound);
    });

    it('gives an expired reservation all its seats again', async () => {
      const seating = aSeating();
      const hold = await add({ seating });
      await expire(hold.id);
      await settle(aPayment(hold), minutesAfter(31));
      expect(await kept(hold.id)).toMatchObject({ status: 'confirmed', late: true, endedAt: null, endReason: null });
      await expect(add({ seating, seats: ['A4'] })).rejects.toThrow(SeatsTaken);
    });

    it('gives it none when one of them is gone', async () => {
      const seating = aSeating();
      const hold = await add({ seating, seats: ['A3', 'A4', 'A5'] });
      await expire(hold.id);
      await add({ seating, seats: ['A4'] });
      await settle(aPayment(hold), minutesAfter(31));
      expect((await kept(hold.id)).status).toBe('expired');
      expect(await books.facts(hold.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
      await expect(add({ seating, seats: ['A3', 'A5'] })).resolves.toBeDefined();
    });

    it('gives it none once the show has begun, was moved, or its sales are closed', async () => {
      const change = (showtimeId: string, kind: CancellationRun['kind']) =>
        books.runs.begin({ showtimeId, showtimeVersion: 2, kind, reason: null }, NOW);
      const stories: ((showtimeId: string) => Promise<Date>)[] = [
        () => Promise.resolve(aSeating().startsAt),
        (showtimeId) => change(showtimeId, 'moved').then(() => minutesAfter(31)),
        (showtimeId) => change(showtimeId, 'cancelled').then(() => minutesAfter(31)),
      ];
      for (const story of stories) {
        const hold = await add();
        await expire(hold.id);
        await settle(aPayment(hold), await story(hold.state.showtimeId));
        expect(await books.facts(hold.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
      }
    });
  });
}

/** `given` answers empty books. */
export function cancellationRunsContract(given: () => Promise<Books>): void {
  let books: Books;
  let runs: CancellationRuns;
  beforeEach(async () => {
    books = await given();
    ({ runs } = books);
  });

  const aRun = (own: Partial<CancellationRun> = {}): CancellationRun => ({
    showtimeId: newId(),
    showtimeVersion: 2,
    kind: 'cancelled',
    reason: 'The projector broke.',
    ...own,
  });

  it('are worked off oldest first', async () => {
    const [younger, elder] = [aRun(), aRun({ kind: 'moved', reason: null })];
    await runs.begin(younger, minutesAfter(2));
    await runs.begin(elder, minutesAfter(1));
    expect(await runs.unfinished()).toEqual([elder, younger]);
  });

  it('begin once, however often the news comes', async () => {
    const run = aRun();
    await runs.begin(run, NOW);
    await runs.begin(run, minutesAfter(1));
    expect(await runs.unfinished()).toEqual([run]);
    await runs.finish(run, minutesAfter(2));
    await runs.begin(run, minutesAfter(3));
    expect(await runs.unfinished()).toEqual([]);
  });

  it('close the sales for good, even where older news comes later', async () => {
    const run = aRun({ showtimeVersion: 5 });
    await runs.begin(run, NOW);
    await runs.begin({ ...run, showtimeVersion: 3, kind: 'moved' }, NOW);
    const seating = aSeating({ id: run.showtimeId, version: 9 });
    await expect(books.reservations.add(aHold({ seating }))).rejects.toThrow(SeatingOutdated);
  });

  it('do not lower the version that holds go by', async () => {
    const run = aRun({ kind: 'moved', showtimeVersion: 5 });
    await runs.begin(run, NOW);
    await runs.begin({ ...run, showtimeVersion: 3 }, NOW);
    await expect(books.reservations.add(aHold({ seating: aSeating({ id: run.showtimeId, version: 4 }) }))).rejects.toThrow(SeatingOutdated);
    await expect(books.reservations.add(aHold({ seating: aSeating({ id: run.showtimeId, version: 5 }) }))).resolves.toBeUndefined();
  });

  it('of a cancelled showtime end whatever is alive, of a moved one what was made before', async () => {
    const { reservations } = books;
    const seating = aSeating();
    const showtimeId = seating.showtime.id;
    const [held, paid] = [aHold({ seating, seats: ['A3'] }), aHold({ seating, seats: ['A4'] })];
    const fresh = aHold({ seating: aSeating({ id: showtimeId, version: 2 }), seats: ['A5'] });
    const gone = aHold({ seating, seats: ['A6'] });
    for (const hold of [held, paid, fresh, gone, aHold()]) await reservations.add(hold);
    await reservations.changeSkippingLocked([gone.id], (reservation) => reservation.expire(minutesAfter(30)));
    const payment = aPayment(paid);
    await reservations.settle(payment, NOW, (reservation, seatsBack) => reservation.receivePayment(payment, seatsBack, NOW));
    const ids = (...holds: Reservation[]): string[] => holds.map(({ id }) => id).sort();
    expect(await runs.remaining(aRun({ showtimeId, kind: 'moved' }), 10)).toEqual(ids(held, paid));
    expect(await runs.remaining(aRun({ showtimeId }), 10)).toEqual(ids(held, paid, fresh));
    expect(await runs.remaining(aRun({ showtimeId }), 2)).toEqual(ids(held, paid, fresh).slice(0, 2));
  });

  it('are finished one by one', async () => {
    const [one, other] = [aRun(), aRun()];
    await runs.begin(one, NOW);
    await runs.begin(other, minutesAfter(1));
    await runs.finish(one, minutesAfter(2));
    await runs.finish(one, minutesAfter(3));
    expect(await runs.unfinished()).toEqual([other]);
  });
}
