import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import {
  BookingCodeTaken,
  NoSuchSeat,
  SeatingOutdated,
  SeatsTaken,
  ShowtimeNotFound,
  ShowtimeStarted,
  TooManyHolds,
} from '../../domain/errors.js';
import { aSeating, NOW, storeHold } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { HoldExpiry } from '../hold-expiry.js';

describe('Holding seats', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('a hold returns the whole reservation', async () => {
    const { showtime } = harness.createSeating();
    const view = await harness.holdSeats(showtime.id, ['A3', 'A1']);
    expect(view).toMatchObject({
      status: 'held',
      showtime: { id: showtime.id, movie: { title: 'Metropolis' } },
      seats: [{ label: 'A1' }, { label: 'A3' }],
      total: { amount: 2_750, currency: 'EUR' },
      heldUntil: '2026-03-01T12:30:00.000Z',
      secondsLeft: 1_800,
      refund: null,
    });
    expect(harness.reservations.all.get(view.id)).toMatchObject({ code: view.code, status: 'held' });
  });

  describe('that waited for its turn', () => {
    const waitFor = (ms: number): void => {
      const { reservations, clock } = harness;
      const hold = reservations.hold.bind(reservations);
      reservations.hold = (...own) => {
        clock.advance(ms);
        return hold(...own);
      };
    };

    it('a hold lasts from its decision on', async () => {
      const { showtime } = harness.createSeating();
      waitFor(MINUTE_MS);
      expect(await harness.holdSeats(showtime.id, ['A3'])).toMatchObject({ heldUntil: '2026-03-01T12:31:00.000Z', secondsLeft: 1_800 });
    });

    it('a hold is refused once its showtime has started', async () => {
      const { showtime } = harness.createSeating();
      waitFor(6 * 60 * MINUTE_MS);
      await expect(harness.holdSeats(showtime.id, ['A3'])).rejects.toThrow(ShowtimeStarted);
    });
  });

  it('a hold of an unknown showtime is refused', async () => {
    await expect(harness.holdSeats(newId(), ['A1'])).rejects.toThrow(ShowtimeNotFound);
  });

  it('a hold of a seat that is held is refused without a second attempt', async () => {
    const seating = harness.createSeating();
    await harness.createHold({ seating, seats: ['A3'] });
    await expect(harness.holdSeats(seating.showtime.id, ['A3', 'A4'])).rejects.toThrow(SeatsTaken);
    expect([harness.seatings.reads, harness.paymentQueries]).toEqual([1, []]);
  });

  it('a hold of an unknown seat is refused without a second attempt', async () => {
    const { showtime } = harness.createSeating();
    await expect(harness.holdSeats(showtime.id, ['Z1'])).rejects.toThrow(NoSuchSeat);
    expect(harness.seatings.reads).toBe(1);
  });

  describe('that an expired hold blocks', () => {
    async function expiredHold(): Promise<{ showtimeId: string; old: { id: string } }> {
      const seating = harness.createSeating();
      const old = await harness.createHold({ seating, seats: ['A3', 'A4'] });
      harness.clock.advance(30 * MINUTE_MS);
      return { showtimeId: seating.showtime.id, old };
    }

    it('a hold expires a due hold in its way and gets the seats', async () => {
      const { showtimeId, old } = await expiredHold();
      expect((await harness.holdSeats(showtimeId, ['A4', 'A5'])).status).toBe('held');
      expect(harness.eventsOf(old)).toEqual(['seats-held', 'hold-expired']);
    });

    it('a hold expires no due hold on other seats', async () => {
      const { showtimeId, old } = await expiredHold();
      const other = await storeHold(harness.reservations, { seating: aSeating({ id: showtimeId }), seats: ['A7'], now: NOW });
      await harness.holdSeats(showtimeId, ['A4']);
      expect([harness.statusOf(old), harness.statusOf(other)]).toEqual(['expired', 'held']);
    });

    it('a hold gets the seats also where the schedule expires them first', async () => {
      const { showtimeId, old } = await expiredHold();
      const expiry = harness.bus.get(HoldExpiry);
      const expire = expiry.expire.bind(expiry);
      expiry.expire = async (filter) => {
        await harness.reservations.change({ id: old.id }, (reservation) => reservation.expire(harness.clock.now()));
        return expire(filter);
      };
      expect((await harness.holdSeats(showtimeId, ['A4'])).status).toBe('held');
    });

    it('a hold is refused where the due hold is paid, and confirms that', async () => {
      const { showtimeId, old } = await expiredHold();
      harness.pay((await harness.reservations.read({ id: old.id })).reservation);
      await expect(harness.holdSeats(showtimeId, ['A4'])).rejects.toThrow(SeatsTaken);
      expect(harness.statusOf(old)).toBe('confirmed');
    });

    it('a hold is attempted twice, not a third time', async () => {
      const { showtimeId, old } = await expiredHold();
      harness.reservations.locked.add(old.id);
      await expect(harness.holdSeats(showtimeId, ['A4'])).rejects.toThrow(SeatsTaken);
      expect(harness.seatings.reads).toBe(2);
    });
  });

  describe('by a customer with three holds', () => {
    it('a fourth hold is refused without a second attempt', async () => {
      const own = { seating: harness.createSeating(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await harness.createHold({ ...own, seats });
      await expect(harness.holdSeats(own.seating.showtime.id, ['A4'], own.customerId)).rejects.toThrow(TooManyHolds);
      expect(harness.seatings.reads).toBe(1);
    });

    it('a fourth hold expires the due holds of its customer only', async () => {
      const own = { seating: harness.createSeating(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await harness.createHold({ ...own, seats });
      const another = await harness.createHold({ seating: own.seating, seats: ['A9'] });
      harness.clock.advance(30 * MINUTE_MS);
      await harness.holdSeats(own.seating.showtime.id, ['A4'], own.customerId);
      expect(harness.reservations.live().map(({ seats }) => seats.map(({ label }) => label))).toEqual([['A9'], ['A4']]);
      expect(harness.statusOf(another)).toBe('held');
    });
  });

  describe('of a showtime that changes at the same time', () => {
    it('a hold on outdated terms is repeated on the new terms', async () => {
      const { showtime } = harness.createSeating();
      await harness.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', movedAt: NOW, reason: null }, NOW);
      const changed = aSeating({ id: showtime.id, version: 2, prices: { standard: 900, premium: 900 } });
      const withNames = harness.seatings.withNames.bind(harness.seatings);
      harness.seatings.withNames = async (id) => {
        const seating = await withNames(id);
        harness.seatings.put(changed);
        return seating;
      };
      expect((await harness.holdSeats(showtime.id, ['A3'])).total.amount).toBe(900);
    });

    it('a hold on outdated terms is refused where the new are not published', async () => {
      const { showtime } = harness.createSeating();
      await harness.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', movedAt: NOW, reason: null }, NOW);
      await expect(harness.holdSeats(showtime.id, ['A3'])).rejects.toThrow(SeatingOutdated);
      expect(harness.seatings.reads).toBe(2);
    });
  });

  it('a hold whose booking code is taken gets another code', async () => {
    const { showtime } = harness.createSeating();
    const codes: string[] = [];
    const hold = harness.reservations.hold.bind(harness.reservations);
    harness.reservations.hold = (request, decision) =>
      hold(request, {
        ...decision,
        decide: (situation) => {
          const reservation = decision.decide(situation);
          codes.push(reservation.state.code);
          if (codes.length === 1) throw new BookingCodeTaken();
          return reservation;
        },
      });
    const { code } = await harness.holdSeats(showtime.id, ['A3']);
    expect(codes).toHaveLength(2);
    expect([codes[1], codes[0] === code]).toEqual([code, false]);
  });
});
