/** What every store of the watermark of owed refunds does, in memory or in PostgreSQL. It is given at the epoch. */
import type { OwedRefundsWatermark } from '../domain/owed-refunds-watermark.js';

export function owedRefundsWatermarkContract(given: () => Promise<OwedRefundsWatermark>): void {
  it('the watermark moves forward and never back, until it is reset', async () => {
    const watermark = await given();
    expect(await watermark.read()).toEqual(new Date(0));
    const reached: number[] = [];
    for (const owedAt of ['2026-03-01T12:00:00.123Z', '2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.124Z']) {
      await watermark.advanceTo(owedAt);
      reached.push((await watermark.read()).getMilliseconds());
    }
    expect(reached).toEqual([123, 123, 124]);
    await watermark.reset();
    expect(await watermark.read()).toEqual(new Date(0));
  });
}
