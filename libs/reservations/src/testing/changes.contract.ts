import { newId } from '@app/kernel/id.js';
import { ReservationNotFound, SeatsTaken } from '../domain/errors.js';
import type { Reservation } from '../domain/reservation.js';
import type { HoldFilter, Reservations } from '../domain/reservations.js';
import type { ChangeSituation } from '../domain/situations.js';
import { aPayment, aSeating, minutesAfter, NOW, POLICY } from './builders.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';
import { OPEN_SALES } from '../domain/sales-status.js';

export function changesContract(makeStores: MakeStores): void {
  let stores: Stores;
  let reservations: Reservations;
  beforeEach(async () => {
    stores = await makeStores();
    ({ reservations } = stores);
  });
  const { hold, stored, settle, expire, cancel, complete } = stepsOn(() => stores);

  it('a change is stored, and the result of its decision returned', async () => {
    const { id } = await hold();
    const heldUntil = await reservations.change({ id }, (reservation) => {
      reservation.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) });
      return reservation.state.heldUntil;
    });
    expect(heldUntil).toEqual(minutesAfter(40));
    expect(await stored(id)).toMatchObject({ heldUntil, extended: true, version: 2 });
    expect(await stores.eventsOf(id)).toEqual(['seats-held', 'hold-extended']);
  });

  it('a change of seats counts neither what it replaces nor its own seats as taken', async () => {
    const [seating, customerId] = [aSeating(), newId()];
    const { id, state } = await hold({ seating, customerId, seats: ['A3', 'A4', 'A5', 'A6', 'A7', 'A8'] });
    const other = await hold({ seating, customerId, seats: ['A9'] });
    const change = (seats: readonly string[]) =>
      reservations.changeSeats({ id, customerId, showtimeId: state.showtimeId, seats, now: NOW }, (reservation, situation) =>
        reservation.changeSeats({ seats, seating, situation, at: NOW }),
      );
    await expect(change(['A8', 'A9', 'A10'])).rejects.toMatchObject({ details: { conflictingSeats: ['A9'] } });
    await cancel(other.id);
    await change(['A7', 'A8', 'A9', 'A10', 'A11', 'A12']);
    expect((await stored(id)).seats.map(({ label }) => label)).toEqual(['A10', 'A11', 'A12', 'A7', 'A8', 'A9']);
    expect(await stores.eventsOf(id)).toEqual(['seats-held', 'seats-changed']);
    await expect(hold({ seating, seats: ['A6', 'A7'] })).rejects.toMatchObject({ details: { conflictingSeats: ['A7'] } });
    await expect(hold({ seating, seats: ['A3', 'A4', 'A5', 'A6'] })).resolves.toBeDefined();
    await expect(
      reservations.changeSeats({ id, customerId: newId(), showtimeId: state.showtimeId, seats: ['A1'], now: NOW }, () => undefined),
    ).rejects.toThrow(ReservationNotFound);
  });

  it('what a customer has ahead is held, or confirmed before the start', async () => {
    const [customerId, another] = [newId(), newId()];
    const soon = aSeating({ startsAt: minutesAfter(60).toISOString() });
    const [held, confirmed, started, ended] = [
      await hold({ customerId, seating: soon }),
      await hold({ customerId }),
      await hold({ customerId, seating: soon, seats: ['A5'] }),
      await hold({ customerId }),
    ];
    const other = await hold({ customerId: another });
    for (const each of [confirmed, started]) await settle(aPayment(each));
    await cancel(ended.id);
    const live = async (customerIds: readonly string[]) => new Set(await reservations.liveOf({ customerIds, now: minutesAfter(60) }));
    expect(await live([customerId])).toEqual(new Set([held.id, confirmed.id]));
    expect(await live([customerId, another])).toEqual(new Set([held.id, confirmed.id, other.id]));
    expect(await reservations.holdsOf(customerId)).toEqual([held.id]);
  });

  it('a corrected end holds for the live reservations of its showtime', async () => {
    const seating = aSeating();
    const [live, ended, other] = [await hold({ seating }), await hold({ seating, seats: ['A5'] }), await hold()];
    await cancel(ended.id);
    const endsAt = minutesAfter(500);
    await reservations.correctEnd({ showtimeId: live.state.showtimeId, endsAt });
    expect((await stored(live.id)).endsAt).toEqual(endsAt);
    expect((await stored(ended.id)).endsAt).toEqual(ended.state.endsAt);
    expect((await stored(other.id)).endsAt).toEqual(other.state.endsAt);
  });

  it('disputes that are missing, or have another outcome, are listed', async () => {
    const [{ id: reservationId }, { id: other }] = [await hold(), await hold()];
    await reservations.change({ id: reservationId }, (reservation) =>
      reservation.recordDispute({ id: 'dp_1', outcome: 'open', sequence: 2 }),
    );
    const known = { reservationId, disputeId: 'dp_1', outcome: 'open', sequence: 2 } as const;
    const missing = [
      { ...known, outcome: 'won' },
      { ...known, disputeId: 'dp_2' },
      { ...known, reservationId: other },
    ] as const;
    const ofUnknown = { ...known, reservationId: newId() };
    expect(await reservations.withoutDispute([missing[0], known, missing[1], ofUnknown, missing[2]])).toEqual(missing);
    expect(await reservations.withoutDispute([])).toEqual([]);
  });

  it('ends that differ are those of showtimes with a live reservation', async () => {
    const [live, ended, right] = [await hold(), await hold(), await hold()];
    await cancel(ended.id);
    const endsAt = minutesAfter(500);
    const [differing, ofEnded] = [live, ended].map(({ state: { showtimeId } }) => ({ showtimeId, endsAt }));
    const asKnown = { showtimeId: right.state.showtimeId, endsAt: right.state.endsAt };
    const ends = [differing!, ofEnded!, asKnown, { showtimeId: newId(), endsAt }];
    expect(await reservations.differingEnds(ends)).toEqual([differing]);
    await reservations.correctEnd(differing!);
    expect(await reservations.differingEnds(ends)).toEqual([]);
    expect(await reservations.differingEnds([])).toEqual([]);
  });

  it('a reservation whose claims are right has nothing to reconcile', async () => {
    const [live, ended] = [await hold(), await hold()];
    await cancel(ended.id);
    for (const { id } of [live, ended]) expect(await reservations.reconcileSeats(id)).toEqual({ claimed: [], freed: [] });
    await expect(reservations.reconcileSeats(newId())).rejects.toThrow(ReservationNotFound);
  });

  it('a change that is refused stores nothing', async () => {
    const { id, state } = await hold();
    const refused = reservations.change({ id }, (reservation) => {
      reservation.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(1) });
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await stored(id)).toEqual(state);
    expect(await stores.eventsOf(id)).toEqual(['seats-held']);
  });

  it('a reservation that does not exist, or belongs to another customer, is not found', async () => {
    const { id, state } = await hold();
    await expect(reservations.change({ id: newId() }, () => undefined)).rejects.toThrow(ReservationNotFound);
    await expect(reservations.change({ id, customerId: newId() }, () => undefined)).rejects.toThrow(ReservationNotFound);
    expect(await reservations.change({ id, customerId: state.customerId }, (reservation) => reservation.id)).toBe(id);
    await expect(reservations.read({ id: newId() })).rejects.toThrow(ReservationNotFound);
    await expect(reservations.read({ id, customerId: newId() })).rejects.toThrow(ReservationNotFound);
    expect((await reservations.read({ id, customerId: state.customerId })).reservation.state).toEqual(state);
  });

  it('every decision about a reservation sees the sales status of its showtime', async () => {
    const { id, state } = await hold();
    const seen: ChangeSituation[] = [];
    const see = async (): Promise<void> => {
      seen.push((await reservations.read({ id })).situation);
      await reservations.change({ id }, (_, situation) => seen.push(situation));
      await reservations.changeSkippingLocked([id], (_, situation) => seen.push(situation));
    };
    await see();
    const { showtimeId } = state;
    await stores.runs.begin({ showtimeId, showtimeVersion: 4, kind: 'cancelled', movedAt: null, reason: null }, NOW);
    await see();
    const [open, closed] = [{ salesStatus: { closed: false, version: 0 } }, { salesStatus: { closed: true, version: 4 } }];
    expect(seen).toEqual([open, open, open, closed, closed, closed]);
  });

  it('an expired or cancelled reservation frees its seats', async () => {
    const seating = aSeating();
    const cancelled = await hold({ seating, seats: ['A3'] });
    const expired = await hold({ seating, seats: ['A4'] });
    await cancel(cancelled.id);
    await expire(expired.id);
    await expect(hold({ seating, seats: ['A3', 'A4'] })).resolves.toBeDefined();
  });

  it('a completed reservation keeps its seats', async () => {
    const seating = aSeating();
    const reservation = await hold({ seating });
    await settle(aPayment(reservation));
    const at = minutesAfter(60, seating.endsAt);
    await reservations.changeSkippingLocked([reservation.id], (each) => each.complete({ policy: POLICY, salesStatus: OPEN_SALES, at }));
    expect((await stored(reservation.id)).status).toBe('completed');
    await expect(hold({ seating })).rejects.toThrow(SeatsTaken);
  });

  it('of many reservations, those that changed are stored and counted', async () => {
    const due = await hold();
    const fresh = await hold({ now: minutesAfter(10) });
    const ids = [due.id, fresh.id, newId()];
    expect(await reservations.changeSkippingLocked(ids, (reservation) => reservation.expire(minutesAfter(31)))).toBe(1);
    expect(await stored(due.id)).toMatchObject({ status: 'expired', endedAt: minutesAfter(31), endReason: 'unpaid', version: 2 });
    expect(await stored(fresh.id)).toEqual(fresh.state);
    expect(await stores.eventsOf(due.id)).toEqual(['seats-held', 'hold-expired']);
  });

  it('a hold that is expired twice changes once', async () => {
    const { id } = await hold();
    expect(await expire(id)).toBe(1);
    expect(await expire(id)).toBe(0);
    expect(await stores.eventsOf(id)).toEqual(['seats-held', 'hold-expired']);
  });

  it('a reservation is found by its booking code', async () => {
    const { id, state } = await hold();
    expect(await reservations.idOfCode(state.code)).toBe(id);
    await expect(reservations.idOfCode('00000000')).rejects.toThrow(ReservationNotFound);
  });

  it('tickets of a showtime whose customers were not admitted are changed, once', async () => {
    const seating = aSeating();
    const [admitted, absent, completed] = [
      await hold({ seating, seats: ['A3'] }),
      await hold({ seating, seats: ['A4'] }),
      await hold({ seating, seats: ['A5'] }),
    ];
    await hold({ seating, seats: ['A6'] });
    const elsewhere = await hold();
    for (const each of [admitted, absent, completed, elsewhere]) await settle(aPayment(each));
    const by = newId();
    await reservations.change({ id: admitted.id }, (each, seen) => each.admit({ by, policy: POLICY, ...seen, at: seating.startsAt }));
    await complete(completed.id);
    const mark = () =>
      reservations.changeNotAdmitted(seating.showtime.id, (each, seen) => each.markNoShow({ ...seen, at: minutesAfter(600) }));
    expect([await mark(), await mark()]).toEqual([2, 0]);
    expect(await stored(admitted.id)).toMatchObject({ admittedAt: seating.startsAt, admittedBy: by, noShow: false });
    expect([(await stored(absent.id)).noShow, (await stored(completed.id)).noShow]).toEqual([true, true]);
    expect((await stored(elsewhere.id)).noShow).toBe(false);
    expect(await stores.eventsOf(absent.id)).toEqual(['seats-held', 'reservation-confirmed', 'no-show-recorded']);
  });

  it('no reservations at all are no change', async () => {
    expect(await reservations.changeSkippingLocked([], () => undefined)).toBe(0);
  });

  it('due holds are found by the end of their time, up to the limit', async () => {
    const second = await hold({ now: minutesAfter(2) });
    const first = await hold({ now: minutesAfter(1) });
    await settle(aPayment(await hold()));
    await hold({ now: minutesAfter(3) });
    const now = minutesAfter(32);
    expect(await reservations.dueHolds({ now, limit: 10 })).toEqual([first.id, second.id]);
    expect(await reservations.dueHolds({ now, limit: 1 })).toEqual([first.id]);
  });

  it('due holds can be narrowed to a showtime, and there to seats or a customer', async () => {
    const seating = aSeating();
    const showtimeId = seating.showtime.id;
    await hold();
    const a = await hold({ seating, seats: ['A3', 'A4'] });
    const b = await hold({ seating, seats: ['A5'], now: minutesAfter(1) });
    const due = (filter: HoldFilter): Promise<string[]> =>
      reservations.dueHolds({ now: minutesAfter(60), limit: 10, filter: { showtimeId, ...filter } });
    expect(await due({})).toEqual([a.id, b.id]);
    expect(await due({ seats: ['A4', 'A9'] })).toEqual([a.id]);
    expect(await due({ customerId: b.state.customerId })).toEqual([b.id]);
    expect(await due({ customerId: b.state.customerId, seats: ['A4'] })).toEqual([]);
    const { customerId } = b.state;
    const elsewhere = await hold({ customerId, now: minutesAfter(2) });
    expect(await reservations.dueHolds({ now: minutesAfter(60), limit: 10, filter: { customerId } })).toEqual([b.id, elsewhere.id]);
  });

  it('workers that look at the same moment share what is due', async () => {
    const seating = aSeating();
    for (let i = 3; i <= 12; i++) await hold({ seating, seats: [`A${i}`], now: minutesAfter(i) });
    for (let i = 0; i < 10; i++) await settle(aPayment(await hold()));
    const [now, endedBy] = [minutesAfter(60), aSeating().endsAt];
    const found = async (look: () => Promise<readonly string[]>): Promise<number> => {
      const batches = [];
      for (let worker = 0; worker < 8; worker++) batches.push(await look());
      for (const batch of batches) expect(new Set(batch).size).toBe(2);
      return new Set(batches.flat()).size;
    };
    // By chance all eight find the same two of ten once in 45^7 runs.
    expect(await found(() => reservations.dueHolds({ now, limit: 2, candidateCount: 10 }))).toBeGreaterThan(2);
    const ended = () => reservations.endedButNotCompleted({ endedBy, limit: 2, candidateCount: 10 });
    expect(await found(async () => (await ended()).map(({ id }) => id))).toBeGreaterThan(2);
    // The hold that is due longest is always among them.
    const first = await reservations.dueHolds({ now, limit: 1 });
    expect(await reservations.dueHolds({ now, limit: 1, candidateCount: 1 })).toEqual(first);
  });

  it('confirmed reservations of ended showtimes are found by that end, to the limit', async () => {
    const short = aSeating({ endsAt: minutesAfter(400).toISOString() });
    const later = await hold();
    const sooner = await hold({ seating: short });
    await hold({ seating: short, seats: ['A5'] });
    for (const reservation of [later, sooner]) await settle(aPayment(reservation));
    const ended = ({ id, state: { showtimeId } }: Reservation) => ({ id, showtimeId });
    const endedBy = aSeating().endsAt;
    expect(await reservations.endedButNotCompleted({ endedBy, limit: 10 })).toEqual([ended(sooner), ended(later)]);
    expect(await reservations.endedButNotCompleted({ endedBy, limit: 1 })).toEqual([ended(sooner)]);
    expect(await reservations.endedButNotCompleted({ endedBy: minutesAfter(400), limit: 10 })).toEqual([ended(sooner)]);
  });
}
