import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { alert, type AlertCode } from '@app/platform/telemetry/alert.js';
import { Alerts } from '../domain/alerts.js';

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
