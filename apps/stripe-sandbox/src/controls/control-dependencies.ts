import type { DisputeService } from '../disputes/dispute-service.js';
import type { Faults } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ChargeService } from '../payments/charge-service.js';
import type { ConfirmationService } from '../payments/confirmation-service.js';
import type { ProcessingOverrides } from '../payments/processing-overrides.js';
import type { RefundService } from '../refunds/refund-service.js';
import type { Deliveries } from '../webhooks/deliveries.js';
import type { WebhookDispatcher } from '../webhooks/webhook-dispatcher.js';

/** What the routes below `/sandbox` read and change. */
export interface ControlDependencies {
  database: Database;
  ledger: Ledger;
  faults: Faults;
  deliveries: Deliveries;
  /** Undefined when the sandbox has no webhook URL. */
  dispatcher: WebhookDispatcher | undefined;
  charges: ChargeService;
  confirmations: ConfirmationService;
  processingOverrides: ProcessingOverrides;
  refunds: RefundService;
  disputes: DisputeService;
}
