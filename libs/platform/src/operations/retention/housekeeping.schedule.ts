/** Deletes rows that are no longer needed, in small batches that any number of workers can share. `docs/retention.md` lists the times. */
import { Injectable, Module } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../../config/settings.js';
import { Database } from '../../persistence/database.js';
import { RedeliverLostEvents } from '../lost-events/redeliver-lost-events.js';
import { StaleBindings } from './stale-bindings.schedule.js';
import type { RetentionRule, RetentionRules } from './retention.js';
import { RetentionSchedule } from './retention-schedule.js';

/** Few enough to be over in well under a second. */
const BATCH_ROWS = 5_000;

/**
 * Each reads at most a batch: by an index on the time, or the oldest rows by the key, which are the first to be due. SKIP LOCKED: several workers
 * delete different rows. `$1` is the time kept (of rate limits: now), `$2` the size of a batch.
 */
const DELETIONS = {
  idempotencyKeys: `DELETE FROM platform.idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM platform.idempotency_keys WHERE created_at < now() - $1 * interval '1 hour' ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  inbox: `DELETE FROM messaging.inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM messaging.inbox WHERE received_at < now() - $1 * interval '1 day' ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  // What was deleted is noted in the same statement: a reader who comes back later must know that events are missing.
  outbox: `WITH deleted AS (DELETE FROM messaging.outbox WHERE position = ANY (ARRAY(
    SELECT position FROM (SELECT position, published_at FROM messaging.outbox WHERE published_at IS NOT NULL ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED) oldest
    WHERE published_at < now() - $1 * interval '1 day')) RETURNING published_position),
    noted AS (UPDATE messaging.feed_positions SET position = greatest(position, (SELECT max(published_position) FROM deleted))
      WHERE name = 'deleted' AND EXISTS (SELECT FROM deleted WHERE published_position IS NOT NULL))
    SELECT FROM deleted`,
  deadLetters: deleteLetters('redriven_at'),
  dismissedLetters: deleteLetters('dismissed_at'),
  auditTrail: `DELETE FROM platform.audit_trail WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM platform.audit_trail WHERE at < now() - $1 * interval '1 day' ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  rateLimits: `DELETE FROM platform.rate_limits WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM platform.rate_limits WHERE expire < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)) AND expire < $1`,
} as const;

function deleteLetters(column: string): string {
  return `DELETE FROM messaging.dead_letters WHERE id = ANY (ARRAY(
    SELECT id FROM (SELECT id, ${column} FROM messaging.dead_letters WHERE ${column} IS NOT NULL ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED) oldest
    WHERE ${column} < now() - $1 * interval '1 day'))`;
}

/** The rules of the platform's own tables. */
@Injectable()
export class PlatformRetention implements RetentionRules {
  readonly rules: readonly RetentionRule[];

  constructor(settings: Settings, database: Database) {
    const { idempotencyKeysKeptHours, inboxKeptDays, outboxKeptDays, deadLettersKeptDays, auditTrailKeptDays } = settings.housekeeping;
    const rule = (deletedRows: string, statement: string, due: () => number): RetentionRule => ({
      deletedRows,
      batchRows: BATCH_ROWS,
      deleteBatch: () => database.change(statement, [due(), BATCH_ROWS]),
    });
    this.rules = [
      rule('platform.idempotency_keys', DELETIONS.idempotencyKeys, () => idempotencyKeysKeptHours),
      rule('messaging.inbox', DELETIONS.inbox, () => inboxKeptDays),
      rule('messaging.outbox', DELETIONS.outbox, () => outboxKeptDays),
      rule('messaging.dead_letters, redriven', DELETIONS.deadLetters, () => deadLettersKeptDays),
      rule('messaging.dead_letters, dismissed', DELETIONS.dismissedLetters, () => deadLettersKeptDays),
      rule('platform.audit_trail', DELETIONS.auditTrail, () => auditTrailKeptDays),
      rule('platform.rate_limits', DELETIONS.rateLimits, () => Date.now()),
    ];
  }
}

@Injectable()
export class HousekeepingSchedule extends RetentionSchedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    protected readonly retention: PlatformRetention,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }
}

@Module({ providers: [PlatformRetention, HousekeepingSchedule, StaleBindings, RedeliverLostEvents] })
export class HousekeepingModule {}
