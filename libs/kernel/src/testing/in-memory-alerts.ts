import { Alerts } from '../alerts.js';

/** Alerts for specs. Keeps the codes that were raised. */
export class InMemoryAlerts extends Alerts {
  readonly codes: string[] = [];

  raise(code: string): void {
    this.codes.push(code);
  }
}
