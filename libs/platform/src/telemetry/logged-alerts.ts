/** Alerts in the log, after the commit. */
import { Injectable } from '@nestjs/common';
import { type AlertCode, Alerts } from '@app/kernel/alerts.js';
import { Database } from '../persistence/database.js';
import { alert } from './alert.js';

@Injectable()
export class LoggedAlerts extends Alerts {
  constructor(private readonly database: Database) {
    super();
  }

  raise(code: AlertCode, message: string, details: Readonly<Record<string, unknown>>): void {
    if (this.database.inTransaction) this.database.afterCommit(() => alert(code, message, details));
    else alert(code, message, details);
  }
}
