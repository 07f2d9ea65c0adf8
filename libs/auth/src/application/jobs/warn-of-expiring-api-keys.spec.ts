import { DAY_MS } from '@app/kernel/durations.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { ApiKey } from '../../domain/api-key.js';
import { InMemoryApiKeys } from '../../testing/in-memory-api-keys.js';
import { WarnOfExpiringApiKeys } from './warn-of-expiring-api-keys.js';

describe('WarnOfExpiringApiKeys', () => {
  const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

  /** Whether there is an alert about a key of the client; days from now. */
  async function isWarned({ expires, used }: { expires: number | null; used: number | null }, { revoked = false } = {}): Promise<boolean> {
    const [apiKeys, alerts] = [new InMemoryApiKeys(), new InMemoryAlerts()];
    const expiresAt = expires === null ? null : inDays(expires);
    const { apiKey } = await apiKeys.addKnowingOthers('Ticket wall', (situation) =>
      ApiKey.create({ client: 'Ticket wall', scopes: ['events:read'], createdBy: 'a1', now: inDays(-100), expiresAt }, situation),
    );
    if (used !== null) apiKeys.lastUses.set(apiKey.state.id, inDays(used));
    if (revoked) await apiKeys.change(apiKey.state.id, (each) => each.revoke(inDays(-1)));
    await new WarnOfExpiringApiKeys(apiKeys, alerts).run();
    return alerts.codes.includes('api-key-expires');
  }

  it.each([
    ['that expires in two weeks', { expires: 13.9, used: -1 }],
    ['that was last used a month ago', { expires: 3, used: -30 }],
    ['that has expired', { expires: -2, used: -2 }],
  ])('there is an alert about a key in use %s', async (_, key) => {
    expect(await isWarned(key)).toBe(true);
  });

  it.each([
    ['that expires later', { expires: 14.1, used: 0 }, {}],
    ['that never expires', { expires: null, used: 0 }, {}],
    ['that was never used', { expires: 1, used: null }, {}],
    ['that was not used for long', { expires: 1, used: -32 }, {}],
    ['that is revoked', { expires: 1, used: 0 }, { revoked: true }],
  ])('there is no alert about a key %s', async (_, key, state) => {
    expect(await isWarned(key, state)).toBe(false);
  });
});
