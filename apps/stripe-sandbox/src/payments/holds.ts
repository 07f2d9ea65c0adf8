import type { Database } from '../ledger/database.js';

/** Intents whose next confirmation stays in `processing` until it is settled by hand. */
export class Holds {
  constructor(private readonly database: Database) {
    database.define('CREATE TABLE IF NOT EXISTS holds (payment_intent TEXT PRIMARY KEY) WITHOUT ROWID');
  }

  place(paymentIntent: string): void {
    this.database.run('INSERT OR IGNORE INTO holds (payment_intent) VALUES (?)', paymentIntent);
  }

  take(paymentIntent: string): boolean {
    return this.database.run('DELETE FROM holds WHERE payment_intent = ?', paymentIntent) > 0;
  }
}
