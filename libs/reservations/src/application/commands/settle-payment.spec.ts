import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { aPayment, minutesAfter } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { SettlementService } from '../settlement-service.js';
import { ExpireHolds } from './expire-holds.js';
import { SettlePayment } from './settle-payment.js';

describe('Settling a payment', () => {
  let harness: ReservationsHarness;
  beforeEach(() => (harness = new ReservationsHarness()));

  it('a payment confirms its hold at that moment', async () => {
    const hold = await harness.createHold();
    harness.clock.advance(5 * MINUTE_MS);
    await harness.execute(new SettlePayment(aPayment(hold)));
    expect(harness.reservations.all.get(hold.id)).toMatchObject({ status: 'confirmed', confirmedAt: minutesAfter(5) });
  });

  it('a payment revives an expired reservation while its seats are free', async () => {
    const hold = await harness.createHold();
    harness.clock.advance(31 * MINUTE_MS);
    await harness.execute(new ExpireHolds());
    await harness.execute(new SettlePayment(aPayment(hold)));
    expect(harness.reservations.all.get(hold.id)).toMatchObject({ status: 'confirmed', late: true });
  });

  it('a payment comes too late where another customer holds one of the seats', async () => {
    const seating = harness.createSeating();
    const hold = await harness.createHold({ seating, seats: ['A3', 'A4'] });
    harness.clock.advance(31 * MINUTE_MS);
    await harness.execute(new ExpireHolds());
    await harness.createHold({ seating, seats: ['A4'] });
    await harness.execute(new SettlePayment(aPayment(hold)));
    expect(harness.eventsOf(hold).at(-1)).toBe('payment-came-too-late');
  });

  it('a payment for an unknown reservation fails', async () => {
    const unknown = { paymentId: newId(), reservationId: newId(), amount: { amount: 1, currency: 'EUR' } };
    await expect(harness.execute(new SettlePayment(unknown))).rejects.toThrow(ReservationNotFound);
  });

  it('a payment that fails raises an alert and stops no other', async () => {
    const hold = await harness.createHold();
    const unknown = { ...aPayment(hold), reservationId: newId() };
    expect(await harness.bus.get(SettlementService).settleEach([unknown, aPayment(hold)])).toEqual({ decided: 1, failed: 1 });
    expect(harness.statusOf(hold)).toBe('confirmed');
    expect(harness.alerts.codes).toEqual(['payment-not-settled']);
  });

  it.each(['55P03', '40P01'])('a payment whose lock another one has (%s) is settled later, without an alert', async (code) => {
    const hold = await harness.createHold();
    vi.spyOn(harness.reservations, 'settle').mockRejectedValueOnce(Object.assign(new Error('canceling statement'), { code }));
    const [settlement, payments] = [harness.bus.get(SettlementService), [aPayment(hold)]];
    expect(await settlement.settleEach(payments)).toEqual({ decided: 0, failed: 1 });
    expect(harness.alerts.codes).toEqual([]);
    expect(await settlement.settleEach(payments)).toEqual({ decided: 1, failed: 0 });
  });
});
