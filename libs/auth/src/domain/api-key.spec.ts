import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { ApiKey, hashOfKey, prefixOfKey } from './api-key.js';
import { ApiKeyExpiryInThePast, TooManyApiKeys } from './errors.js';

const now = new Date('2026-03-01T12:00:00Z');
const create = (activeKeys = 0, expiresAt: Date | null = null) =>
  ApiKey.create({ client: 'Ticket wall', scopes: ['events:read'], createdBy: newId(), now, expiresAt }, { activeKeys });

describe('API key', () => {
  it('the beginning and the hash of an API key are kept, and not the key', () => {
    const { apiKey, key } = create();
    expect(key).toMatch(/^cinema_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect(apiKey.state).toMatchObject({ client: 'Ticket wall', scopes: ['events:read'], revokedAt: null, createdAt: now });
    expect([apiKey.state.prefix, apiKey.state.secretHash]).toEqual([prefixOfKey(key), hashOfKey(key)]);
    expect(JSON.stringify(apiKey.state)).not.toContain(key.slice(-64));
  });

  it('no two keys are the same', () => {
    expect(create().key).not.toBe(create().key);
  });

  it('a client has two active keys at most', () => {
    expect(create(1).apiKey.state.revokedAt).toBeNull();
    expect(() => create(2)).toThrow(TooManyApiKeys);
  });

  it('an API key expires in the future, or never', () => {
    const later = addMs(now, 1);
    expect([create().apiKey.state.expiresAt, create(0, later).apiKey.state.expiresAt]).toEqual([null, later]);
    expect(() => create(0, now)).toThrow(ApiKeyExpiryInThePast);
  });

  it('an API key is revoked once', () => {
    const { apiKey } = create();
    expect([apiKey.revoke(now), apiKey.revoke(new Date())]).toEqual([true, false]);
    expect(apiKey.state.revokedAt).toBe(now);
  });

  it.each(['', 'cinema_', 'cinema_0123456789ab', `cinema_0123456789ab_${'x'.repeat(64)}`, `cinema_0123456789ab_${'a'.repeat(65)}`])(
    '"%s" is no API key',
    (key) => {
      expect(prefixOfKey(key)).toBeNull();
    },
  );
});
