import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { Settings } from '@app/platform/config/settings.js';
import type { RetentionRule, RetentionRules } from '@app/platform/operations/retention/retention.js';
import { RetentionSchedule } from '@app/platform/operations/retention/retention-schedule.js';
import { Database } from '@app/platform/persistence/database.js';
import { ClsService } from 'nestjs-cls';
import { SubscriptionsSettings } from '../subscriptions.settings.js';

/** Few enough to be over in well under a second. */
const BATCH_ROWS = 2_000;

/** Deliveries that ended long ago, and those of deleted endpoints. What waits is kept. */
@Injectable()
export class WebhookRetention implements RetentionRules {
  readonly rules: readonly RetentionRule[];

  constructor(own: SubscriptionsSettings, database: Database, clock: Clock) {
    const endedBefore = (): Date => addMs(clock.now(), -own.deliveriesKeptDays * DAY_MS);
    this.rules = [
      {
        deletedRows: 'subscriptions.webhook_deliveries',
        batchRows: BATCH_ROWS,
        deleteBatch: () =>
          database.change(
            `DELETE FROM subscriptions.webhook_deliveries WHERE id = ANY (ARRAY(
               SELECT id FROM subscriptions.webhook_deliveries WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
            [endedBefore(), BATCH_ROWS],
          ),
      },
      {
        deletedRows: 'subscriptions.webhook_deliveries, of deleted endpoints',
        batchRows: BATCH_ROWS,
        deleteBatch: () =>
          database.change(
            `DELETE FROM subscriptions.webhook_deliveries WHERE id = ANY (ARRAY(
               SELECT d.id FROM subscriptions.webhook_endpoints e JOIN subscriptions.webhook_deliveries d ON d.endpoint_id = e.id
               WHERE e.status = 'deleted' LIMIT $1 FOR UPDATE OF d SKIP LOCKED))`,
            [BATCH_ROWS],
          ),
      },
      {
        deletedRows: 'subscriptions.webhook_endpoints, deleted',
        // There are few, and one statement takes them all.
        batchRows: Number.POSITIVE_INFINITY,
        deleteBatch: () =>
          database.change(
            `DELETE FROM subscriptions.webhook_endpoints e WHERE status = 'deleted'
               AND NOT EXISTS (SELECT FROM subscriptions.webhook_deliveries d WHERE d.endpoint_id = e.id)`,
          ),
      },
    ];
  }
}

@Injectable()
export class WebhookRetentionSchedule extends RetentionSchedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    protected readonly retention: WebhookRetention,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }
}
