/** API keys in use that expire soon, or have expired: their machines stop. */
import type { Settings } from '@app/platform/config/settings.js';
import { type Finding, warning } from '@app/platform/operations/findings/finding.js';
import { readForFinding } from '@app/platform/operations/findings/read-for-finding.js';
import { expiringInUse } from '../domain/api-key.js';
import { EXPIRING_API_KEYS } from './postgres-api-keys.js';

const MAX_FINDINGS = 10;

export async function apiKeyFindings(settings: Settings): Promise<Finding[]> {
  const now = new Date();
  const { expiresBefore, usedAfter } = expiringInUse(now);
  const found = await readForFinding(settings, (client) =>
    client.query<{ client: string; prefix: string; expires_at: Date }>(EXPIRING_API_KEYS, [expiresBefore, usedAfter]),
  );
  return (found?.rows ?? []).slice(0, MAX_FINDINGS).map(({ client, prefix, expires_at: expiresAt }) => {
    const verb = expiresAt <= now ? 'expired' : 'expires';
    return warning(
      'api-keys',
      `The key ${prefix} of the client "${client}" is in use, and ${verb} at ${expiresAt.toISOString()}.`,
      'Create another one (POST /api/v1/admin/api-keys), give it to the client, and revoke this one.',
    );
  });
}
