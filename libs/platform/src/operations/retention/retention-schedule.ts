/** The schedule of retention rules. */
import { Failures } from '../../jobs/failures.js';
import { Schedule } from '../../schedule/schedule.js';
import type { RetentionRules } from './retention.js';

/** Deletes a batch of old rows from each table at each tick. Any number of workers share the work. */
export abstract class RetentionSchedule extends Schedule {
  protected abstract readonly retention: RetentionRules;

  protected async work(): Promise<boolean> {
    let isMore = false;
    const failures = new Failures();
    for (const { batchRows, deleteBatch } of this.retention.rules)
      await failures.attempt(async () => (isMore = (await deleteBatch()) >= batchRows || isMore));
    // Not before the other tables have nothing more to delete: the run ends with it.
    if (!isMore) failures.throwFirst();
    return isMore;
  }
}
