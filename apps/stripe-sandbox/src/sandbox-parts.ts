/** The parts of the sandbox, connected with each other. They serve nothing yet, and no effect is due before `effects.start()`. */
import { DisputeService } from './disputes/dispute-service.js';
import { Faults } from './faults/faults.js';
import { IdempotencyKeys } from './http/idempotency-keys.js';
import { Database } from './ledger/database.js';
import { Ledger, STRIPE_INITIATED } from './ledger/ledger.js';
import { ScheduledEffects } from './ledger/scheduled-effects.js';
import { ChargeService } from './payments/charge-service.js';
import { ConfirmationService } from './payments/confirmation-service.js';
import { ProcessingOverrides } from './payments/processing-overrides.js';
import { RefundService } from './refunds/refund-service.js';
import type { SandboxOptions } from './sandbox-options.js';
import { Deliveries } from './webhooks/deliveries.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';

const SECOND_MS = 1000;

export type SandboxParts = ReturnType<typeof buildParts>;

/** Throws when the ledger cannot be opened. */
export function buildParts(options: SandboxOptions) {
  const log = options.log ?? (() => undefined);
  const database = openDatabase(options.dataFile);
  const faults = new Faults(database);
  const deliveries = new Deliveries(database, options.retryDelaysMs);
  const ledger = new Ledger(database, (event) => {
    if (dispatcher === undefined) return event;
    deliveries.enqueue(event, faults.planDelivery(event.type));
    dispatcher.wake();
    return { ...event, pending_webhooks: 1 };
  });
  const dispatcher =
    options.webhookUrl === null
      ? undefined
      : new WebhookDispatcher(ledger, deliveries, {
          url: options.webhookUrl,
          secret: options.webhookSecret,
          timeoutMs: options.webhookTimeoutMs ?? 10 * SECOND_MS,
          log,
        });
  const effects = new ScheduledEffects(database, options.asyncDelayMs ?? SECOND_MS, log);
  const processingOverrides = new ProcessingOverrides(database);
  const idempotencyKeys = new IdempotencyKeys(database);
  /** Its URL is known when the sandbox listens. */
  const address = { url: '' };
  const charges = new ChargeService(ledger, effects, processingOverrides);
  const confirmations = new ConfirmationService(ledger, charges, () => address.url);
  const refunds = new RefundService(ledger, effects);
  const disputes = new DisputeService(ledger);
  effects.register('complete-refund', (id) => refunds.succeedIfPending(id, STRIPE_INITIATED));
  effects.register('fail-refund', (id) => refunds.failIfSucceeded(id, STRIPE_INITIATED));
  effects.register('open-dispute', (id) => disputes.openForTestCard(id, STRIPE_INITIATED));
  return {
    log,
    address,
    database,
    ledger,
    faults,
    deliveries,
    dispatcher,
    effects,
    idempotencyKeys,
    charges,
    confirmations,
    processingOverrides,
    refunds,
    disputes,
  };
}

function openDatabase(dataFile: string): Database {
  try {
    return new Database(dataFile);
  } catch (error) {
    throw new Error(`The Stripe sandbox cannot open its ledger ${dataFile}: ${(error as Error).message}.`, { cause: error });
  }
}
