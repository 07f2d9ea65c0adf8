import { MINUTE_MS } from '@app/kernel/durations.js';
import { minutesAfter, POLICY } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ExpireHolds } from './expire-holds.js';
import { SettlePayment } from './settle-payment.js';
import { OPEN_SALES } from '../../domain/sales-status.js';

describe('Expiring holds', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));
  const expire = (): Promise<number> => harness.execute(new ExpireHolds());

  it('holds expire when their time has ended, and no other', async () => {
    const due = [await harness.createHold(), await harness.createHold()];
    harness.clock.advance(30 * MINUTE_MS - 1);
    const fresh = await harness.createHold();
    expect(await expire()).toBe(0);
    harness.clock.advance(1);
    expect(await expire()).toBe(2);
    expect([...due, fresh].map((each) => harness.statusOf(each))).toEqual(['expired', 'expired', 'held']);
  });

  it('payments is asked nothing where no hold is due', async () => {
    await harness.createHold();
    await expire();
    expect(harness.paymentQueries).toEqual([]);
  });

  it('paid holds are confirmed and the others expire, with one query to payments', async () => {
    const unpaid = [await harness.createHold(), await harness.createHold()];
    const paid = await harness.createHold();
    const { paymentId } = harness.pay(paid);
    harness.clock.advance(31 * MINUTE_MS);
    expect(await expire()).toBe(3);
    expect(harness.reservations.all.get(paid.id)).toMatchObject({ status: 'confirmed', paymentId, late: false });
    expect(unpaid.map((each) => harness.statusOf(each))).toEqual(['expired', 'expired']);
    expect(harness.paymentQueries).toHaveLength(1);
  });

  it('a message that comes after the expiry confirmed its payment changes nothing', async () => {
    const paid = await harness.createHold();
    const payment = harness.pay(paid);
    harness.clock.advance(31 * MINUTE_MS);
    await expire();
    await harness.execute(new SettlePayment(payment));
    expect(harness.eventsOf(paid)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('a hold whose payment cannot be settled stays held, the others expire', async () => {
    const [stuck, paid, unpaid] = [await harness.createHold(), await harness.createHold(), await harness.createHold()];
    const { paymentId } = harness.pay(stuck);
    harness.pay(paid);
    const settle = harness.reservations.settle.bind(harness.reservations);
    harness.reservations.settle = (payment, decide) =>
      payment.paymentId === paymentId ? Promise.reject(new Error('failed')) : settle(payment, decide);
    harness.clock.advance(31 * MINUTE_MS);
    expect(await expire()).toBe(2);
    expect([stuck, paid, unpaid].map((each) => harness.statusOf(each))).toEqual(['held', 'confirmed', 'expired']);
  });

  it.each(['cancelled', 'moved'] as const)('a paid hold of a showtime that was %s counts once until its run ends it', async (what) => {
    const [paid, unpaid] = [await harness.createHold(), await harness.createHold()];
    harness.pay(paid);
    harness.changeInShowtimes(paid.state.showtimeId, what);
    harness.clock.advance(31 * MINUTE_MS);
    expect([await expire(), await expire()]).toEqual([2, 0]);
    expect([paid, unpaid].map((each) => harness.statusOf(each))).toEqual(['held', 'expired']);
    expect(harness.eventsOf(paid).at(-1)).toBe('payment-came-too-late');
  });

  it('a hold that was extended after it was found does not expire', async () => {
    const hold = await harness.createHold();
    harness.clock.advance(31 * MINUTE_MS);
    const dueHolds = harness.reservations.dueHolds.bind(harness.reservations);
    harness.reservations.dueHolds = async (query) => {
      const found = await dueHolds(query);
      await harness.reservations.change({ id: hold.id }, (reservation) =>
        reservation.extend({ policy: POLICY, salesStatus: OPEN_SALES, at: minutesAfter(29) }),
      );
      return found;
    };
    expect(await expire()).toBe(0);
    expect(harness.statusOf(hold)).toBe('held');
  });

  it('a locked hold expires the next time', async () => {
    const [locked, free] = [await harness.createHold(), await harness.createHold()];
    harness.reservations.locked.add(locked.id);
    harness.clock.advance(31 * MINUTE_MS);
    expect(await expire()).toBe(1);
    expect([locked, free].map((each) => harness.statusOf(each))).toEqual(['held', 'expired']);
  });

  it('a hundred holds expire at a time, any of the eight hundred due longest', async () => {
    const holds = [];
    for (let i = 0; i < 801; i++) {
      holds.push(await harness.createHold());
      harness.clock.advance(1);
    }
    harness.clock.advance(31 * MINUTE_MS);
    for (let batch = 0; batch < 8; batch++) expect(await expire()).toBe(100);
    expect(await expire()).toBe(1);
    expect(await expire()).toBe(0);
    expect(new Set(holds.map((each) => harness.statusOf(each)))).toEqual(new Set(['expired']));
  });

  it('a hold that waits behind eight hundred others is in no batch', async () => {
    for (let i = 0; i < 800; i++) await harness.createHold();
    harness.clock.advance(1);
    const last = await harness.createHold();
    harness.clock.advance(31 * MINUTE_MS);
    await expire();
    expect(harness.statusOf(last)).toBe('held');
  });
});
