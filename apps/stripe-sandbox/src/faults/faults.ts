import type { Database } from '../ledger/database.js';
import { noFaults, type ApiFault, type FaultSettings, type WebhookFault } from './fault-settings.js';

/** What a webhook carries that it should not. */
export interface Alteration {
  amount?: number;
  currency?: string;
  livemode?: boolean;
  apiVersion?: string;
  secret?: string;
}

/** How one event is to be delivered. */
export interface DeliveryPlan {
  copies: number;
  delayMs: () => number;
  alteration: Alteration | null;
}

/** The faults asked for, kept with the ledger so that a restart does not heal them. */
export class Faults {
  #settings: FaultSettings;

  constructor(private readonly database: Database) {
    database.define('CREATE TABLE IF NOT EXISTS faults (one INTEGER PRIMARY KEY CHECK (one = 1), settings TEXT NOT NULL)');
    const row = database.get<{ settings: string }>('SELECT settings FROM faults');
    this.#settings = row === undefined ? noFaults : (JSON.parse(row.settings) as FaultSettings);
  }

  get settings(): FaultSettings {
    return this.#settings;
  }

  replace(settings: FaultSettings): void {
    this.#settings = settings;
    this.database.run('INSERT OR REPLACE INTO faults (one, settings) VALUES (1, ?)', JSON.stringify(settings));
  }

  /** After the tables were emptied. */
  forget(): void {
    this.#settings = noFaults;
  }

  /** The fault a request meets, if any; counts it. */
  meet(method: string, path: string): ApiFault | undefined {
    const fault = this.#settings.api.find((candidate) => {
      const here = (candidate.method ?? method) === method && (candidate.path === undefined || matches(candidate.path, path));
      return here && Math.random() < (candidate.probability ?? 1);
    });
    if (fault?.next !== undefined) this.replace({ ...this.#settings, api: counted(this.#settings.api, [fault]) });
    return fault;
  }

  /** How an event of this type goes out; counts the faults it meets. */
  plan(type: string): DeliveryPlan {
    const met = this.#settings.webhooks.filter(
      (fault) => fault.events === undefined || fault.events.some((pattern) => isOfType(pattern, type)),
    );
    if (met.some((fault) => fault.next !== undefined)) {
      this.replace({ ...this.#settings, webhooks: counted(this.#settings.webhooks, met) });
    }
    const copies = met.some((fault) => fault.drop) ? 0 : met.reduce((sum, fault) => sum + (fault.duplicate ?? 0), 1);
    const delayMs = () => met.reduce((sum, fault) => sum + (fault.delayMs ?? 0) + Math.random() * (fault.shuffleMs ?? 0), 0);
    return { copies, delayMs, alteration: altered(met) };
  }
}

function altered(met: WebhookFault[]): Alteration | null {
  const alteration: Alteration = {};
  for (const fault of met) {
    if (fault.wrongAmount !== undefined) alteration.amount = fault.wrongAmount;
    if (fault.wrongCurrency !== undefined) alteration.currency = fault.wrongCurrency;
    if (fault.livemode !== undefined) alteration.livemode = fault.livemode;
    if (fault.apiVersion !== undefined) alteration.apiVersion = fault.apiVersion;
    if (fault.secret !== undefined) alteration.secret = fault.secret;
  }
  return Object.keys(alteration).length === 0 ? null : alteration;
}

/** One use less for each that was met; gone when it was the last. */
function counted<Fault extends { next?: number }>(faults: Fault[], met: Fault[]): Fault[] {
  return faults
    .map((fault) => (fault.next === undefined || !met.includes(fault) ? fault : { ...fault, next: fault.next - 1 }))
    .filter((fault) => fault.next !== 0);
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return expected.length === actual.length && expected.every((segment, index) => segment === '*' || segment === actual[index]);
}

function isOfType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
