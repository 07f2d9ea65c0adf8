// Starts the sandbox: builds its parts, connects them, and stops them.
import fastify, { type FastifyInstance } from 'fastify';
import { serveControls } from './controls/serve-controls.js';
import { disputeEndpoints } from './disputes/dispute-endpoints.js';
import { DisputeService } from './disputes/dispute-service.js';
import { eventEndpoints } from './events/event-endpoints.js';
import { Faults } from './faults/faults.js';
import { ApiPipeline } from './http/api-pipeline.js';
import { serveApi } from './http/api.js';
import { EndpointRunner } from './http/endpoint-runner.js';
import { FieldExpander } from './http/field-expander.js';
import { IdempotencyKeys } from './http/idempotency-keys.js';
import { Database } from './ledger/database.js';
import { Ledger, STRIPE_INITIATED } from './ledger/ledger.js';
import { ScheduledEffects } from './ledger/scheduled-effects.js';
import { chargeEndpoints } from './payments/charge-endpoints.js';
import { ChargeService } from './payments/charge-service.js';
import { ConfirmationService } from './payments/confirmation-service.js';
import { paymentIntentEndpoints } from './payments/payment-intent-endpoints.js';
import { paymentIntentSearchEndpoint } from './payments/payment-intent-search.js';
import { paymentMethodEndpoints } from './payments/payment-method-endpoints.js';
import { ProcessingOverrides } from './payments/processing-overrides.js';
import { refundEndpoints } from './refunds/refund-endpoints.js';
import { RefundService } from './refunds/refund-service.js';
import { Deliveries } from './webhooks/deliveries.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';

export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  /** The default is 127.0.0.1. */
  host?: string;
  /** The SQLite file of the ledger: a path, or `:memory:`. */
  dataFile: string;
  /** Events are posted to this URL. With null they are not sent. */
  webhookUrl: string | null;
  /** Signs the webhooks. */
  webhookSecret: string;
  /** The only secret key that is accepted. When absent, every `sk_test_…` key is. */
  secretKey?: string | undefined;
  /** How long a webhook waits for its response. The default is ten seconds. */
  webhookTimeoutMs?: number | undefined;
  /** The pauses before the retries of a failed webhook. It fails for good after the last one. */
  retryDelaysMs?: readonly number[] | undefined;
  /** The time until pending refunds end, refunds fail and disputes open. The default is one second. */
  asyncDelayMs?: number | undefined;
  log?: ((line: string) => void) | undefined;
}

export interface Sandbox {
  url: string;
  port: number;
  /** Can be called more than once. */
  close(): Promise<void>;
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const MAX_BODY_BYTES = 1_048_576;

/** Starts a stand-in for the part of Stripe's API that this system uses. Rejects when the port is taken or the ledger cannot be opened. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
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
  let url = '';
  const charges = new ChargeService(ledger, effects, processingOverrides);
  const confirmations = new ConfirmationService(ledger, charges, () => url);
  const refunds = new RefundService(ledger, effects);
  const disputes = new DisputeService(ledger);
  effects.register('complete-refund', (id) => refunds.succeedIfPending(id, STRIPE_INITIATED));
  effects.register('fail-refund', (id) => refunds.failIfSucceeded(id, STRIPE_INITIATED));
  effects.register('open-dispute', (id) => disputes.openForTestCard(id, STRIPE_INITIATED));

  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
  });
  await serveApi(server, {
    endpoints: [
      paymentIntentSearchEndpoint(ledger),
      ...paymentIntentEndpoints({ ledger, confirmations }),
      ...paymentMethodEndpoints(ledger),
      ...chargeEndpoints(ledger),
      ...refundEndpoints({ ledger, refunds }),
      ...disputeEndpoints({ ledger, disputes }),
      ...eventEndpoints(ledger),
    ],
    pipeline: new ApiPipeline(database, idempotencyKeys, faults, new EndpointRunner(database, new FieldExpander(ledger), log)),
    secretKey: options.secretKey,
  });
  await serveControls(server, {
    database,
    ledger,
    faults,
    deliveries,
    dispatcher,
    charges,
    confirmations,
    processingOverrides,
    refunds,
    disputes,
  });
  server.get('/healthz', () => ({ status: 'ok' }));

  const prune = (): void => {
    idempotencyKeys.deleteExpired();
    ledger.deleteOldEvents();
  };
  const pruneTimer = setInterval(() => prune(), HOUR_MS).unref();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop());
  const stop = async (): Promise<void> => {
    clearInterval(pruneTimer);
    dispatcher?.stop();
    effects.stop();
    await server.close();
    database.close();
  };
  try {
    url = await listen(server, host, options.port);
  } catch (error) {
    await close();
    throw error;
  }
  prune();
  effects.start();
  dispatcher?.wake();
  return { url, port: Number(new URL(url).port), close };
}

function openDatabase(dataFile: string): Database {
  try {
    return new Database(dataFile);
  } catch (error) {
    throw new Error(`The Stripe sandbox cannot open its ledger ${dataFile}: ${(error as Error).message}.`, { cause: error });
  }
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'EADDRINUSE'
        ? `port ${port} on ${host} is already in use`
        : `it cannot listen on ${host}:${port} (${code ?? String(error)})`;
    throw new Error(`The Stripe sandbox cannot start: ${reason}.`, { cause: error });
  }
}
