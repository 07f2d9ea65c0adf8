import { UsersErasedAfter } from '@app/contracts/auth.js';
import { NotificationsHarness } from '../../testing/notifications-harness.js';
import { EraseMailsOfErasedUsers } from './erase-mails-of-erased-users.js';

describe('EraseMailsOfErasedUsers', () => {
  const PAGE = 500;
  const erasedAt = '2026-03-01T12:00:00.000Z';

  it('what is kept of every erased user is removed, and of no other', async () => {
    const harness = new NotificationsHarness();
    const erased = Array.from({ length: PAGE + 1 }, (_, i) => ({ userId: `erased-${i}`, erasedAt }));
    harness.bus.answer(UsersErasedAfter, ({ after, limit }) => {
      const from = erased.findIndex(({ userId }) => userId === after.userId) + 1;
      return erased.slice(from, from + limit);
    });
    const userIds = ['erased-0', `erased-${PAGE}`, 'u1'];
    for (const userId of userIds) {
      const request = { kind: 'password-reset', factId: userId, userId, reservationId: null, facts: {} } as const;
      const [id] = await harness.mails.add([request], harness.clock.now());
      const refused = { userId, address: `${userId}@customers.test`, answer: 'No such user', at: harness.clock.now() };
      await harness.mails.markBounced(id!, refused);
    }
    await harness.bus.get(EraseMailsOfErasedUsers).run();
    expect([...harness.mails.all.values()].map(({ address }) => address)).toEqual([null, null, 'u1@customers.test']);
  });

  it('a user whose mails cannot be erased stops no other', async () => {
    const harness = new NotificationsHarness();
    harness.bus.answer(UsersErasedAfter, () => ['broken', 'u1'].map((userId) => ({ userId, erasedAt })));
    const erased: string[] = [];
    harness.mails.erase = (userIds) =>
      userIds.includes('broken') ? Promise.reject(new Error('broken')) : Promise.resolve(void erased.push(...userIds));
    await expect(harness.bus.get(EraseMailsOfErasedUsers).run()).rejects.toThrow('broken');
    expect(erased).toEqual(['u1']);
  });
});
