import { HOUR_MS, MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import type { Reservation } from '../../domain/reservation.js';
import { minutesAfter } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ExpireHolds } from '../commands/expire-holds.js';
import { SettlePayment } from '../commands/settle-payment.js';
import { SettleOutstandingPayments } from './settle-outstanding-payments.js';

describe('Settling outstanding payments', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  /** Returns how many were settled. */
  async function settleOutstanding(): Promise<number> {
    const before = harness.reservations.outcomes.size;
    await harness.bus.get(SettleOutstandingPayments).run();
    return harness.reservations.outcomes.size - before;
  }

  /** A payment whose reservation is missing until `restore` is called. */
  async function payForMissingReservation() {
    const hold = await harness.createHold();
    harness.pay(hold);
    const state = harness.reservations.all.get(hold.id)!;
    harness.reservations.all.delete(hold.id);
    return { hold, restore: () => harness.reservations.all.set(hold.id, state) };
  }

  it('a payment younger than a minute is left to its message', async () => {
    const hold = await harness.createHold();
    harness.pay(hold);
    harness.clock.advance(MINUTE_MS - 1);
    expect([await settleOutstanding(), harness.statusOf(hold)]).toEqual([0, 'held']);
    harness.clock.advance(1);
    expect([await settleOutstanding(), harness.statusOf(hold)]).toEqual([1, 'confirmed']);
  });

  it('a search without any payment changes nothing', async () => {
    const hold = await harness.createHold();
    harness.clock.advance(MINUTE_MS);
    expect([await settleOutstanding(), harness.statusOf(hold), await harness.watermark.read()]).toEqual([0, 'held', new Date(0)]);
  });

  it('a settled payment is not settled again by a search', async () => {
    const [byMessage, bySearch] = [await harness.createHold(), await harness.createHold()];
    await harness.execute(new SettlePayment(harness.pay(byMessage)));
    harness.pay(bySearch);
    harness.clock.advance(MINUTE_MS);
    expect([await settleOutstanding(), await settleOutstanding()]).toEqual([1, 0]);
    for (const hold of [byMessage, bySearch]) expect(harness.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('a second payment is surplus, and one without seats too late', async () => {
    const seating = harness.createSeating();
    const [paidTwice, late] = [await harness.createHold(), await harness.createHold({ seating, seats: ['A3'] })];
    const [first] = [harness.pay(paidTwice), harness.pay(paidTwice)];
    await harness.execute(new SettlePayment(first));
    harness.clock.advance(31 * MINUTE_MS);
    await harness.execute(new ExpireHolds());
    await harness.createHold({ seating, seats: ['A3'] });
    harness.pay(late);
    harness.clock.advance(MINUTE_MS);
    expect(await settleOutstanding()).toBe(2);
    expect(harness.eventsOf(paidTwice)).toEqual(['seats-held', 'reservation-confirmed', 'surplus-payment-received']);
    expect(harness.eventsOf(late)).toEqual(['seats-held', 'hold-expired', 'payment-came-too-late']);
  });

  it('pages with many payments of the same instant are read to the end', async () => {
    const holds: Reservation[] = [];
    for (let i = 0; i < 450; i++) {
      if (i === 350) harness.clock.advance(1);
      holds.push(await harness.createHold());
      harness.pay(holds.at(-1)!);
    }
    harness.clock.advance(MINUTE_MS);
    expect(await settleOutstanding()).toBe(450);
    expect(new Set(holds.map((each) => harness.statusOf(each)))).toEqual(new Set(['confirmed']));
  });

  it('a payment that fails raises an alert and stops no other', async () => {
    await payForMissingReservation();
    const hold = await harness.createHold();
    harness.pay(hold);
    harness.clock.advance(MINUTE_MS);
    expect([await settleOutstanding(), harness.statusOf(hold)]).toEqual([1, 'confirmed']);
    expect(harness.alerts.codes).toEqual(['payment-not-settled']);
  });

  it('a payment that failed is tried again, with any number settled after it', async () => {
    const { hold, restore } = await payForMissingReservation();
    for (let hour = 0; hour < 3; hour++) {
      harness.clock.advance(HOUR_MS);
      harness.pay(await harness.createHold());
      harness.clock.advance(MINUTE_MS);
      expect(await settleOutstanding()).toBe(1);
    }
    restore();
    expect([await settleOutstanding(), harness.statusOf(hold)]).toEqual([1, 'confirmed']);
    expect(harness.alerts.codes).toHaveLength(3);
  });

  it('the watermark stays before a page with a failure, later pages are read', async () => {
    for (let i = 0; i < 450; i++) {
      if (i === 200) {
        harness.clock.advance(MINUTE_MS);
        await payForMissingReservation();
      }
      harness.pay(await harness.createHold());
    }
    harness.clock.advance(MINUTE_MS);
    expect(await settleOutstanding()).toBe(450);
    expect(await harness.watermark.read()).toEqual(minutesAfter(0));
  });

  it('the watermark advances with each page, also where a later page fails', async () => {
    for (let i = 0; i < 200; i++) harness.pay(await harness.createHold());
    harness.clock.advance(MINUTE_MS);
    harness.pay(await harness.createHold());
    harness.clock.advance(MINUTE_MS);
    harness.pagesUntilFailure = 1;
    await expect(settleOutstanding()).rejects.toThrow('Payments is unavailable');
    expect(await harness.watermark.read()).toEqual(minutesAfter(0));
    harness.pagesUntilFailure = Infinity;
    expect(await settleOutstanding()).toBe(1);
  });

  it('a payment stored late is found up to ten minutes before the watermark', async () => {
    harness.clock.advance(20 * MINUTE_MS);
    harness.pay(await harness.createHold());
    harness.clock.advance(MINUTE_MS);
    await settleOutstanding();
    const storeLate = async (minutes: number) => {
      const hold = await harness.createHold();
      const settledAt = minutesAfter(minutes).toISOString();
      harness.settledPayments.push({ ...harness.settledPayments[0]!, paymentId: newId(), reservationId: hold.id, settledAt });
      return hold;
    };
    const [within, before] = [await storeLate(11), await storeLate(9)];
    expect(await settleOutstanding()).toBe(1);
    expect([within, before].map((each) => harness.statusOf(each))).toEqual(['confirmed', 'held']);
  });

  it('a payment that succeeded after the clock was set back is found', async () => {
    harness.clock.advance(4 * HOUR_MS);
    harness.pay(await harness.createHold());
    harness.clock.advance(MINUTE_MS);
    await settleOutstanding();
    harness.clock.advance(-4 * HOUR_MS);
    const hold = await harness.createHold();
    harness.pay(hold);
    // Longer than the overlap: no search ran in between.
    harness.clock.advance(20 * MINUTE_MS);
    await settleOutstanding();
    expect(harness.statusOf(hold)).toBe('confirmed');
  });
});
