import { newId } from '@app/kernel/id.js';
import { HOUR, MINUTE, minutesAfter } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { ExpireHolds } from './expire-holds.js';
import { SettlePayment } from './settle-payment.js';
import { SettleOutstandingPayments } from './settle-outstanding-payments.js';

describe('A look for settled money nobody has settled', () => {
  const look = (desk: TicketDesk): Promise<number> => desk.execute(new SettleOutstandingPayments(MINUTE));

  /** Money for a reservation that is not there, until `hold` is. */
  async function stray(desk: TicketDesk) {
    const hold = await desk.held();
    desk.pays(hold);
    const state = desk.reservations.all.get(hold.id)!;
    desk.reservations.all.delete(hold.id);
    return { hold, appears: () => desk.reservations.all.set(hold.id, state) };
  }

  it('gives the ordinary road its minute', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    desk.pays(hold);
    desk.clock.advance(MINUTE - 1);
    expect([await look(desk), desk.statusOf(hold)]).toEqual([0, 'held']);
    desk.clock.advance(1);
    expect([await look(desk), desk.statusOf(hold)]).toEqual([1, 'confirmed']);
  });

  it('finds nothing where nobody has paid', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    desk.clock.advance(MINUTE);
    expect([await look(desk), desk.statusOf(hold), await desk.watermark.read()]).toEqual([0, 'held', new Date(0)]);
  });

  it('leaves alone what the ordinary road has settled, and what it settled itself', async () => {
    const desk = new TicketDesk();
    const [usual, forgotten] = [await desk.held(), await desk.held()];
    await desk.execute(new SettlePayment(desk.pays(usual)));
    desk.pays(forgotten);
    desk.clock.advance(MINUTE);
    expect([await look(desk), await look(desk)]).toEqual([1, 0]);
    for (const { id } of [usual, forgotten]) expect(desk.reservations.facts(id)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('settles each as it is: the first confirms, a second is surplus, one for seats that are gone came too late', async () => {
    const desk = new TicketDesk();
    const seating = desk.showing();
    const [twice, late] = [await desk.held(), await desk.held({ seating, seats: ['A3'] })];
    const [first] = [desk.pays(twice), desk.pays(twice)];
    await desk.execute(new SettlePayment(first));
    desk.clock.advance(31 * MINUTE);
    await desk.execute(new ExpireHolds());
    await desk.held({ seating, seats: ['A3'] });
    desk.pays(late);
    desk.clock.advance(MINUTE);
    expect(await look(desk)).toBe(2);
    expect(desk.reservations.facts(twice.id)).toEqual(['seats-held', 'reservation-confirmed', 'surplus-payment-received']);
    expect(desk.reservations.facts(late.id)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
  });

  it('goes through page after page, also where many settled at the same instant', async () => {
    const desk = new TicketDesk();
    const holds = [];
    for (let i = 0; i < 450; i++) {
      if (i === 350) desk.clock.advance(1);
      holds.push(await desk.held());
      desk.pays(holds.at(-1)!);
    }
    desk.clock.advance(MINUTE);
    expect(await look(desk)).toBe(450);
    expect(new Set(holds.map((each) => desk.statusOf(each)))).toEqual(new Set(['confirmed']));
  });

  it('raises an alert for one that cannot be settled, and is not held up by it', async () => {
    const desk = new TicketDesk();
    await stray(desk);
    const hold = await desk.held();
    desk.pays(hold);
    desk.clock.advance(MINUTE);
    expect([await look(desk), desk.statusOf(hold)]).toEqual([1, 'confirmed']);
    expect(desk.alerts.codes).toEqual(['payment-not-settled']);
  });

  it('never loses sight of one that could not be settled, however much is settled after it', async () => {
    const desk = new TicketDesk();
    const { hold, appears } = await stray(desk);
    for (let hour = 0; hour < 3; hour++) {
      desk.clock.advance(HOUR);
      desk.pays(await desk.held());
      desk.clock.advance(MINUTE);
      expect(await look(desk)).toBe(1);
    }
    appears();
    expect([await look(desk), desk.statusOf(hold)]).toEqual([1, 'confirmed']);
    expect(desk.alerts.codes).toHaveLength(3);
  });

  it('remembers only what comes before the page where it got stuck, also when later pages are settled', async () => {
    const desk = new TicketDesk();
    for (let i = 0; i < 450; i++) {
      if (i === 200) {
        desk.clock.advance(MINUTE);
        await stray(desk);
      }
      desk.pays(await desk.held());
    }
    desk.clock.advance(MINUTE);
    expect(await look(desk)).toBe(450);
    expect(await desk.watermark.read()).toEqual(minutesAfter(0));
  });

  it('remembers page by page how far it came, should it break off', async () => {
    const desk = new TicketDesk();
    for (let i = 0; i < 200; i++) desk.pays(await desk.held());
    desk.clock.advance(MINUTE);
    desk.pays(await desk.held());
    desk.clock.advance(MINUTE);
    desk.pagesUntilAway = 1;
    await expect(look(desk)).rejects.toThrow('Payments is away');
    expect(await desk.watermark.read()).toEqual(minutesAfter(0));
    desk.pagesUntilAway = Infinity;
    expect(await look(desk)).toBe(1);
  });

  it('begins the next look ten minutes before the newest it has seen: what was stored late is found, and not everything anew', async () => {
    const desk = new TicketDesk();
    desk.clock.advance(20 * MINUTE);
    desk.pays(await desk.held());
    desk.clock.advance(MINUTE);
    await look(desk);
    const stored = async (minutes: number) => {
      const hold = await desk.held();
      desk.settled.push({
        ...desk.settled[0]!,
        paymentId: newId(),
        reservationId: hold.id,
        settledAt: minutesAfter(minutes).toISOString(),
      });
      return hold;
    };
    const [within, before] = [await stored(11), await stored(9)];
    expect(await look(desk)).toBe(1);
    expect([within, before].map((each) => desk.statusOf(each))).toEqual(['confirmed', 'held']);
  });

  it('a payment settled after the clock was set back is found', async () => {
    const desk = new TicketDesk();
    desk.clock.advance(4 * HOUR);
    desk.pays(await desk.held());
    desk.clock.advance(MINUTE);
    await look(desk);
    desk.clock.advance(-4 * HOUR);
    const hold = await desk.held();
    desk.pays(hold);
    // Longer than the overlap: no search ran in between.
    desk.clock.advance(20 * MINUTE);
    await look(desk);
    expect(desk.statusOf(hold)).toBe('confirmed');
  });
});
