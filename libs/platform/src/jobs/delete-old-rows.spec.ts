import { deleteOldRows } from './delete-old-rows.js';
import { JobPostponed } from './job.js';
import { runStoppable } from './stopping.js';

describe('Deleting old rows', () => {
  /** A table with so many old rows, which are deleted ten at a time. */
  function tableOf(rows: number, before: () => void = () => undefined) {
    const table = { table: 'letters', batchRows: 10, left: rows, deleteBatch };
    function deleteBatch(this: void): Promise<number> {
      before();
      const deleted = Math.min(10, table.left);
      table.left -= deleted;
      return Promise.resolve(deleted);
    }
    return table;
  }

  it('every rule deletes until a batch is not full', async () => {
    const tables = [tableOf(25), tableOf(0), tableOf(20)];
    await deleteOldRows(tables);
    expect(tables.map(({ left }) => left)).toEqual([0, 0, 0]);
  });

  it('a table with very much of it is continued by the next run', async () => {
    const table = tableOf(5_010);
    await deleteOldRows([table]);
    expect(table.left).toBe(10);
  });

  it('a rule that fails stops no other, and fails the run', async () => {
    const [broken, other] = [{ ...tableOf(10), deleteBatch: () => Promise.reject(new Error('broken')) }, tableOf(10)];
    await expect(deleteOldRows([broken, other])).rejects.toThrow('broken');
    expect(other.left).toBe(0);
  });

  it('a process that ends deletes no further batch, and the rest is due at once', async () => {
    const stop = new AbortController();
    const tables = [tableOf(30, () => stop.abort()), tableOf(10)];
    await expect(runStoppable(stop.signal, () => deleteOldRows(tables))).rejects.toThrow(JobPostponed);
    expect(tables.map(({ left }) => left)).toEqual([20, 10]);
  });
});
