import { aConfirmed, eventTypes, NOW } from '../testing/builders.js';
import type { RecordedDispute } from './reservation-state.js';
import { OPEN_SALES } from './situations.js';

const opened: RecordedDispute = { id: 'dp_1', outcome: 'open' };
const [won, lost]: RecordedDispute[] = [
  { ...opened, outcome: 'won' },
  { ...opened, outcome: 'lost' },
];

function after(...disputes: RecordedDispute[]) {
  const reservation = aConfirmed();
  reservation.takeEvents();
  for (const dispute of disputes) reservation.recordDispute(dispute);
  return reservation;
}

describe('A dispute of a reservation', () => {
  it('it is disputed while a dispute is open, and after one was lost', () => {
    expect(after(opened).state.disputed).toBe(true);
    expect(after(opened, lost!).state.disputed).toBe(true);
    expect(after(opened, won!).state.disputed).toBe(false);
    expect(after(opened, { id: 'dp_2', outcome: 'won' }).state.disputed).toBe(true);
  });

  it('a decided dispute stays decided in any order, and repetitions change nothing', () => {
    for (const outcome of [won!, lost!]) {
      const [inOrder, reversed] = [after(opened, outcome), after(outcome, opened)];
      expect(reversed.state.disputes).toEqual(inOrder.state.disputes);
      expect(eventTypes(reversed)).toHaveLength(1);
      expect(eventTypes(after(opened, opened, outcome, outcome, opened))).toHaveLength(2);
    }
  });

  it('what is owed does not change by a dispute', () => {
    const [plain, disputed] = [after(), after(opened)];
    for (const each of [plain, disputed]) {
      each.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    }
    expect(disputed.state.refundDue).toBe(plain.state.refundDue);
  });
});
