import type { Database } from '../ledger/database.js';
import { NO_FAULTS, type ApiFault, type FaultSettings, type WebhookFault } from './fault-settings.js';

/** The wrong values in a delivery. */
export interface Alteration {
  amount?: number;
  currency?: string;
  livemode?: boolean;
  apiVersion?: string;
  secret?: string;
  omits?: string[];
}

/** How one event is delivered. */
export interface DeliveryPlan {
  copies: number;
  /** Called once for each copy. */
  delayMs: () => number;
  alteration: Alteration | null;
}

/** The faults that are set. They are stored with the ledger, so that a restart keeps them. */
export class Faults {
  #settings: FaultSettings;

  constructor(private readonly database: Database) {
    database.createSchema('CREATE TABLE IF NOT EXISTS faults (one INTEGER PRIMARY KEY CHECK (one = 1), settings TEXT NOT NULL)');
    const row = database.get<{ settings: string }>('SELECT settings FROM faults');
    this.#settings = row === undefined ? NO_FAULTS : (JSON.parse(row.settings) as FaultSettings);
  }

  get settings(): FaultSettings {
    return this.#settings;
  }

  replace(settings: FaultSettings): void {
    this.#settings = settings;
    this.database.run('INSERT OR REPLACE INTO faults (one, settings) VALUES (1, ?)', JSON.stringify(settings));
  }

  /** Forgets the settings in memory. Call it after the rows of all tables were deleted. */
  clear(): void {
    this.#settings = NO_FAULTS;
  }

  /** Returns the fault for a request, and reduces its `next`. */
  applyToRequest(method: string, path: string): ApiFault | undefined {
    const fault = this.#settings.api.find((candidate) => {
      const matches = (candidate.method ?? method) === method && (candidate.path === undefined || pathMatches(candidate.path, path));
      return matches && Math.random() < (candidate.probability ?? 1);
    });
    if (fault?.next !== undefined) this.replace({ ...this.#settings, api: withOneUseLess(this.#settings.api, [fault]) });
    return fault;
  }

  /** Returns how an event of this type is delivered, and reduces the `next` of the faults that apply. */
  planDelivery(type: string): DeliveryPlan {
    const applied = this.#settings.webhooks.filter(
      (fault) => fault.events === undefined || fault.events.some((pattern) => typeMatches(pattern, type)),
    );
    if (applied.some((fault) => fault.next !== undefined)) {
      this.replace({ ...this.#settings, webhooks: withOneUseLess(this.#settings.webhooks, applied) });
    }
    const copies = applied.some((fault) => fault.drop) ? 0 : applied.reduce((sum, fault) => sum + (fault.duplicate ?? 0), 1);
    const delayMs = () => applied.reduce((sum, fault) => sum + (fault.delayMs ?? 0) + Math.random() * (fault.shuffleMs ?? 0), 0);
    return { copies, delayMs, alteration: toAlteration(applied, this.#settings.omits) };
  }
}

function toAlteration(faults: WebhookFault[], omits: string[] | undefined): Alteration | null {
  const alteration: Alteration = omits === undefined ? {} : { omits };
  for (const fault of faults) {
    if (fault.wrongAmount !== undefined) alteration.amount = fault.wrongAmount;
    if (fault.wrongCurrency !== undefined) alteration.currency = fault.wrongCurrency;
    if (fault.livemode !== undefined) alteration.livemode = fault.livemode;
    if (fault.apiVersion !== undefined) alteration.apiVersion = fault.apiVersion;
    if (fault.secret !== undefined) alteration.secret = fault.secret;
  }
  return Object.keys(alteration).length === 0 ? null : alteration;
}

/** Reduces the `next` of each applied fault, and removes faults whose `next` is 0. */
function withOneUseLess<Fault extends { next?: number }>(faults: Fault[], applied: Fault[]): Fault[] {
  return faults
    .map((fault) => (fault.next === undefined || !applied.includes(fault) ? fault : { ...fault, next: fault.next - 1 }))
    .filter((fault) => fault.next !== 0);
}

function pathMatches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return expected.length === actual.length && expected.every((segment, index) => segment === '*' || segment === actual[index]);
}

function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
