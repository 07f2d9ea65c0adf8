import { HoldsEndingBetween } from '@app/contracts/reservations.js';
import { addMs } from '@app/kernel/instants.js';
import { NotificationsHarness } from '../../testing/notifications-harness.js';
import { RemindOfHolds } from './remind-of-holds.js';

describe('RemindOfHolds', () => {
  let harness: NotificationsHarness;
  beforeEach(() => {
    harness = new NotificationsHarness();
    harness.settings.holdReminderMs = 300_000;
  });
  const remind = (count: number): Promise<void> => {
    const heldUntil = addMs(harness.clock.now(), 60_000).toISOString();
    const ids = Array.from({ length: count }, (_, i) => `r${String(i).padStart(3, '0')}`);
    harness.bus.answer(HoldsEndingBetween, ({ after, limit }) => {
      const from = ids.indexOf(after.reservationId) + 1;
      return ids.slice(from, from + limit).map((reservationId) => ({ reservationId, customerId: 'u1', heldUntil }));
    });
    return harness.bus.get(RemindOfHolds).run();
  };

  it('each hold of every page is reminded of once', async () => {
    for (const _ of [1, 2]) await remind(401);
    expect(harness.list).toHaveLength(401);
  });

  it('a mail that cannot be requested stops no other', async () => {
    const add = harness.mails.add.bind(harness.mails);
    harness.mails.add = (mails, at) =>
      mails.some(({ factId }) => factId === 'r001') ? Promise.reject(new Error('broken')) : add(mails, at);
    await expect(remind(401)).rejects.toThrow('broken');
    expect(harness.list).toHaveLength(400);
  });

  it('without a time before the end nobody is reminded', async () => {
    harness.settings.holdReminderMs = 0;
    await remind(1);
    expect(harness.list).toEqual([]);
  });
});
