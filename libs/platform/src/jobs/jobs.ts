/** The port of jobs: work that is due outside a transaction, kept as one row for each kind and subject. */

export interface JobName {
  /** `<context>.<file-name>` of the class that runs it. */
  readonly kind: string;
  /** What it is about; the meaning depends on the kind, usually an id. */
  readonly subject: string;
}

export interface JobRequest extends JobName {
  /** Due no earlier than after this time. A job that is already due keeps its own time. */
  readonly delayMs?: number;
  /** True: the job leaves its idempotency key, because the remote side would only repeat an old answer under it. */
  readonly nextKey?: boolean;
}

export interface ClaimedJob extends JobName {
  /** Failures in a row. */
  readonly attempts: number;
  /** How often it was requested. A request that arrives while the job runs makes it due again. */
  readonly requests: number;
  /** The number of this claim. After the lease has ended and somebody else has claimed the job, this number changes nothing any more. */
  readonly claim: number;
  /** The span that requested it last; null where nothing was traced. */
  readonly traceparent?: string | null;
}

/** The idempotency key of a remote effect: its number, and the time since its first use. */
export interface IdempotencyKey {
  readonly attempt: number;
  readonly ageMs: number;
}

export interface SpentKeys {
  readonly kinds: readonly string[];
  readonly usedBefore: Date;
  readonly limit: number;
}

export abstract class Jobs {
  /** Joins the active transaction. A repetition is harmless. */
  abstract enqueue(requests: readonly JobRequest[]): Promise<void>;

  /** Claims due jobs, oldest first, for the time of the lease. A worker that dies leaves them to the next one. */
  abstract claim(options: { readonly kinds: readonly string[]; readonly limit: number; readonly leaseMs: number }): Promise<ClaimedJob[]>;

  /** Begins the lease of claimed jobs anew. A job that has ended, or that another worker has claimed since, stays as it is. */
  abstract renew(jobs: readonly ClaimedJob[], leaseMs: number): Promise<void>;

  /** The job is done. With `repeatAfterMs` it is due again after that time. */
  abstract complete(job: ClaimedJob, options?: { readonly repeatAfterMs?: number | undefined }): Promise<void>;

  /** The job is due again after a pause that grows with each failure. It is never given up. */
  abstract fail(job: ClaimedJob, reason: string): Promise<void>;

  /** Gives claimed jobs back as if they had not been claimed. */
  abstract release(jobs: readonly ClaimedJob[]): Promise<void>;

  /** The work of the job was done elsewhere, so the job ends, and so does a claim on it. */
  abstract withdraw(job: JobName): Promise<void>;

  /** Returns the key to use now. The first call for a key starts its age. The key outlives the job. */
  abstract key(job: JobName): Promise<IdempotencyKey>;

  /** Deletes rows of these kinds whose jobs are done and whose keys were first used before then. Returns how many. */
  abstract deleteSpentKeys(batch: SpentKeys): Promise<number>;

  /** Leaves the key with this number for the next one. A repetition is harmless. */
  abstract nextKey(job: JobName, attempt: number): Promise<void>;
}
