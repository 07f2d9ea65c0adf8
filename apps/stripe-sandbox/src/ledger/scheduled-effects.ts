import type { Database } from './database.js';

interface EffectRow {
  seq: number;
  kind: string;
  subject: string;
}

/** What Stripe does without a request, some time after one. Effects are rows, so that a restart keeps them. */
export class ScheduledEffects {
  readonly #effects = new Map<string, (subject: string) => void>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly database: Database,
    private readonly delayMs: number,
    private readonly log: (line: string) => void,
  ) {
    database.renameTable({ from: 'later', to: 'scheduled_effects' });
    database.createSchema(`
      DROP INDEX IF EXISTS later_by_due;
      CREATE TABLE IF NOT EXISTS scheduled_effects (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS scheduled_effects_by_due ON scheduled_effects (due_at);
    `);
  }

  /** Sets what runs for a kind of row. It runs in the transaction that deletes the row. */
  register(kind: string, effect: (subject: string) => void): void {
    this.#effects.set(kind, effect);
  }

  schedule(kind: string, subject: string): void {
    this.database.run('INSERT INTO scheduled_effects (due_at, kind, subject) VALUES (?, ?, ?)', Date.now() + this.delayMs, kind, subject);
    this.wakeAfter(this.delayMs);
  }

  start(): void {
    this.wakeAfter(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  private wakeAfter(delayMs: number): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.runDue(), delayMs);
  }

  private runDue(): void {
    this.#timer = undefined;
    const due = this.database.all<EffectRow>('SELECT seq, kind, subject FROM scheduled_effects WHERE due_at <= ? ORDER BY seq', Date.now());
    for (const row of due) this.runEffect(row);
    const next = this.database.get<{ due_at: number }>('SELECT due_at FROM scheduled_effects ORDER BY due_at LIMIT 1');
    if (next !== undefined) this.wakeAfter(Math.max(0, next.due_at - Date.now()));
  }

  private runEffect(row: EffectRow): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM scheduled_effects WHERE seq = ?', row.seq);
      try {
        this.database.transaction(() => this.#effects.get(row.kind)?.(row.subject));
      } catch (error) {
        this.log(`scheduled effect ${row.kind} of ${row.subject} failed: ${String(error)}`);
      }
    });
  }
}
