/** What every `Judging` does, whatever keeps it. */
import { newId } from '@app/kernel/id.js';
import type { Judging } from '../domain/judging.js';
import type { Reservations } from '../domain/reservations.js';
import { aHold, aPayment, NOW } from './builders.js';

/** `given` answers books without reservations and a judging that has not begun. */
export function judgingContract(given: () => Promise<{ reservations: Reservations; judging: Judging }>): void {
  let judging: Judging;
  let reservations: Reservations;
  beforeEach(async () => {
    ({ judging, reservations } = await given());
  });

  it('begins at the beginning of time', async () => {
    expect(await judging.judgedUntil()).toEqual(new Date(0));
  });

  it('moves on and never back', async () => {
    const reached: Date[] = [];
    for (const settledAt of ['2026-03-01T12:00:00.123Z', '2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.124Z']) {
      await judging.remember(settledAt);
      reached.push(await judging.judgedUntil());
    }
    expect(reached.map((at) => at.getMilliseconds())).toEqual([123, 123, 124]);
  });

  it('knows which payments have no outcome yet', async () => {
    const hold = aHold();
    await reservations.add(hold);
    const [judged, other] = [aPayment(hold), newId()];
    await reservations.judge(judged, NOW, (reservation) => reservation.receivePayment(judged, false, NOW));
    expect(await judging.unjudged([judged.paymentId, other])).toEqual(new Set([other]));
    expect(await judging.unjudged([])).toEqual(new Set());
  });
}
