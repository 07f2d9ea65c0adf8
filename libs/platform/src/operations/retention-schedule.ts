/** The schedule of retention rules. */
import { Schedule } from '../schedule/schedule.js';
import type { RetentionRules } from './retention.js';

/** Deletes a batch of old rows from each table at each tick. Any number of workers share the work. */
export abstract class RetentionSchedule extends Schedule {
  protected abstract readonly retention: RetentionRules;

  protected async work(): Promise<boolean> {
    let isMore = false;
    for (const { batchRows, deleteBatch } of this.retention.rules) isMore = (await deleteBatch()) >= batchRows || isMore;
    return isMore;
  }
}
