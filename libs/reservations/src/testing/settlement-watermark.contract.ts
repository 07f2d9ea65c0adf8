/** What every `SettlementWatermark` does, whatever keeps it. */
import { newId } from '@app/kernel/id.js';
import type { SettlementWatermark } from '../domain/settlement-watermark.js';
import type { Reservations } from '../domain/reservations.js';
import { aHold, aPayment, NOW } from './builders.js';

/** `given` answers books without reservations and a watermark that has not begun. */
export function settlementWatermarkContract(given: () => Promise<{ reservations: Reservations; watermark: SettlementWatermark }>): void {
  let watermark: SettlementWatermark;
  let reservations: Reservations;
  beforeEach(async () => {
    ({ watermark, reservations } = await given());
  });

  it('begins at the beginning of time', async () => {
    expect(await watermark.read()).toEqual(new Date(0));
  });

  it('moves on and never back', async () => {
    const reached: Date[] = [];
    for (const settledAt of ['2026-03-01T12:00:00.123Z', '2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.124Z']) {
      await watermark.advanceTo(settledAt);
      reached.push(await watermark.read());
    }
    expect(reached.map((at) => at.getMilliseconds())).toEqual([123, 123, 124]);
  });

  it('knows which payments have no outcome yet', async () => {
    const hold = aHold();
    await reservations.add(hold);
    const [settled, other] = [aPayment(hold), newId()];
    await reservations.settle(settled, NOW, (reservation) => reservation.receivePayment(settled, false, NOW));
    expect(await watermark.outstanding([settled.paymentId, other])).toEqual(new Set([other]));
    expect(await watermark.outstanding([])).toEqual(new Set());
  });

  it('a watermark that is reset is at the epoch', async () => {
    await watermark.advanceTo('2026-03-01T12:00:00.123Z');
    await watermark.reset();
    expect(await watermark.read()).toEqual(new Date(0));
  });
}
