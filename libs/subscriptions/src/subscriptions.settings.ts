/** What subscriptions reads from the environment. */
import { SECOND_MS } from '@app/kernel/durations.js';
import type { Environment } from '@app/platform/config/environment.js';

export class SubscriptionsSettings {
  /** The secrets of webhook endpoints are encrypted with the first key; each of the keys opens them. Empty: no endpoint can be created. Must not be logged. */
  readonly secretsKeys: readonly string[];
  /** Also http, any port, and addresses inside our network. */
  readonly allowsPrivateAddresses: boolean;
  readonly maxEndpointsCount: number;
  /** From the question for the name to the end of the answer. */
  readonly timeoutMs: number;
  readonly deliveriesKeptDays: number;
  /** How often an admin may have a server of others asked: tests, replays, and addresses that are checked. 0 is no limit. */
  readonly webhooksPerAdminPerMinute: number;
  /** How often events are collected and due deliveries are looked for. */
  readonly deliverTickMs: number;

  constructor(env: Environment) {
    const key = env.optionalSecret('WEBHOOK_SECRETS_KEY', 32);
    const previous = env.optionalSecret('WEBHOOK_SECRETS_PREVIOUS_KEY', 32);
    if (key === null && previous !== null) env.faults.push('WEBHOOK_SECRETS_PREVIOUS_KEY needs WEBHOOK_SECRETS_KEY');
    this.secretsKeys = [key, previous].filter((each) => each !== null);
    this.allowsPrivateAddresses = env.flag('WEBHOOKS_ALLOW_PRIVATE_ADDRESSES', { fallback: false });
    if (env.isProduction && this.allowsPrivateAddresses) env.faults.push('WEBHOOKS_ALLOW_PRIVATE_ADDRESSES must not be true in production');
    this.maxEndpointsCount = env.integer('WEBHOOK_MAX_ENDPOINTS', { fallback: 20, min: 1, max: 200 });
    this.timeoutMs = env.durationMs('WEBHOOK_TIMEOUT_MS', { fallback: 15 * SECOND_MS, max: 30 * SECOND_MS });
    // Longer than the three days in which a delivery is tried.
    this.deliveriesKeptDays = env.integer('WEBHOOK_DELIVERIES_KEPT_DAYS', { fallback: 30, min: 5, max: 3_650 });
    this.webhooksPerAdminPerMinute = env.integer('WEBHOOKS_PER_ADMIN_PER_MINUTE', { fallback: 60, min: 0, max: 1_000_000 });
    this.deliverTickMs = env.durationMs('TICK_DELIVER_WEBHOOKS_MS', { fallback: 500 });
  }
}
