import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { addMs } from '@app/kernel/instants.js';
import { type ClaimOptions, type ClaimedDelivery, WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookDelivery, type WebhookDeliveryState } from '../domain/webhook-delivery.js';
import { MAX_ASKED_PAUSE_MS } from '../domain/webhook-endpoint.js';

const COLUMNS = `id, endpoint_id, event_id, type, status, attempts, first_attempt_at, next_attempt_at, response_status, answer, error, requested_at,
  ended_at`;

type ClaimedRow = Omit<ClaimedDelivery, 'endpoint'> & ClaimedDelivery['endpoint'];

@Injectable()
export class PostgresWebhookDeliveries extends WebhookDeliveries {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {
    super();
  }

  async add(deliveries: readonly WebhookDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const states = deliveries.map(({ state }) => state);
    await this.database.query(
      `INSERT INTO subscriptions.webhook_deliveries (id, endpoint_id, event_id, type, next_attempt_at, requested_at, status, attempts)
       SELECT d.*, 'waiting', 0 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) AS d
       ON CONFLICT (endpoint_id, event_id) DO NOTHING`,
      [
        states.map(({ id }) => id),
        states.map(({ endpointId }) => endpointId),
        states.map(({ eventId }) => eventId),
        states.map(({ type }) => type),
        states.map(({ nextAttemptAt }) => nextAttemptAt),
        states.map(({ requestedAt }) => requestedAt),
      ],
    );
  }

  async waitingCount(endpointId: string, limit: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT FROM subscriptions.webhook_deliveries WHERE endpoint_id = $1 AND status = 'waiting' LIMIT $2) waiting`,
      [endpointId, limit],
    );
    return row?.count ?? 0;
  }

  /** Reads the index of each endpoint apart, so that many deliveries to one cost the others nothing. */
  async claim({ perEndpoint, busy, leaseMs, now }: ClaimOptions): Promise<ClaimedDelivery[]> {
    // No pause is longer: its end is farther ahead only where the clock was set back.
    const longestPauseEnd = addMs(now, MAX_ASKED_PAUSE_MS);
    const rows = await this.database.prepared<ClaimedRow>(
      `WITH places AS (
         SELECT e.id, $1 - coalesce(b.busy, 0) AS free FROM subscriptions.webhook_endpoints e
         LEFT JOIN unnest($2::uuid[], $3::int[]) AS b (endpoint_id, busy) ON b.endpoint_id = e.id
         WHERE e.status = 'enabled' AND (e.paused_until IS NULL OR e.paused_until <= $4 OR e.paused_until > $6)),
       next AS MATERIALIZED (
         SELECT d.id FROM places p CROSS JOIN LATERAL (
           SELECT id FROM subscriptions.webhook_deliveries WHERE endpoint_id = p.id AND status = 'waiting' AND next_attempt_at <= $4
           ORDER BY next_attempt_at LIMIT greatest(p.free, 0) FOR UPDATE SKIP LOCKED) d)
       UPDATE subscriptions.webhook_deliveries d SET next_attempt_at = $5, claim = nextval('subscriptions.webhook_claims')
       FROM next, subscriptions.webhook_endpoints e WHERE d.id = next.id AND e.id = d.endpoint_id
       RETURNING d.id, d.endpoint_id, d.event_id, d.type, d.requested_at, d.claim,
         e.url, e.secret, e.previous_secret, e.previous_secret_until`,
      [perEndpoint, [...busy.keys()], [...busy.values()], now, addMs(now, leaseMs), longestPauseEnd],
    );
    return rows.map(({ url, secret, previousSecret, previousSecretUntil, ...delivery }) => ({
      ...delivery,
      endpoint: { url, secret, previousSecret, previousSecretUntil },
    }));
  }

  async release(claimed: readonly ClaimedDelivery[], now: Date): Promise<void> {
    await this.database.query(
      `UPDATE subscriptions.webhook_deliveries d SET next_attempt_at = $3, claim = NULL FROM unnest($1::uuid[], $2::bigint[]) AS r (id, claim)
       WHERE d.id = r.id AND d.claim = r.claim`,
      [claimed.map(({ id }) => id), claimed.map(({ claim }) => claim), now],
    );
  }

  async change(
    id: string,
    { endpointId, claim }: { endpointId?: string; claim?: number },
    decide: (delivery: WebhookDelivery) => void,
  ): Promise<boolean> {
    return this.transactions.run(async () => {
      const [state] = await this.database.query<WebhookDeliveryState>(
        `SELECT ${COLUMNS} FROM subscriptions.webhook_deliveries
         WHERE id = $1 AND endpoint_id = coalesce($2, endpoint_id) AND ($3::bigint IS NULL OR claim = $3) FOR UPDATE`,
        [id, endpointId ?? null, claim ?? null],
      );
      if (state === undefined) return false;
      const delivery = new WebhookDelivery(state);
      decide(delivery);
      const { status, attempts, firstAttemptAt, nextAttemptAt, responseStatus, answer, error, endedAt } = delivery.state;
      await this.database.query(
        `UPDATE subscriptions.webhook_deliveries SET status = $2, attempts = $3, first_attempt_at = $4, next_attempt_at = $5, response_status = $6,
           answer = $7, error = $8, ended_at = $9, claim = NULL WHERE id = $1`,
        [id, status, attempts, firstAttemptAt, nextAttemptAt, responseStatus, answer, error, endedAt],
      );
      return true;
    });
  }

  async bringForward(endpointId: string, now: Date): Promise<void> {
    await this.database.query(
      `UPDATE subscriptions.webhook_deliveries SET next_attempt_at = $2
       WHERE endpoint_id = $1 AND status = 'waiting' AND next_attempt_at > $2 AND claim IS NULL`,
      [endpointId, now],
    );
  }

  async bringForwardAll({ later, leaseEnd, now }: { later: Date; leaseEnd: Date; now: Date }): Promise<void> {
    await this.database.query(
      `UPDATE subscriptions.webhook_deliveries SET next_attempt_at = $3
       WHERE status = 'waiting' AND next_attempt_at > CASE WHEN claim IS NULL THEN $1::timestamptz ELSE $2::timestamptz END`,
      [later, leaseEnd, now],
    );
  }

  async replayFailed(endpointId: string, { since, limit, now }: { since: Date; limit: number; now: Date }): Promise<number> {
    return this.database.change(
      `UPDATE subscriptions.webhook_deliveries SET status = 'waiting', attempts = 0, first_attempt_at = NULL, next_attempt_at = $4, ended_at = NULL
       WHERE id = ANY (ARRAY(
         SELECT id FROM subscriptions.webhook_deliveries WHERE endpoint_id = $1 AND status = 'failed' AND requested_at >= $2
         ORDER BY id LIMIT $3 FOR UPDATE))`,
      [endpointId, since, limit, now],
    );
  }
}
