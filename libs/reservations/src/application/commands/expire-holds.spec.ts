import { MINUTE, minutesAfter, POLICY } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import { ExpireHolds } from './expire-holds.js';
import { SettlePayment } from './settle-payment.js';

describe('A sweep', () => {
  it('ends the holds past their time and leaves the others', async () => {
    const desk = new TicketDesk();
    const due = [await desk.held(), await desk.held()];
    desk.clock.advance(30 * MINUTE - 1);
    const fresh = await desk.held();
    expect(await desk.execute(new ExpireHolds())).toBe(0);
    desk.clock.advance(1);
    expect(await desk.execute(new ExpireHolds())).toBe(2);
    expect([...due, fresh].map((each) => desk.statusOf(each))).toEqual(['expired', 'expired', 'held']);
  });

  it('asks nobody where nothing is due', async () => {
    const desk = new TicketDesk();
    await desk.held();
    await desk.execute(new ExpireHolds());
    expect(desk.asked).toEqual([]);
  });

  it('confirms those whose money has arrived and ends the rest, asking payments once for all', async () => {
    const desk = new TicketDesk();
    const unpaid = [await desk.held(), await desk.held()];
    const paid = await desk.held();
    const { paymentId } = desk.pays(paid);
    desk.clock.advance(31 * MINUTE);
    expect(await desk.execute(new ExpireHolds())).toBe(3);
    expect(desk.reservations.all.get(paid.id)).toMatchObject({ status: 'confirmed', paymentId, late: false });
    expect(unpaid.map((each) => desk.statusOf(each))).toEqual(['expired', 'expired']);
    expect(desk.asked).toHaveLength(1);
  });

  it('makes the message that comes later nothing new', async () => {
    const desk = new TicketDesk();
    const paid = await desk.held();
    const payment = desk.pays(paid);
    desk.clock.advance(31 * MINUTE);
    await desk.execute(new ExpireHolds());
    await desk.execute(new SettlePayment(payment));
    expect(desk.reservations.facts(paid.id)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('is not held up by money that cannot be settled, and does not end its hold either', async () => {
    const desk = new TicketDesk();
    const [stuck, paid, unpaid] = [await desk.held(), await desk.held(), await desk.held()];
    const { paymentId } = desk.pays(stuck);
    desk.pays(paid);
    const settle = desk.reservations.settle.bind(desk.reservations);
    desk.reservations.settle = (payment, ...rest) =>
      payment.paymentId === paymentId ? Promise.reject(new Error('no')) : settle(payment, ...rest);
    desk.clock.advance(31 * MINUTE);
    expect(await desk.execute(new ExpireHolds())).toBe(2);
    expect([stuck, paid, unpaid].map((each) => desk.statusOf(each))).toEqual(['held', 'confirmed', 'expired']);
  });

  it('settles by what it finds under the lock, not by what it had seen', async () => {
    const desk = new TicketDesk();
    const hold = await desk.held();
    desk.clock.advance(31 * MINUTE);
    const due = desk.reservations.dueHolds.bind(desk.reservations);
    desk.reservations.dueHolds = async (...asked) => {
      const found = await due(...asked);
      await desk.reservations.change(hold.id, (reservation) => reservation.extend(POLICY, minutesAfter(29)));
      return found;
    };
    expect(await desk.execute(new ExpireHolds())).toBe(0);
    expect(desk.statusOf(hold)).toBe('held');
  });

  it('leaves a hold somebody else is busy with', async () => {
    const desk = new TicketDesk();
    const [busy, free] = [await desk.held(), await desk.held()];
    desk.reservations.busy.add(busy.id);
    desk.clock.advance(31 * MINUTE);
    expect(await desk.execute(new ExpireHolds())).toBe(1);
    expect([busy, free].map((each) => desk.statusOf(each))).toEqual(['held', 'expired']);
  });

  it('takes a hundred at a time, those longest due first', async () => {
    const desk = new TicketDesk();
    const holds = [];
    for (let i = 0; i < 101; i++) {
      holds.unshift(await desk.held());
      desk.clock.advance(1);
    }
    desk.clock.advance(31 * MINUTE);
    expect(await desk.execute(new ExpireHolds())).toBe(100);
    expect(desk.statusOf(holds[0]!)).toBe('held');
    expect(await desk.execute(new ExpireHolds())).toBe(1);
  });
});
