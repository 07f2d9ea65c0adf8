import { DAY_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { Session } from '../../domain/session.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { EndSessions } from './end-sessions.js';

describe('EndSessions', () => {
  it('the sessions of every user are gone, with an audit entry that counts them', async () => {
    const harness = await UsersHarness.with();
    for (const userId of [newId(), newId()]) {
      const lifetimes = { unusedMs: DAY_MS, wholeMs: DAY_MS };
      await harness.sessions.add(Session.begin({ id: newId(), userId, refreshToken: 'a.b', lifetimes, now: new Date() }));
    }
    expect(await harness.executeAsAdmin(new EndSessions())).toBe(2);
    expect(harness.sessions.states.size).toBe(0);
    expect(harness.audit.entries).toEqual([{ actor: null, action: 'auth.end-sessions', subject: 'sessions', details: { count: 2 } }]);
  });
});
