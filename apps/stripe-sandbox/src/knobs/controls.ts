import type { Disputing } from '../disputes/disputing.js';
import type { Faults } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Charging } from '../payments/charging.js';
import type { Confirming } from '../payments/confirming.js';
import type { Holds } from '../payments/holds.js';
import type { Refunding } from '../refunds/refunding.js';
import type { Deliveries } from '../webhooks/deliveries.js';
import type { Dispatcher } from '../webhooks/dispatcher.js';

/** What the knobs turn. */
export interface Controls {
  database: Database;
  ledger: Ledger;
  faults: Faults;
  deliveries: Deliveries;
  dispatcher: Dispatcher | undefined;
  charging: Charging;
  confirming: Confirming;
  holds: Holds;
  refunding: Refunding;
  disputing: Disputing;
}
