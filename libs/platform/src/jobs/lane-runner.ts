/** Runs the due jobs of one lane, side by side. */
import { Logger } from '@nestjs/common';
import type { Alerts } from '@app/kernel/alerts.js';
import { JOB_STUCK } from '../telemetry/alert.js';
import { counter, durationHistogram, secondsSince } from '../telemetry/metrics.js';
import { SPAN_KIND, inSpan } from '../telemetry/tracing.js';
import { type JobHandler, type JobLane, JobPostponed, NO_SUBJECT } from './job.js';
import type { ClaimedJob, Jobs } from './jobs.js';
import { runStoppable } from './job-stop.js';

/** The alert is raised at this many failures in a row, and again at each multiple. */
const STUCK_AFTER_ATTEMPTS = 10;

const RUNS = counter('cinema_jobs_total', 'Runs of jobs, by how they ended', ['kind', 'outcome']);
const DURATIONS = durationHistogram('cinema_job_duration_seconds', 'From the start of a job to its end', ['kind']);

export type JobOutcome = 'done' | 'failed' | 'postponed' | 'rate-limited';

export class LaneRunner {
  readonly #logger = new Logger('Jobs');
  readonly #running = new Set<ClaimedJob>();
  readonly #stop = new AbortController();
  #renewal: NodeJS.Timeout | undefined;

  constructor(
    private readonly lane: JobLane,
    /** By kind. */
    private readonly handlers: ReadonlyMap<string, JobHandler>,
    private readonly jobs: Jobs,
    private readonly alerts: Alerts,
  ) {}

  /** Makes sure that the repeated jobs of the lane exist. */
  async enqueueRepeated(): Promise<void> {
    const repeated = [...this.handlers].filter(([, { everyMs }]) => everyMs !== undefined);
    await this.jobs.enqueue(repeated.map(([kind]) => ({ kind, subject: NO_SUBJECT })));
  }

  /**
   * Begins due jobs, as many as the lane may run beside those that run already. Each promise is the end of one of them, and rejects with what the table
   * of jobs threw.
   */
  async begin(): Promise<Promise<JobOutcome>[]> {
    const { concurrency, leaseMs } = this.lane;
    const limit = concurrency - this.#running.size;
    if (limit <= 0) return [];
    const claimed = await this.jobs.claim({ kinds: [...this.handlers.keys()], limit, leaseMs });
    for (const job of claimed) this.#running.add(job);
    if (claimed.length > 0) this.#renewal ??= setInterval(() => void this.renew(), leaseMs / 3);
    return claimed.map((job) => this.runJob(job).finally(() => this.forget(job)));
  }

  /** Jobs of many pages end behind the page that they are at. */
  stop(): void {
    this.#stop.abort();
  }

  private forget(job: ClaimedJob): void {
    this.#running.delete(job);
    if (this.#running.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  /** Where it fails, the lease may end: then another worker runs the job too, which is harmless. */
  private async renew(): Promise<void> {
    try {
      await this.jobs.renew([...this.#running], this.lane.leaseMs);
    } catch (error) {
      this.#logger.warn({ lane: this.lane.name, err: error }, 'The lease of running jobs could not be renewed');
    }
  }

  private async runJob(job: ClaimedJob): Promise<JobOutcome> {
    const startedAt = performance.now();
    const outcome = await this.outcomeOf(job);
    if (outcome === 'rate-limited') await this.jobs.release([job]);
    RUNS.inc({ kind: job.kind, outcome });
    DURATIONS.observe({ kind: job.kind }, secondsSince(startedAt));
    return outcome;
  }

  private async outcomeOf(job: ClaimedJob): Promise<JobOutcome> {
    const handler = this.handlers.get(job.kind);
    try {
      if (handler === undefined) throw new Error(`There is no job ${job.kind}`);
      // A repeated job belongs to no request: each run is a trace of its own.
      const parent = job.traceparent ?? null;
      const attributes = { 'job.kind': job.kind, 'job.subject': job.subject, 'job.attempts': job.attempts };
      await inSpan({ name: `job ${job.kind}`, kind: SPAN_KIND.internal, parent, attributes }, () =>
        runStoppable(this.#stop.signal, () => handler.run(job.subject)),
      );
    } catch (error) {
      if (this.lane.isRateLimit?.(error)) return 'rate-limited';
      if (error instanceof JobPostponed) {
        await this.jobs.complete(job, { repeatAfterMs: error.byMs });
        return 'postponed';
      }
      await this.fail(job, error);
      return 'failed';
    }
    await this.jobs.complete(job, { repeatAfterMs: handler.everyMs });
    return 'done';
  }

  private async fail(job: ClaimedJob, error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const details = { kind: job.kind, subject: job.subject, attempts: job.attempts + 1, reason };
    this.#logger.warn(details, 'A job failed and is tried again');
    await this.jobs.fail(job, reason);
    if (details.attempts % STUCK_AFTER_ATTEMPTS === 0) this.alerts.raise(JOB_STUCK, 'A job fails again and again', details);
  }
}
