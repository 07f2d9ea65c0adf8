/** Jobs as rows of `platform.jobs`. */
import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
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
    await this.database.query(
      `INSERT INTO platform.jobs AS j (kind, subject, run_at, traceparent)
       SELECT kind, subject, run_at, $4 FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS r (kind, subject, run_at)
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
    return this.database.query<ClaimedJob>(
      `WITH next AS MATERIALIZED (
         SELECT d.kind, d.subject FROM unnest($4::text[]) AS k (kind) CROSS JOIN LATERAL (
           SELECT kind, subject, run_at FROM platform.jobs WHERE kind = k.kind AND run_at <= $1 ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ) d ORDER BY d.run_at LIMIT $2)
       UPDATE platform.jobs j SET run_at = $3, claim = nextval('platform.job_claims')
       FROM next WHERE j.kind = next.kind AND j.subject = next.subject
       RETURNING j.kind, j.subject, j.attempts, j.requests, j.claim, j.traceparent`,
      [this.clock.now(), limit, this.after(leaseMs), kinds],
    );
  }

  /** A row is deleted when nothing is left to remember: it was not requested again, is not repeated and never had an idempotency key. */
  async complete(
    { kind, subject, claim, requests }: ClaimedJob,
    { repeatAfterMs }: { repeatAfterMs?: number | undefined } = {},
  ): Promise<void> {
    await this.database.query(
      `WITH deleted AS (
         DELETE FROM platform.jobs WHERE kind = $1 AND subject = $2 AND claim = $3 AND requests <= $4
           AND $6::timestamptz IS NULL AND key_attempt = 1 AND key_since IS NULL RETURNING 1)
       UPDATE platform.jobs SET run_at = CASE WHEN requests > $4 THEN $5::timestamptz ELSE $6::timestamptz END,
         attempts = 0, last_error = NULL, claim = NULL
       WHERE kind = $1 AND subject = $2 AND claim = $3 AND NOT EXISTS (SELECT FROM deleted)`,
      [kind, subject, claim, requests, this.clock.now(), repeatAfterMs === undefined ? null : this.after(repeatAfterMs)],
    );
  }

  async fail({ kind, subject, claim, attempts }: ClaimedJob, reason: string): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs SET run_at = $4, attempts = $5, last_error = $6, claim = NULL WHERE kind = $1 AND subject = $2 AND claim = $3`,
      [kind, subject, claim, this.after(backOffMs(attempts + 1, this.settings.jobs)), attempts + 1, reason],
    );
  }

  async release(jobs: readonly ClaimedJob[]): Promise<void> {
    await this.changeClaimed(jobs, 'run_at = $4, claim = NULL', this.clock.now());
  }

  async renew(jobs: readonly ClaimedJob[], leaseMs: number): Promise<void> {
    await this.changeClaimed(jobs, 'run_at = $4', this.after(leaseMs));
  }

  async withdraw({ kind, subject }: JobName): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs SET run_at = NULL, attempts = 0, last_error = NULL, claim = NULL WHERE kind = $1 AND subject = $2`,
      [kind, subject],
    );
  }

  async key({ kind, subject }: JobName): Promise<IdempotencyKey> {
    const now = this.clock.now();
    const [row] = await this.database.query<{ keyAttempt: number; keySince: Date }>(
      `INSERT INTO platform.jobs AS j (kind, subject, requests, key_since) VALUES ($1, $2, 0, $3)
       ON CONFLICT (kind, subject) DO UPDATE SET key_since = coalesce(j.key_since, excluded.key_since)
       RETURNING key_attempt, key_since`,
      [kind, subject, now],
    );
    if (row === undefined) throw new Error(`There is no row for ${kind} ${subject}`);
    return { attempt: row.keyAttempt, ageMs: now.getTime() - row.keySince.getTime() };
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

  private async changeClaimed(jobs: readonly ClaimedJob[], change: string, runAt: Date): Promise<void> {
    await this.database.query(
      `UPDATE platform.jobs j SET ${change} FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r (kind, subject, claim)
       WHERE j.kind = r.kind AND j.subject = r.subject AND j.claim = r.claim`,
      [jobs.map(({ kind }) => kind), jobs.map(({ subject }) => subject), jobs.map(({ claim }) => claim), runAt],
    );
  }

  private after(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }
}
