/** Gauges of the outbox, the dead letters and the jobs. */
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Clock } from '@app/kernel/clock.js';
import { definitionOf } from '../../jobs/job.js';
import { Database } from '../../persistence/database.js';
import { sharedTime } from '../../persistence/shared-time.js';
import { ContextMetrics } from '../../telemetry/context-metrics.js';
import { WAITING } from '../dead-letters/dead-letter-selection.js';

/** More rows than this are counted as this many: an index is read no further. */
const MAX_COUNTED_ROWS = 10_000;

interface Row {
  readonly kind: string | null;
  readonly name: 'pending' | 'parked' | 'dead' | 'jobs';
  readonly count: number;
  readonly oldestSeconds: number | null;
  readonly attempts: number | null;
}

@Injectable()
export class MessagingMetrics extends ContextMetrics {
  readonly #pending = this.gauge('cinema_outbox_pending', 'Events that the broker has not confirmed; 10,000 is that many or more');
  readonly #oldest = this.gauge(
    'cinema_outbox_oldest_seconds',
    'Age of the oldest event that the broker has not confirmed; 0: there is none',
  );
  readonly #parked = this.gauge('cinema_outbox_parked', 'Parked events, which wait for a person');
  readonly #dead = this.gauge('cinema_dead_letters_waiting', 'Dead letters, which wait for a person');
  readonly #jobs = this.gauge('cinema_jobs_waiting', 'Jobs that are due now; 10,000 is that many or more', ['kind']);
  readonly #jobAge = this.gauge('cinema_jobs_oldest_seconds', 'How long the oldest job that is due waits', ['kind']);
  readonly #jobAttempts = this.gauge('cinema_jobs_attempts', 'Failures in a row of the job that failed most often', ['kind']);
  #kinds: string[] | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {
    super();
  }

  /** The time of an event is domain time of the process that wrote it, that of a job the time that all share. */
  async measure(): Promise<void> {
    const rows = await this.database.query<Row>(
      `SELECT 'pending' AS name, NULL AS kind, count(*)::int, extract(epoch FROM $1::timestamptz - min(time))::float AS oldest_seconds, NULL::int AS attempts
       FROM (SELECT time FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL ORDER BY position LIMIT $2) AS pending
       UNION ALL
       SELECT 'parked', NULL, count(*)::int, NULL, NULL FROM (SELECT FROM messaging.outbox WHERE parked_at IS NOT NULL LIMIT $2) AS parked
       UNION ALL
       SELECT 'dead', NULL, count(*)::int, NULL, NULL FROM (SELECT FROM messaging.dead_letters WHERE ${WAITING} LIMIT $2) AS dead
       UNION ALL
       SELECT 'jobs', k.kind, count(*) FILTER (WHERE run_at <= ${sharedTime('$4')})::int, extract(epoch FROM ${sharedTime('$4')} - min(run_at))::float, max(attempts)
       FROM unnest($3::text[]) AS k (kind) LEFT JOIN LATERAL (
         SELECT run_at, attempts FROM platform.jobs WHERE kind = k.kind AND run_at IS NOT NULL ORDER BY run_at LIMIT $2) AS j ON true
       GROUP BY k.kind`,
      [this.clock.now(), MAX_COUNTED_ROWS, this.kinds(), this.clock.offsetMs],
    );
    for (const row of rows) this.set(row);
  }

  private set({ name, kind, count, oldestSeconds, attempts }: Row): void {
    const age = Math.max(0, oldestSeconds ?? 0);
    if (name === 'pending') {
      this.#pending.set(count);
      this.#oldest.set(age);
    } else if (name === 'parked') this.#parked.set(count);
    else if (name === 'dead') this.#dead.set(count);
    else if (kind !== null) {
      this.#jobs.set({ kind }, count);
      this.#jobAge.set({ kind }, age);
      this.#jobAttempts.set({ kind }, attempts ?? 0);
    }
  }

  /** Of this build, so that a row with another kind makes no label. */
  private kinds(): string[] {
    this.#kinds ??= this.discovery.getProviders().flatMap(({ metatype }) => definitionOf(metatype)?.kind ?? []);
    return this.#kinds;
  }
}
