import fastify, { type FastifyInstance } from 'fastify';
import { disputeEndpoints } from './disputes/disputes.js';
import { Disputing } from './disputes/disputing.js';
import { eventEndpoints } from './events/events.js';
import { Faults } from './faults/faults.js';
import { serveApi } from './http/api.js';
import { Exchange } from './http/exchange.js';
import { Execution } from './http/execution.js';
import { Expansion } from './http/expansion.js';
import { IdempotencyKeys } from './http/idempotency-keys.js';
import { serveKnobs } from './knobs/knobs.js';
import { Database } from './ledger/database.js';
import { Later } from './ledger/later.js';
import { byItself, Ledger } from './ledger/ledger.js';
import { Charging } from './payments/charging.js';
import { chargeEndpoints } from './payments/charges.js';
import { Confirming } from './payments/confirming.js';
import { Holds } from './payments/holds.js';
import { intentSearchEndpoint } from './payments/intent-search.js';
import { paymentIntentEndpoints } from './payments/payment-intents.js';
import { paymentMethodEndpoints } from './payments/payment-methods.js';
import { refundEndpoints } from './refunds/refunds.js';
import { Refunding } from './refunds/refunding.js';
import { Deliveries } from './webhooks/deliveries.js';
import { Dispatcher } from './webhooks/dispatcher.js';

export interface SandboxOptions {
  /** 0 takes any free one. */
  port: number;
  host?: string;
  /** Where the ledger is kept: a path, or `:memory:`. */
  dataFile: string;
  /** Where events are posted; null when nobody listens. */
  webhookUrl: string | null;
  webhookSecret: string;
  /** The only secret key accepted; any `sk_test_…` when absent. */
  secretKey?: string | undefined;
  /** How long an endpoint may take to answer; ten seconds by default. */
  webhookTimeoutMs?: number | undefined;
  /** How long to wait after each failed webhook; given up when they are used up. */
  retryDelaysMs?: readonly number[] | undefined;
  /** When Stripe does what it does by itself: ends pending refunds, fails refunds, opens disputes. */
  asyncDelayMs?: number | undefined;
  log?: ((line: string) => void) | undefined;
}

export interface Sandbox {
  url: string;
  port: number;
  /** May be called more than once. */
  close(): Promise<void>;
}

const second = 1000;
const hour = 3600 * second;

/** Starts a stand-in for the part of Stripe's API this system uses. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const database = opened(options.dataFile);
  const faults = new Faults(database);
  const deliveries = new Deliveries(database, options.retryDelaysMs);
  const ledger = new Ledger(database, (event) => {
    if (dispatcher === undefined) return event;
    deliveries.enqueue(event, faults.plan(event.type));
    dispatcher.wake();
    return { ...event, pending_webhooks: 1 };
  });
  const dispatcher =
    options.webhookUrl === null
      ? undefined
      : new Dispatcher(ledger, deliveries, options.webhookUrl, options.webhookSecret, options.webhookTimeoutMs ?? 10 * second, log);
  const later = new Later(database, options.asyncDelayMs ?? second, log);
  const holds = new Holds(database);
  const keys = new IdempotencyKeys(database);
  let url = '';
  const charging = new Charging(ledger, later, holds);
  const confirming = new Confirming(ledger, charging, () => url);
  const refunding = new Refunding(ledger, later);
  const disputing = new Disputing(ledger);
  later.does('complete-refund', (id) => refunding.completeWhenPending(id, byItself));
  later.does('fail-refund', (id) => refunding.failWhenSucceeded(id, byItself));
  later.does('open-dispute', (id) => disputing.openAsTheCardSays(id, byItself));

  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: 1_048_576,
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
  });
  const endpoints = [
    intentSearchEndpoint(ledger),
    ...paymentIntentEndpoints(ledger, confirming),
    ...paymentMethodEndpoints(ledger),
    ...chargeEndpoints(ledger),
    ...refundEndpoints(ledger, refunding),
    ...disputeEndpoints(ledger, disputing),
    ...eventEndpoints(ledger),
  ];
  await serveApi(
    server,
    endpoints,
    new Exchange(database, keys, faults, new Execution(database, new Expansion(ledger), log)),
    options.secretKey,
  );
  await serveKnobs(server, { database, ledger, faults, deliveries, dispatcher, charging, confirming, holds, refunding, disputing });
  server.get('/healthz', () => ({ status: 'ok' }));

  const prune = (): void => {
    keys.prune();
    ledger.forgetOldEvents();
  };
  const pruning = setInterval(() => prune(), hour).unref();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown());
  const shutDown = async (): Promise<void> => {
    clearInterval(pruning);
    dispatcher?.stop();
    later.stop();
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
  later.start();
  dispatcher?.wake();
  return { url, port: Number(new URL(url).port), close };
}

function opened(dataFile: string): Database {
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
