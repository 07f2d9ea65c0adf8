import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookEndpointNotFound } from '../domain/errors.js';
import { WebhookEndpoint, type WebhookEndpointState } from '../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';

const COLUMNS = `id, url, description, types, status, disabled_reason, secret, previous_secret, previous_secret_until, cursor, failing_since,
  paused_until, created_at, version`;

/** Without what is written once, and the cursor, which the collector alone moves. */
function valuesOf(state: WebhookEndpointState): unknown[] {
  const { id, url, description, types, status, disabledReason, secret, previousSecret, previousSecretUntil } = state;
  const { failingSince, pausedUntil, version } = state;
  const chosen = [id, url, description, types, status, disabledReason];
  return [...chosen, secret, previousSecret, previousSecretUntil, failingSince, pausedUntil, version];
}

@Injectable()
export class PostgresWebhookEndpoints extends WebhookEndpoints {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {
    super();
  }

  async addKnowingOthers(decide: (situation: { count: number }) => WebhookEndpoint): Promise<WebhookEndpoint> {
    return this.transactions.run(async () => {
      // There may be no row to lock yet.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('subscriptions.webhook-endpoints', 0))`);
      const [row] = await this.database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM subscriptions.webhook_endpoints WHERE status <> 'deleted'`,
      );
      const endpoint = decide({ count: row?.count ?? 0 });
      await this.database.query(
        `INSERT INTO subscriptions.webhook_endpoints (id, url, description, types, status, disabled_reason, secret, previous_secret,
           previous_secret_until, failing_since, paused_until, version, cursor, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
        [...valuesOf(endpoint.state), endpoint.state.cursor, endpoint.state.createdAt],
      );
      return endpoint;
    });
  }

  async change<T>(id: string, decide: (endpoint: WebhookEndpoint) => T): Promise<T> {
    return this.transactions.run(async () => {
      const [state] = await this.database.query<WebhookEndpointState>(
        `SELECT ${COLUMNS} FROM subscriptions.webhook_endpoints WHERE id = $1 AND status <> 'deleted' FOR UPDATE`,
        [id],
      );
      if (state === undefined) throw new WebhookEndpointNotFound();
      this.transactions.assertExpected(state);
      const endpoint = new WebhookEndpoint(state);
      const result = decide(endpoint);
      if (endpoint.state !== state)
        await this.database.query(
          `UPDATE subscriptions.webhook_endpoints SET url = $2, description = $3, types = $4, status = $5, disabled_reason = $6, secret = $7,
             previous_secret = $8, previous_secret_until = $9, failing_since = $10, paused_until = $11, version = $12 WHERE id = $1`,
          valuesOf(endpoint.state),
        );
      return result;
    });
  }

  async behind(cursor: string | null): Promise<string[]> {
    const rows = await this.database.prepared<{ id: string }>(
      `SELECT id FROM subscriptions.webhook_endpoints WHERE status = 'enabled' AND cursor IS DISTINCT FROM $1 ORDER BY id`,
      [cursor],
    );
    return rows.map(({ id }) => id);
  }

  async lockToCollect(id: string): Promise<WebhookEndpoint | null> {
    const [state] = await this.database.query<WebhookEndpointState>(
      `SELECT ${COLUMNS} FROM subscriptions.webhook_endpoints WHERE id = $1 AND status = 'enabled' FOR UPDATE SKIP LOCKED`,
      [id],
    );
    return state === undefined ? null : new WebhookEndpoint(state);
  }

  async moveCursor(id: string, cursor: string | null): Promise<void> {
    await this.database.query('UPDATE subscriptions.webhook_endpoints SET cursor = $2 WHERE id = $1', [id, cursor]);
  }

  async sealedSecrets(): Promise<{ id: string; sealed: string[] }[]> {
    return this.database.query(
      `SELECT id, array_remove(ARRAY[secret, previous_secret], NULL) AS sealed FROM subscriptions.webhook_endpoints WHERE status <> 'deleted'`,
    );
  }

  async isFailing(id: string): Promise<boolean> {
    const [row] = await this.database.prepared<{ failing: boolean }>(
      'SELECT failing_since IS NOT NULL AS failing FROM subscriptions.webhook_endpoints WHERE id = $1',
      [id],
    );
    return row?.failing ?? false;
  }
}
