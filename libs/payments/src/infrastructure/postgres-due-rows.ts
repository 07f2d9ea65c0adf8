import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';
import { type DueKind, type DueRow, DueRows, type DueWork, type KeyInUse } from '../domain/due-rows.js';
import { PaymentsSettings } from '../payments.settings.js';
import { backOff } from './back-off.js';

/** Most requests to Stripe that one short piece of work makes, and what it may take besides. */
const REQUESTS = 4;
const BESIDES = 10_000;
const SWEEP_LEASE = 600_000;
/** After so many failures in a row a person is told, and again after as many. */
const STUCK_AFTER = 10;
const MAX_INT = 2_147_483_647;

@Injectable()
export class PostgresDueRows extends DueRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: PaymentsSettings,
    private readonly platform: Settings,
    private readonly alerts: Alerts,
  ) {
    super();
  }

  async want(work: readonly DueWork[]): Promise<void> {
    if (work.length === 0) return;
    // In one order everywhere: two transactions wanting the same rows must not wait for each other in a circle.
    const rows = [...work].sort((a, b) => (`${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1));
    const now = this.clock.now();
    // A row that waits, is worked on or is in its back-off keeps its time; `done` sees that it was wanted again.
    await this.database.query(
      `INSERT INTO payments.due_rows AS d (kind, subject, next_at)
       SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
       ON CONFLICT (kind, subject) DO UPDATE SET next_at = coalesce(d.next_at, excluded.next_at), wanted = d.wanted + 1`,
      [rows.map(({ kind }) => kind), rows.map(({ subject }) => subject), rows.map(({ kind }) => new Date(now.getTime() + this.head(kind)))],
    );
    for (const row of rows.filter(({ nextKey }) => nextKey)) await this.takeNextKey(row);
  }

  async take(kinds: readonly DueKind[], limit: number): Promise<DueRow[]> {
    const now = this.clock.now();
    return this.database.query<DueRow>(
      `UPDATE payments.due_rows d SET next_at = $3
       FROM (SELECT kind, subject FROM payments.due_rows WHERE kind = ANY ($4) AND next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED) ready
       WHERE d.kind = ready.kind AND d.subject = ready.subject
       RETURNING d.kind, d.subject, d.tries, d.wanted`,
      [now, limit, new Date(now.getTime() + this.lease(kinds)), kinds],
    );
  }

  async done({ kind, subject, wanted }: DueWork & { wanted?: number }): Promise<void> {
    const now = this.clock.now();
    const again = this.every(kind);
    await this.database.query(
      `UPDATE payments.due_rows SET next_at = CASE WHEN wanted > $3 THEN $4::timestamptz ELSE $5::timestamptz END, tries = 0, last_error = NULL
       WHERE kind = $1 AND subject = $2`,
      [kind, subject, wanted ?? MAX_INT, now, again === null ? null : new Date(now.getTime() + again)],
    );
  }

  async failed({ kind, subject, tries }: DueRow, reason: string): Promise<void> {
    const pause = backOff(tries + 1, this.platform.jobs);
    await this.database.query(`UPDATE payments.due_rows SET next_at = $3, tries = $4, last_error = $5 WHERE kind = $1 AND subject = $2`, [
      kind,
      subject,
      new Date(this.clock.now().getTime() + pause),
      tries + 1,
      reason,
    ]);
    if ((tries + 1) % STUCK_AFTER === 0) {
      this.alerts.raise('due-row-stuck', 'Something due at Stripe does not get done', { kind, subject, tries: tries + 1, reason });
    }
  }

  async putBack(rows: readonly DueRow[]): Promise<void> {
    await this.database.query(
      `UPDATE payments.due_rows d SET next_at = $3 FROM unnest($1::text[], $2::text[]) AS r (kind, subject)
       WHERE d.kind = r.kind AND d.subject = r.subject`,
      [rows.map(({ kind }) => kind), rows.map(({ subject }) => subject), this.clock.now()],
    );
  }

  async key({ kind, subject }: DueWork): Promise<KeyInUse> {
    const now = this.clock.now();
    const [row] = await this.database.query<{ attempt: number; keySince: Date }>(
      `INSERT INTO payments.due_rows AS d (kind, subject, next_at, key_since) VALUES ($1, $2, NULL, $3)
       ON CONFLICT (kind, subject) DO UPDATE SET key_since = coalesce(d.key_since, excluded.key_since)
       RETURNING attempt, key_since`,
      [kind, subject, now],
    );
    if (row === undefined) throw new Error(`No row for ${kind} ${subject}`);
    return { attempt: row.attempt, age: now.getTime() - row.keySince.getTime() };
  }

  async nextKey({ kind, subject }: DueWork, attempt: number): Promise<void> {
    await this.database.query(
      `UPDATE payments.due_rows SET attempt = attempt + 1, key_since = NULL WHERE kind = $1 AND subject = $2 AND attempt = $3`,
      [kind, subject, attempt],
    );
  }

  /** Longer than any one piece of work should take; whoever overruns it is only doubled, and every piece may be done twice. */
  private lease(kinds: readonly DueKind[]): number {
    return kinds.some((kind) => this.every(kind) !== null) ? SWEEP_LEASE : REQUESTS * this.settings.stripe.timeoutMs + BESIDES;
  }

  private every(kind: DueKind): number | null {
    if (kind === 'fetch-undelivered-events') return this.settings.ticks.reconcileEventsMs;
    return kind === 'sweep-recent-days' ? this.settings.ticks.reconcileDaysMs : null;
  }

  private async takeNextKey({ kind, subject }: DueWork): Promise<void> {
    await this.database.query(`UPDATE payments.due_rows SET attempt = attempt + 1, key_since = NULL WHERE kind = $1 AND subject = $2`, [
      kind,
      subject,
    ]);
  }

  /** The request that begins a payment opens it itself; the schedule only steps in where that request died. */
  private head(kind: DueKind): number {
    return kind === 'open-payment' ? this.settings.reconcileAfterMs : 0;
  }
}
