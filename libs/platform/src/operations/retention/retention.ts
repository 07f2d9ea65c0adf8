/** What is deleted when it is old, as the worker's schedules do it, now and with a report: for the operator's `retention`. */
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Transactions } from '../../persistence/transactions.js';

export interface RetentionRule {
  /** Which rows of which table: `auth.api_keys, expired`. */
  readonly deletedRows: string;
  /** A batch of fewer rows was the last one. */
  readonly batchRows: number;
  /** Returns how many rows it deleted. Any number of processes may call it at once. */
  deleteBatch(this: void): Promise<number>;
}

/** The rules of one context, for its schedule and for the operator. `docs/retention.md` lists them all. */
export interface RetentionRules {
  readonly rules: readonly RetentionRule[];
}

export interface RetentionCount {
  readonly table: string;
  readonly rows: number;
  /** A dry run stops after some batches: there are at least so many rows. */
  readonly isMore: boolean;
}

/** A dry run deletes in a transaction that is rolled back; it must not keep many rows locked. */
const DRY_RUN_BATCHES = 10;

@Injectable()
export class Retention {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Deletes what is due of one rule, with an audit entry where that was something. `onProgress` gets the rows so far. */
  async run(
    { deletedRows, batchRows, deleteBatch }: RetentionRule,
    onProgress: (rows: number) => void = () => undefined,
  ): Promise<RetentionCount> {
    let rows = 0;
    try {
      for (let deleted = batchRows; deleted >= batchRows; onProgress(rows)) {
        deleted = await deleteBatch();
        rows += deleted;
      }
    } finally {
      const entry = { actor: null, action: 'platform.delete-old-rows', subject: deletedRows, details: { rows } };
      if (rows > 0) await this.transactions.run(() => this.audit.record(entry));
    }
    return { table: deletedRows, rows, isMore: false };
  }

  /** Counts what `run` would delete, and deletes nothing. */
  async rehearse({ deletedRows, batchRows, deleteBatch }: RetentionRule): Promise<RetentionCount> {
    let rows = 0;
    let isMore = true;
    await this.transactions.rehearse(async () => {
      for (let batch = 0; isMore && batch < DRY_RUN_BATCHES; batch++) {
        const deleted = await deleteBatch();
        rows += deleted;
        isMore = deleted >= batchRows;
      }
    });
    return { table: deletedRows, rows, isMore };
  }
}
