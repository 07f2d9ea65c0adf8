/** Jobs as rows of `platform.jobs`. Their times and leases are by the clock of the database: see decision 32. */
import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { storableText } from '@app/kernel/text.js';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { sharedTime } from '../persistence/shared-time.js';
import { currentTraceparent } from '../telemetry/tracing.js';
import { backOffMs } from './back-off.js';
import { type ClaimedJob, type IdempotencyKey, type JobName, type JobRequest, Jobs, type SpentKeys } from './jobs.js';

@Injectable()
export class PostgresJobs extends Jobs {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    super();
  }

  async enqueue(requests: readonly JobRequest[]): Promise<void> {
    if (requests.length === 0) return;
    // Always in the same order: two transactions that request the same jobs must not wait for each other.
    const rows = [...requests].sort((a, b) => (`${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1));
    // A job that waits, runs or pauses keeps its time; `complete` sees that it was requested again.
    await this.database.prepared(
      `INSERT INTO platform.jobs AS j (kind, subject, run_at, traceparent)
       SELECT kind, subject, ${sharedTime('delay_ms')}, $4 FROM unnest($1::text[], $2::text[], $3::float8[]) AS r (kind, subject, delay_ms)
       ON CONFLICT (kind, subject) DO UPDATE SET run_at = coalesce(j.run_at, excluded.run_at), requests = j.requests + 1,
         traceparent = coalesce(excluded.traceparent, j.traceparent)`,
      [
        rows.map(({ kind }) => kind),
        rows.map(({ subject }) => subject),
        rows.map(({ delayMs = 0 }) => this.after(delayMs)),
        currentTraceparent(),
      ],
    );
    for (const { kind, subject } of rows.filter(({ nextKey }) => nextKey)) {
      await this.database.query(
        `UPDATE platform.jobs SET key_attempt = key_attempt + 1, key_since = NULL WHERE kind = $1 AND subject = $2`,
        [kind, subject],
      );
    }
  }

  /** Reads the index of each kind apart, so that many jobs of one kind cost the others nothing. */
  async claim({ kinds, limit, leaseMs }: { kinds: readonly string[]; limit: number; leaseMs: number }): Promise<ClaimedJob[]> {
    return this.database.prepared<ClaimedJob>(
      `WITH next AS MATERIALIZED (
         SELECT d.kind, d.subject FROM unnest($4::text[]) AS k (kind) CROSS JOIN LATERAL (
           SELECT kind, subject, run_at FROM platform.jobs WHERE kind = k.kind AND run_at <= ${sharedTime('$1')} ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ) d ORDER BY d.run_at LIMIT $2)
       UPDATE platform.jobs j SET run_at = ${sharedTime('$3')}, claim = nextval('platform.job_claims')
       FROM next WHERE j.kind = next.kind AND j.subject = next.subject
       RETURNING j.kind, j.subject, j.attempts, j.requests, j.claim, j.traceparent`,
      [this.after(0), limit, this.after(leaseMs), kinds],
    );
  }

  /** A row is deleted when nothing is left to remember: it was not requested again, is not repeated and never had an idempotency key. */
  async complete(
    { kind, subject, claim, requests }: ClaimedJob,
    { repeatAfterMs }: { repeatAfterMs?: number | undefined } = {},
  ): Promise<void> {
    await this.database.prepared(
      `WITH deleted AS (
         DELETE FROM platform.jobs WHERE kind = $1 AND subject = $2 AND claim = $3 AND requests <= $4
           AND $6::float8 IS NULL AND key_attempt = 1 AND key_since IS NULL RETURNING 1)
       UPDATE platform.jobs SET run_at = CASE WHEN requests > $4 THEN ${sharedTime('$5')} ELSE ${sharedTime('$6')} END,
         attempts = 0, last_error = NULL, claim = NULL
       WHERE kind = $1 AND subject = $2 AND claim = $3 AND NOT EXISTS (SELECT FROM deleted)`,
      [kind, subject, claim, requests, this.after(0), repeatAfterMs === undefined ? null : this.after(repeatAfterMs)],
    );
  }

  async fail({ kind, subject, claim, attempts }: ClaimedJob, reason: string): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs SET run_at = ${sharedTime('$4')}, attempts = $5, last_error = $6, claim = NULL
       WHERE kind = $1 AND subject = $2 AND claim = $3`,
      [kind, subject, claim, this.after(backOffMs(attempts + 1, this.settings.jobs)), attempts + 1, storableText(reason)],
    );
  }

  async release(jobs: readonly ClaimedJob[]): Promise<void> {
    await this.changeClaimed(jobs, { afterMs: 0, change: 'claim = NULL, ' });
  }

  async renew(jobs: readonly ClaimedJob[], leaseMs: number): Promise<void> {
    await this.changeClaimed(jobs, { afterMs: leaseMs });
  }

  async withdraw({ kind, subject }: JobName): Promise<void> {
    await this.database.prepared(
      `UPDATE platform.jobs SET run_at = NULL, attempts = 0, last_error = NULL, claim = NULL WHERE kind = $1 AND subject = $2`,
      [kind, subject],
    );
  }

  async key({ kind, subject }: JobName): Promise<IdempotencyKey> {
    const [row] = await this.database.prepared<{ attempt: number; ageMs: number }>(
      `INSERT INTO platform.jobs AS j (kind, subject, requests, key_since) VALUES ($1, $2, 0, ${sharedTime('$3')})
       ON CONFLICT (kind, subject) DO UPDATE SET key_since = coalesce(j.key_since, excluded.key_since)
       RETURNING key_attempt AS attempt, round(extract(epoch FROM ${sharedTime('$3')} - key_since) * 1000)::float8 AS age_ms`,
      [kind, subject, this.after(0)],
    );
    if (row === undefined) throw new Error(`There is no row for ${kind} ${subject}`);
    return row;
  }

  async deleteSpentKeys({ kinds, usedBefore, limit }: SpentKeys): Promise<number> {
    return this.database.change(
      `DELETE FROM platform.jobs WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM platform.jobs WHERE run_at IS NULL AND key_since < $2 AND kind = ANY ($1) ORDER BY key_since LIMIT $3
         FOR UPDATE SKIP LOCKED))`,
      [kinds, usedBefore, limit],
    );
  }

  async nextKey({ kind, subject }: JobName, attempt: number): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs SET key_attempt = key_attempt + 1, key_since = NULL WHERE kind = $1 AND subject = $2 AND key_attempt = $3`,
      [kind, subject, attempt],
    );
  }

  private async changeClaimed(jobs: readonly ClaimedJob[], { afterMs, change = '' }: { afterMs: number; change?: string }): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs j SET ${change}run_at = ${sharedTime('$4')} FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r (kind, subject, claim)
       WHERE j.kind = r.kind AND j.subject = r.subject AND j.claim = r.claim`,
      [jobs.map(({ kind }) => kind), jobs.map(({ subject }) => subject), jobs.map(({ claim }) => claim), this.after(afterMs)],
    );
  }

  /** For `sharedTime`. */
  private after(milliseconds: number): number {
    return this.clock.offsetMs + milliseconds;
  }
}
