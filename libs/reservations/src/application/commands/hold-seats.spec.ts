import { newId } from '@app/kernel/id.js';
import { BookingCodeTaken, NoSuchSeat, SeatingOutdated, SeatsTaken, ShowtimeNotFound, TooManyHolds } from '../../domain/errors.js';
import { aHold, aSeating, MINUTE, NOW } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';

describe('Holding seats', () => {
  it('answers the whole reservation', async () => {
    const desk = new TicketDesk();
    const { showtime } = desk.showing();
    const view = await desk.hold(showtime.id, ['A3', 'A1']);
    expect(view).toMatchObject({
      status: 'held',
      showtime: { id: showtime.id, movie: { title: 'Metropolis' } },
      seats: [{ label: 'A1' }, { label: 'A3' }],
      total: { amount: 2_750, currency: 'EUR' },
      heldUntil: '2026-03-01T12:30:00.000Z',
      refund: null,
    });
    expect(desk.reservations.all.get(view.id)).toMatchObject({ code: view.code, status: 'held' });
  });

  it('does not know a showtime that is not there', async () => {
    await expect(new TicketDesk().hold(newId(), ['A1'])).rejects.toThrow(ShowtimeNotFound);
  });

  it('is refused at once where a live hold is in the way', async () => {
    const desk = new TicketDesk();
    const seating = desk.showing();
    await desk.held({ seating, seats: ['A3'] });
    await expect(desk.hold(seating.showtime.id, ['A3', 'A4'])).rejects.toThrow(SeatsTaken);
    expect([desk.seatings.asked, desk.asked]).toEqual([1, []]);
  });

  it('is refused at once where the room has no such seat', async () => {
    const desk = new TicketDesk();
    const { showtime } = desk.showing();
    await expect(desk.hold(showtime.id, ['Z1'])).rejects.toThrow(NoSuchSeat);
    expect(desk.seatings.asked).toBe(1);
  });

  describe('that a hold past its time is in the way of', () => {
    async function unswept(): Promise<{ desk: TicketDesk; showtimeId: string; old: { id: string } }> {
      const desk = new TicketDesk();
      const seating = desk.showing();
      const old = await desk.held({ seating, seats: ['A3', 'A4'] });
      desk.clock.advance(30 * MINUTE);
      return { desk, showtimeId: seating.showtime.id, old };
    }

    it('gets the seats: the old hold is swept on the way', async () => {
      const { desk, showtimeId, old } = await unswept();
      expect((await desk.hold(showtimeId, ['A4', 'A5'])).status).toBe('held');
      expect(desk.reservations.facts(old.id)).toEqual(['seats-held', 'hold-expired']);
    });

    it('sweeps only what is in the way', async () => {
      const { desk, showtimeId, old } = await unswept();
      const other = aHold({ seating: aSeating({ id: showtimeId }), seats: ['A7'], now: NOW });
      await desk.reservations.add(other);
      await desk.hold(showtimeId, ['A4']);
      expect([desk.statusOf(old), desk.statusOf(other)]).toEqual(['expired', 'held']);
    });

    it('gets the seats also where somebody else sweeps first', async () => {
      const { desk, showtimeId, old } = await unswept();
      const expire = desk.expiry.expire.bind(desk.expiry);
      desk.expiry.expire = async (filter) => {
        await desk.reservations.change(old.id, (reservation) => reservation.expire(desk.clock.now()));
        return expire(filter);
      };
      expect((await desk.hold(showtimeId, ['A4'])).status).toBe('held');
    });

    it('is refused where the old hold turns out to be paid, and that one is confirmed', async () => {
      const { desk, showtimeId, old } = await unswept();
      desk.pays(await desk.reservations.change(old.id, (reservation) => reservation));
      await expect(desk.hold(showtimeId, ['A4'])).rejects.toThrow(SeatsTaken);
      expect(desk.statusOf(old)).toBe('confirmed');
    });

    it('is tried twice and not a third time', async () => {
      const { desk, showtimeId, old } = await unswept();
      desk.reservations.busy.add(old.id);
      await expect(desk.hold(showtimeId, ['A4'])).rejects.toThrow(SeatsTaken);
      expect(desk.seatings.asked).toBe(2);
    });
  });

  describe('by somebody who has as many holds as allowed', () => {
    it('is refused at once while they are live', async () => {
      const desk = new TicketDesk();
      const own = { seating: desk.showing(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await desk.held({ ...own, seats });
      await expect(desk.hold(own.seating.showtime.id, ['A4'], own.customerId)).rejects.toThrow(TooManyHolds);
      expect(desk.seatings.asked).toBe(1);
    });

    it('sweeps those past their time first', async () => {
      const desk = new TicketDesk();
      const own = { seating: desk.showing(), customerId: newId() };
      for (const seats of [['A1'], ['A2'], ['A3']]) await desk.held({ ...own, seats });
      const another = await desk.held({ seating: own.seating, seats: ['A9'] });
      desk.clock.advance(30 * MINUTE);
      await desk.hold(own.seating.showtime.id, ['A4'], own.customerId);
      expect(desk.reservations.live().map(({ seats }) => seats.map(({ label }) => label))).toEqual([['A9'], ['A4']]);
      expect(desk.statusOf(another)).toBe('held');
    });
  });

  describe('of a showtime that changes meanwhile', () => {
    it('looks again and takes the new terms', async () => {
      const desk = new TicketDesk();
      const { showtime } = desk.showing();
      await desk.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', reason: null }, NOW);
      const news = [aSeating({ id: showtime.id, version: 2, prices: { standard: 900, premium: 900 } })];
      const of = desk.seatings.of.bind(desk.seatings);
      desk.seatings.of = async (id) => {
        const answer = await of(id);
        news.splice(0).forEach((seating) => desk.seatings.put(seating));
        return answer;
      };
      expect((await desk.hold(showtime.id, ['A3'])).total.amount).toBe(900);
    });

    it('is refused where the news has not arrived even then', async () => {
      const desk = new TicketDesk();
      const { showtime } = desk.showing();
      await desk.runs.begin({ showtimeId: showtime.id, showtimeVersion: 2, kind: 'moved', reason: null }, NOW);
      await expect(desk.hold(showtime.id, ['A3'])).rejects.toThrow(SeatingOutdated);
      expect(desk.seatings.asked).toBe(2);
    });
  });

  it('draws another booking code where the first one is in use', async () => {
    const desk = new TicketDesk();
    const { showtime } = desk.showing();
    const codes: string[] = [];
    const add = desk.reservations.add.bind(desk.reservations);
    desk.reservations.add = (reservation) => {
      codes.push(reservation.state.code);
      return codes.length === 1 ? Promise.reject(new BookingCodeTaken()) : add(reservation);
    };
    const { code } = await desk.hold(showtime.id, ['A3']);
    expect(codes).toHaveLength(2);
    expect([codes[1], codes[0] === code]).toEqual([code, false]);
  });
});
