import { aConfirmed, eventTypes, NOW } from '../testing/builders.js';
import { Reservation } from './reservation.js';
import type { RecordedDispute } from './reservation-state.js';
import { OPEN_SALES } from './sales-status.js';

type News = Required<RecordedDispute>;

const opened: News = { id: 'dp_1', outcome: 'open', sequence: 2 };
const won: News = { ...opened, outcome: 'won', sequence: 3 };
const lost: News = { ...opened, outcome: 'lost', sequence: 3 };

function after(...disputes: News[]) {
  const reservation = aConfirmed();
  reservation.takeEvents();
  for (const dispute of disputes) reservation.recordDispute(dispute);
  return reservation;
}

describe('A dispute of a reservation', () => {
  it('a reservation is disputed while a dispute is open, and after one was lost', () => {
    expect(after(opened).state.disputed).toBe(true);
    expect(after(opened, lost).state.disputed).toBe(true);
    expect(after(opened, won).state.disputed).toBe(false);
    expect(after(opened, { ...won, id: 'dp_2' }).state.disputed).toBe(true);
  });

  it('a decided dispute stays decided in any order, and repetitions change nothing', () => {
    for (const outcome of [won, lost]) {
      const [inOrder, reversed] = [after(opened, outcome), after(outcome, opened)];
      expect(reversed.state.disputes).toEqual(inOrder.state.disputes);
      expect(eventTypes(reversed)).toHaveLength(1);
      expect(eventTypes(after(opened, opened, outcome, outcome, opened))).toHaveLength(2);
    }
  });

  it('the latest decision holds, and one that opens again is open, in any order', () => {
    const appealed: News = { ...won, sequence: 4 };
    const reopened: News = { ...opened, sequence: 5 };
    for (const [news, disputed] of [
      [[opened, lost, appealed], false],
      [[appealed, lost, opened], false],
      [[lost, appealed, opened, lost], false],
      [[opened, lost, appealed, reopened], true],
      [[reopened, appealed, lost, opened], true],
    ] as const) {
      expect(after(...news).state.disputed).toBe(disputed);
    }
  });

  it('a decision of an earlier release is replaced by a later decision alone', () => {
    const reservation = new Reservation({ ...aConfirmed().state, disputes: [{ id: 'dp_1', outcome: 'lost' }], disputed: true });
    reservation.recordDispute(opened);
    expect(reservation.state.disputes).toEqual([{ id: 'dp_1', outcome: 'lost' }]);
    reservation.recordDispute(won);
    expect(reservation.state).toMatchObject({ disputes: [won], disputed: false });
  });

  it('what is owed does not change by a dispute', () => {
    const [plain, disputed] = [after(), after(opened)];
    for (const each of [plain, disputed]) {
      each.cancel({ by: 'customer', refund: 'policy', reason: null, salesStatus: OPEN_SALES, at: NOW });
    }
    expect(disputed.state.refundDue).toBe(plain.state.refundDue);
  });
});
