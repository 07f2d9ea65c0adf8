/** The loop of every job that deletes what is old, a batch at a time. */
import { Failures } from './failures.js';
import { JobPostponed } from './job.js';
import { isStopping } from './stopping.js';

/** Where more is old than so many batches, the next run continues, so that no lease ends. */
const MAX_BATCHES = 500;

/** `docs/retention.md` lists them all. */
export interface RetentionRule {
  /** Of which table, or what of it. */
  readonly table: string;
  /** A batch of fewer rows was the last one. */
  readonly batchRows: number;
  /** Returns how many rows it deleted. Any number of processes may call it at once. */
  deleteBatch(this: void): Promise<number>;
}

/** A rule that fails stops no other. Throws the first failure at the end. Where the process ends, the rest is postponed to the next worker. */
export async function deleteOldRows(rules: readonly RetentionRule[]): Promise<void> {
  const failures = new Failures();
  for (const { batchRows, deleteBatch } of rules)
    await failures.attempt(async () => {
      for (let batch = 0; batch < MAX_BATCHES && !isStopping(); batch++) if ((await deleteBatch()) < batchRows) break;
    });
  failures.throwFirst();
  if (isStopping()) throw new JobPostponed(0, 'The process ends');
}
