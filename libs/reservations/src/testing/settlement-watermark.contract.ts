/** What every store of the settlement watermark does, in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { SettlementWatermark } from '../domain/settlement-watermark.js';
import { aPayment } from './builders.js';
import { type MakeStores, stepsOn, type Stores } from './stores.js';

export function settlementWatermarkContract(makeStores: MakeStores): void {
  let stores: Stores;
  let watermark: SettlementWatermark;
  beforeEach(async () => {
    stores = await makeStores();
    ({ watermark } = stores);
  });
  const { hold, settle } = stepsOn(() => stores);

  it('the watermark starts at the epoch', async () => {
    expect(await watermark.read()).toEqual(new Date(0));
  });

  it('the watermark moves forward and never back', async () => {
    const reached: Date[] = [];
    for (const settledAt of ['2026-03-01T12:00:00.123Z', '2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.124Z']) {
      await watermark.advanceTo(settledAt);
      reached.push(await watermark.read());
    }
    expect(reached.map((at) => at.getMilliseconds())).toEqual([123, 123, 124]);
  });

  it('a payment without an outcome is outstanding', async () => {
    const [settled, other] = [aPayment(await hold()), newId()];
    await settle(settled);
    expect(await watermark.outstanding([settled.paymentId, other])).toEqual(new Set([other]));
    expect(await watermark.outstanding([])).toEqual(new Set());
  });

  it('a watermark that is reset is at the epoch', async () => {
    await watermark.advanceTo('2026-03-01T12:00:00.123Z');
    await watermark.reset();
    expect(await watermark.read()).toEqual(new Date(0));
  });
}
