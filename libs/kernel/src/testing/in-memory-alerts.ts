import { type AlertCode, Alerts } from '../alerts.js';

/** Alerts for specs. Keeps the codes that were raised. */
export class InMemoryAlerts extends Alerts {
  readonly codes: AlertCode[] = [];

  raise(code: AlertCode): void {
    this.codes.push(code);
  }
}
