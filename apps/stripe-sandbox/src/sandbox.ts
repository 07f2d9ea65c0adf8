// Starts the sandbox: has its parts built, serves them, and stops them.
import fastify, { type FastifyInstance } from 'fastify';
import { serveControls } from './controls/serve-controls.js';
import { disputeEndpoints } from './disputes/dispute-endpoints.js';
import { eventEndpoints } from './events/event-endpoints.js';
import { ApiPipeline } from './http/api-pipeline.js';
import { serveApi } from './http/api.js';
import { EndpointRunner } from './http/endpoint-runner.js';
import { FieldExpander } from './http/field-expander.js';
import { chargeEndpoints } from './payments/charge-endpoints.js';
import { paymentIntentEndpoints } from './payments/payment-intent-endpoints.js';
import { paymentIntentSearchEndpoint } from './payments/payment-intent-search.js';
import { paymentMethodEndpoints } from './payments/payment-method-endpoints.js';
import { refundEndpoints } from './refunds/refund-endpoints.js';
import type { SandboxOptions } from './sandbox-options.js';
import { buildParts, type SandboxParts } from './sandbox-parts.js';

export interface Sandbox {
  url: string;
  port: number;
  /** Can be called more than once. */
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const MAX_BODY_BYTES = 1_048_576;

/** Starts a stand-in for the part of Stripe's API that this system uses. Rejects when the port is taken or the ledger cannot be opened. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const parts = buildParts(options);
  const { address, database, dispatcher, effects, idempotencyKeys, ledger } = parts;
  const server = await serve(parts, options.secretKey);
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
    address.url = await listen(server, options.host ?? '127.0.0.1', options.port);
  } catch (error) {
    await close();
    throw error;
  }
  prune();
  effects.start();
  dispatcher?.wake();
  return { url: address.url, port: Number(new URL(address.url).port), close };
}

async function serve(parts: SandboxParts, secretKey: string | undefined): Promise<FastifyInstance> {
  const { log, database, ledger, faults, idempotencyKeys, confirmations, refunds, disputes } = parts;
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
    secretKey,
  });
  await serveControls(server, parts);
  server.get('/healthz', () => ({ status: 'ok' }));
  return server;
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
