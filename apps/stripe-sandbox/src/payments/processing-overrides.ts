import type { Database } from '../ledger/database.js';

/** Payment intents whose next confirmation stays in the status `processing`, until a control ends it. */
export class ProcessingOverrides {
  constructor(private readonly database: Database) {
    database.renameTable({ from: 'holds', to: 'processing_overrides' });
    database.createSchema('CREATE TABLE IF NOT EXISTS processing_overrides (payment_intent TEXT PRIMARY KEY) WITHOUT ROWID');
  }

  set(paymentIntent: string): void {
    this.database.run('INSERT OR IGNORE INTO processing_overrides (payment_intent) VALUES (?)', paymentIntent);
  }

  /** Returns whether the intent had an override, and removes it. */
  consume(paymentIntent: string): boolean {
    return this.database.run('DELETE FROM processing_overrides WHERE payment_intent = ?', paymentIntent) > 0;
  }
}
