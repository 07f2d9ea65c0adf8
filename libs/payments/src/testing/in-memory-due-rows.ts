import type { Clock } from '@app/kernel/clock.js';
import { type DueKind, type DueRow, DueRows, type DueWork, type KeyInUse } from '../domain/due-rows.js';

interface Row extends DueRow {
  nextAt: number | null;
  tries: number;
  wanted: number;
  attempt: number;
  keySince: number | null;
  lastError: string | null;
}

/** Without head starts and with a pause of one second. */
export class InMemoryDueRows extends DueRows {
  readonly all = new Map<string, Row>();

  constructor(private readonly clock: Clock) {
    super();
  }

  want(work: readonly DueWork[]): Promise<void> {
    for (const { kind, subject, nextKey } of work) {
      const row = this.row({ kind, subject });
      row.nextAt ??= this.now;
      row.wanted += 1;
      if (nextKey) Object.assign(row, { attempt: row.attempt + 1, keySince: null });
    }
    return Promise.resolve();
  }

  take(kinds: readonly DueKind[], limit: number): Promise<DueRow[]> {
    const ready = [...this.all.values()].filter((row) => kinds.includes(row.kind) && row.nextAt !== null && row.nextAt <= this.now);
    const taken = ready.sort((a, b) => a.nextAt! - b.nextAt!).slice(0, limit);
    for (const row of taken) row.nextAt = this.now + 60_000;
    return Promise.resolve(taken.map(({ kind, subject, tries, wanted }) => ({ kind, subject, tries, wanted })));
  }

  done({ wanted = Number.POSITIVE_INFINITY, ...work }: DueWork & { wanted?: number }): Promise<void> {
    const row = this.row(work);
    Object.assign(row, { nextAt: row.wanted > wanted ? this.now : null, tries: 0, lastError: null });
    return Promise.resolve();
  }

  failed(work: DueRow, reason: string): Promise<void> {
    Object.assign(this.row(work), { nextAt: this.now + 1_000, tries: work.tries + 1, lastError: reason });
    return Promise.resolve();
  }

  putBack(rows: readonly DueRow[]): Promise<void> {
    for (const row of rows) this.row(row).nextAt = this.now;
    return Promise.resolve();
  }

  key(work: DueWork): Promise<KeyInUse> {
    const row = this.row(work);
    row.keySince ??= this.now;
    return Promise.resolve({ attempt: row.attempt, age: this.now - row.keySince });
  }

  nextKey(work: DueWork, attempt: number): Promise<void> {
    const row = this.row(work);
    if (row.attempt === attempt) Object.assign(row, { attempt: attempt + 1, keySince: null });
    return Promise.resolve();
  }

  /** What waits, as `kind subject`. */
  get waiting(): string[] {
    return [...this.all.values()].filter(({ nextAt }) => nextAt !== null).map(({ kind, subject }) => `${kind} ${subject}`);
  }

  private row({ kind, subject }: DueWork): Row {
    const key = `${kind} ${subject}`;
    const fresh: Row = { kind, subject, nextAt: null, tries: 0, wanted: 0, attempt: 1, keySince: null, lastError: null };
    const row = this.all.get(key) ?? fresh;
    this.all.set(key, row);
    return row;
  }

  private get now(): number {
    return this.clock.now().getTime();
  }
}
