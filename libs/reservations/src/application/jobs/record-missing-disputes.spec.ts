import { vi } from 'vitest';
import { DisputeClosed, DisputeOpened } from '@app/contracts/payments.js';
import { RecentDisputes, type RecentDisputeView } from '@app/contracts/disputes.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { RecordDisputeWhenDisputeClosed } from '../reactions/record-dispute-when-dispute-closed.js';
import { RecordDisputeWhenDisputeOpened } from '../reactions/record-dispute-when-dispute-opened.js';
import { RecordMissingDisputes } from './record-missing-disputes.js';

describe('A dispute whose event is late or lost', () => {
  let harness: ReservationsHarness;
  let reservationId: string;
  beforeEach(async () => {
    harness = new ReservationsHarness();
    ({ id: reservationId } = await harness.createConfirmed());
  });

  const search = (...own: readonly Partial<RecentDisputeView>[]): Promise<void> => {
    const disputes = own.map((each) => ({ disputeId: 'dp_1', reservationId, outcome: 'open', sequence: 3, ...each }) as const);
    harness.bus.answer(RecentDisputes, ({ afterDisputeId, limit }) =>
      disputes.filter(({ disputeId }) => disputeId > afterDisputeId).slice(0, limit),
    );
    return harness.bus.get(RecordMissingDisputes).run();
  };
  const state = () => harness.reservations.all.get(reservationId)!;
  const recorded = () => harness.eventsOf({ id: reservationId }).filter((type) => type === 'dispute-recorded').length;
  const common = () => ({ disputeId: 'dp_1', paymentId: 'p1', reservationId, amount: { amount: 2_500, currency: 'EUR' } });
  const context = (sequence: number) => ({ id: 'e1', subject: 'p1', sequence, time: harness.clock.now(), correlationId: null });
  const opened = () => harness.bus.get(RecordDisputeWhenDisputeOpened).handle(new DisputeOpened({ ...common(), reason: null }), context(3));

  it('the search records a dispute once, and its event changes nothing any more', async () => {
    for (const _ of [1, 2]) await search({});
    await opened();
    expect(state()).toMatchObject({ disputed: true, disputes: [{ id: 'dp_1', outcome: 'open', sequence: 3 }] });
    expect(recorded()).toBe(1);
  });

  it('a dispute that cannot be recorded stops no other, and fails the search', async () => {
    const { id: other } = await harness.createConfirmed();
    const change = harness.reservations.change.bind(harness.reservations);
    vi.spyOn(harness.reservations, 'change').mockImplementation((key, decide) =>
      key.id === other ? Promise.reject(new Error('broken')) : change(key, decide),
    );
    await expect(search({ reservationId: other }, { disputeId: 'dp_2' })).rejects.toThrow('broken');
    expect(state().disputes).toMatchObject([{ id: 'dp_2' }]);
  });

  it('a decision that the search recorded is not undone by the late event before it', async () => {
    await search({ outcome: 'won', sequence: 4 });
    await opened();
    expect(state()).toMatchObject({ disputed: false, disputes: [{ outcome: 'won' }] });
  });

  it('an answer that is older than the last event changes nothing', async () => {
    const closed = new DisputeClosed({ ...common(), outcome: 'won' });
    await harness.bus.get(RecordDisputeWhenDisputeClosed).handle(closed, context(4));
    await search({ outcome: 'open', sequence: 3 });
    expect(state()).toMatchObject({ disputed: false, disputes: [{ outcome: 'won' }] });
  });

  it('every page is read', async () => {
    const others = Array.from({ length: 500 }, (_, i) => ({ disputeId: `dp_0${String(i).padStart(3, '0')}`, reservationId: 'another' }));
    await search(...others, { disputeId: 'dp_1' });
    expect(state().disputed).toBe(true);
  });
});
