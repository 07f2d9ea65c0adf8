import { Alerts } from '@app/kernel/alerts.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { API_KEY_EXPIRES } from '../../domain/alert-codes.js';
import { expiringInUse } from '../../domain/api-key.js';
import { ApiKeys } from '../../domain/api-keys.js';
import { SEARCHES } from '../lanes.js';

/** Says every day which keys end soon, or have ended, although their machines use them: a machine cannot change over by itself. */
@Job('auth.warn-of-expiring-api-keys', { lane: SEARCHES })
export class WarnOfExpiringApiKeys implements JobHandler {
  readonly everyMs = DAY_MS;

  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly alerts: Alerts,
  ) {}

  async run(): Promise<void> {
    for (const { id, client, prefix, expiresAt } of await this.apiKeys.expiring(expiringInUse(new Date())))
      this.alerts.raise(API_KEY_EXPIRES, 'An API key that is in use expires soon, or has expired', {
        apiKeyId: id,
        client,
        prefix,
        expiresAt: expiresAt.toISOString(),
      });
  }
}
