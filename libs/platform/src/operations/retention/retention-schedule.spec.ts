import type { ClsService } from 'nestjs-cls';
import type { RetentionRules } from './retention.js';
import { RetentionSchedule } from './retention-schedule.js';

class TestSchedule extends RetentionSchedule {
  constructor(protected readonly retention: RetentionRules) {
    super({} as ClsService, 100);
  }

  override work(): Promise<boolean> {
    return super.work();
  }
}

describe('A schedule of retention', () => {
  it('a table that cannot be cleaned stops no other, and fails the run at its end', async () => {
    const left = { rows: 3 };
    const rules = [
      { deletedRows: 'broken', batchRows: 2, deleteBatch: () => Promise.reject(new Error('statement timeout')) },
      {
        deletedRows: 'others',
        batchRows: 2,
        deleteBatch: () => {
          const deleted = Math.min(left.rows, 2);
          left.rows -= deleted;
          return Promise.resolve(deleted);
        },
      },
    ];
    const schedule = new TestSchedule({ rules });
    expect(await schedule.work()).toBe(true);
    await expect(schedule.work()).rejects.toThrow('statement timeout');
    expect(left.rows).toBe(0);
  });
});
