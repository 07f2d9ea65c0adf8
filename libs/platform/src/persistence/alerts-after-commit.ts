/** Alerts are log lines, written once the active transaction has committed. */
import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { alert } from '../telemetry/alert.js';
import { Transactions } from './transactions.js';

@Injectable()
export class AlertsAfterCommit extends Alerts {
  constructor(private readonly transactions: Transactions) {
    super();
  }

  raise(code: string, message: string, details: Readonly<Record<string, unknown>>): void {
    this.transactions.afterCommit(() => alert(code, message, details));
  }
}
