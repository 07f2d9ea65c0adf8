import type { Database } from './database.js';

interface DueRow {
  seq: number;
  kind: string;
  subject: string;
}

/** What Stripe does by itself some time after a request: rows, so that a restart forgets none. */
export class Later {
  readonly #deeds = new Map<string, (subject: string) => void>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly database: Database,
    private readonly delayMs: number,
    private readonly log: (line: string) => void,
  ) {
    database.define(`
      CREATE TABLE IF NOT EXISTS later (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS later_by_due ON later (due_at);
    `);
  }

  /** Names what a kind of row does. The deed shares the row's transaction. */
  does(kind: string, deed: (subject: string) => void): void {
    this.#deeds.set(kind, deed);
  }

  schedule(kind: string, subject: string): void {
    this.database.run('INSERT INTO later (due_at, kind, subject) VALUES (?, ?, ?)', Date.now() + this.delayMs, kind, subject);
    this.#wakeIn(this.delayMs);
  }

  start(): void {
    this.#wakeIn(0);
  }

  stop(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #wakeIn(ms: number): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#work(), ms);
  }

  #work(): void {
    this.#timer = undefined;
    for (const row of this.database.all<DueRow>('SELECT seq, kind, subject FROM later WHERE due_at <= ? ORDER BY seq', Date.now())) {
      this.#do(row);
    }
    const next = this.database.get<{ due_at: number }>('SELECT due_at FROM later ORDER BY due_at LIMIT 1');
    if (next !== undefined) this.#wakeIn(Math.max(0, next.due_at - Date.now()));
  }

  #do(row: DueRow): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM later WHERE seq = ?', row.seq);
      try {
        this.database.transaction(() => this.#deeds.get(row.kind)?.(row.subject));
      } catch (error) {
        this.log(`${row.kind} ${row.subject}: ${String(error)}`);
      }
    });
  }
}
