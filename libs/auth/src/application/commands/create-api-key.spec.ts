import { newId } from '@app/kernel/id.js';
import { ApiKeyNotFound, TooManyApiKeys } from '../../domain/errors.js';
import { UsersHarness } from '../../testing/users-harness.js';
import { CreateApiKey } from './create-api-key.js';
import { RevokeApiKey } from './revoke-api-key.js';

const REQUEST = { client: 'Ticket wall', scopes: ['events:read'] as const, expiresAt: null };

describe('Creating and revoking an API key', () => {
  const create = (harness: UsersHarness, client = REQUEST.client) =>
    harness.executeAsAdmin(new CreateApiKey(harness.admin.id, { ...REQUEST, client }));
  const revoke = (harness: UsersHarness, id: string) => harness.executeAsAdmin(new RevokeApiKey(harness.admin.id, id));

  it('the key leaves an audit entry, without the secret', async () => {
    const harness = await UsersHarness.with();
    const { apiKey, key } = await create(harness);
    const createdBy = harness.admin.id;
    expect(apiKey).toMatchObject({ client: 'Ticket wall', scopes: ['events:read'], createdBy, lastUsedAt: null, revokedAt: null });
    expect(harness.audit.entries).toEqual([
      {
        actor: harness.admin.id,
        action: 'auth.create-api-key',
        subject: apiKey.id,
        details: { client: 'Ticket wall', scopes: ['events:read'], expiresAt: null },
      },
    ]);
    expect(JSON.stringify([harness.audit.entries, ...harness.apiKeys.states.values()])).not.toContain(key);
  });

  it('a client gets two keys, and a third once one is revoked', async () => {
    const harness = await UsersHarness.with();
    const [{ apiKey }] = [await create(harness), await create(harness)];
    await expect(create(harness)).rejects.toThrow(TooManyApiKeys);
    await create(harness, 'Another client');
    expect([await revoke(harness, apiKey.id), await revoke(harness, apiKey.id)]).toEqual([true, false]);
    await create(harness);
    expect(harness.audit.entries.map(({ action }) => action).filter((action) => action === 'auth.revoke-api-key')).toHaveLength(1);
  });

  it('the expiry of a key is in its audit entry', async () => {
    const harness = await UsersHarness.with();
    const expiresAt = new Date(Date.now() + 1_000);
    const { apiKey } = await harness.executeAsAdmin(new CreateApiKey(harness.admin.id, { ...REQUEST, expiresAt }));
    expect([apiKey.expiresAt, harness.audit.entries[0]?.details]).toEqual([
      expiresAt.toISOString(),
      { client: 'Ticket wall', scopes: ['events:read'], expiresAt: expiresAt.toISOString() },
    ]);
  });

  it('an unknown key cannot be revoked', async () => {
    const harness = await UsersHarness.with();
    await expect(revoke(harness, newId())).rejects.toThrow(ApiKeyNotFound);
    expect(harness.audit.entries).toEqual([]);
  });
});
