/** Jobs kept in memory, with a pause of one second after each failure. */
import type { Clock } from '@app/kernel/clock.js';
import { type ClaimedJob, type IdempotencyKey, type JobName, type JobRequest, Jobs, type SpentKeys } from '../jobs/jobs.js';

interface Row extends JobName {
  runAt: number | null;
  attempts: number;
  requests: number;
  claim: number | null;
  keyAttempt: number;
  keySince: number | null;
  lastError: string | null;
}

export class InMemoryJobs extends Jobs {
  /** By `kind subject`. */
  readonly all = new Map<string, Row>();
  #claims = 0;

  constructor(
    private readonly clock: Clock,
    /** Kinds that may be enqueued; any, where they are not given. */
    private readonly kinds?: ReadonlySet<string>,
  ) {
    super();
  }

  enqueue(requests: readonly JobRequest[]): Promise<void> {
    for (const { kind, subject, delayMs = 0, nextKey } of requests) {
      if (this.kinds?.has(kind) === false) return Promise.reject(new Error(`There is no job ${kind}`));
      const row = this.row({ kind, subject });
      row.runAt ??= this.now + delayMs;
      row.requests += 1;
      if (nextKey) Object.assign(row, { keyAttempt: row.keyAttempt + 1, keySince: null });
    }
    return Promise.resolve();
  }

  claim({ kinds, limit, leaseMs }: { kinds: readonly string[]; limit: number; leaseMs: number }): Promise<ClaimedJob[]> {
    const due = [...this.all.values()].filter((row) => kinds.includes(row.kind) && row.runAt !== null && row.runAt <= this.now);
    const claimed = due.sort((a, b) => a.runAt! - b.runAt!).slice(0, limit);
    return Promise.resolve(
      claimed.map((row) => {
        const claim = ++this.#claims;
        Object.assign(row, { runAt: this.now + leaseMs, claim });
        const { kind, subject, attempts, requests } = row;
        return { kind, subject, attempts, requests, claim, traceparent: null };
      }),
    );
  }

  renew(jobs: readonly ClaimedJob[], leaseMs: number): Promise<void> {
    for (const job of jobs) {
      const row = this.claimed(job);
      if (row !== undefined) row.runAt = this.now + leaseMs;
    }
    return Promise.resolve();
  }

  complete(job: ClaimedJob, { repeatAfterMs }: { repeatAfterMs?: number | undefined } = {}): Promise<void> {
    const row = this.claimed(job);
    if (row === undefined) return Promise.resolve();
    const isRequestedAgain = row.requests > job.requests;
    const runAt = isRequestedAgain ? this.now : repeatAfterMs === undefined ? null : this.now + repeatAfterMs;
    Object.assign(row, { runAt, attempts: 0, lastError: null, claim: null });
    if (runAt === null && row.keyAttempt === 1 && row.keySince === null) this.all.delete(nameOf(job));
    return Promise.resolve();
  }

  fail(job: ClaimedJob, reason: string): Promise<void> {
    const row = this.claimed(job);
    if (row !== undefined) Object.assign(row, { runAt: this.now + 1_000, attempts: job.attempts + 1, lastError: reason, claim: null });
    return Promise.resolve();
  }

  release(jobs: readonly ClaimedJob[]): Promise<void> {
    for (const job of jobs) {
      const row = this.claimed(job);
      if (row !== undefined) Object.assign(row, { runAt: this.now, claim: null });
    }
    return Promise.resolve();
  }

  withdraw(job: JobName): Promise<void> {
    const row = this.all.get(nameOf(job));
    if (row !== undefined) Object.assign(row, { runAt: null, attempts: 0, lastError: null, claim: null });
    return Promise.resolve();
  }

  key(job: JobName): Promise<IdempotencyKey> {
    const row = this.row(job);
    row.keySince ??= this.now;
    return Promise.resolve({ attempt: row.keyAttempt, ageMs: this.now - row.keySince });
  }

  deleteSpentKeys({ kinds, usedBefore, limit }: SpentKeys): Promise<number> {
    const isSpent = ({ kind, runAt, keySince }: Row): boolean =>
      kinds.includes(kind) && runAt === null && keySince !== null && keySince < usedBefore.getTime();
    const spent = [...this.all.values()].filter(isSpent).slice(0, limit);
    for (const row of spent) this.all.delete(nameOf(row));
    return Promise.resolve(spent.length);
  }

  nextKey(job: JobName, attempt: number): Promise<void> {
    const row = this.row(job);
    if (row.keyAttempt === attempt) Object.assign(row, { keyAttempt: attempt + 1, keySince: null });
    return Promise.resolve();
  }

  /** Jobs that are not done, as `kind subject`. */
  get waiting(): string[] {
    return [...this.all.values()].filter(({ runAt }) => runAt !== null).map(nameOf);
  }

  private row(job: JobName): Row {
    const { kind, subject } = job;
    const fresh: Row = {
      kind,
      subject,
      runAt: null,
      attempts: 0,
      requests: 0,
      claim: null,
      keyAttempt: 1,
      keySince: null,
      lastError: null,
    };
    const row = this.all.get(nameOf(job)) ?? fresh;
    this.all.set(nameOf(job), row);
    return row;
  }

  private claimed(job: ClaimedJob): Row | undefined {
    const row = this.all.get(nameOf(job));
    return row?.claim === job.claim ? row : undefined;
  }

  private get now(): number {
    return this.clock.now().getTime();
  }
}

function nameOf({ kind, subject }: JobName): string {
  return `${kind} ${subject}`;
}
