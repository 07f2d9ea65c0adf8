/** An HTTP process around its modules: limits, context, log, errors, security headers, documents. */
import type { IncomingMessage } from 'node:http';
import type { DynamicModule, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { ClsService } from 'nestjs-cls';
import type { LoadedSettings } from '../config/load-settings.js';
import { Settings } from '../config/settings.js';
import { Admission } from '../concurrency/admission.js';
import { useAdmission } from './limits/admission-hook.js';
import { useBodies } from './limits/bodies.js';
import { useCompression } from './limits/compression.js';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
  openConnections,
  useConnectionLimits,
} from './limits/connection-limits.js';
import { ConnectionDraining, useConnectionDraining } from './limits/connection-draining.js';
import { allowedOrigins, enableCors } from './cors.js';
import { AccessGuard } from './access/access-guard.js';
import { useLocations } from './created.js';
import { useDeprecations } from './deprecation.js';
import { useLargeBodies } from './limits/large-bodies.js';
import { useLinks } from './links.js';
import { useCompressedAnswers } from './caching/compressed-answers.js';
import { useEtags, useNotModified } from './caching/etag.js';
import { useIdempotency } from './idempotent.js';
import { useIfMatch } from './if-match.js';
import { MethodNotAllowedRoutes } from './problems/method-not-allowed.js';
import { NO_TEXTS } from './document/openapi-texts.js';
import { serveDocuments, setRoutePrefix } from './document/openapi.js';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { requestId, useRequestContext } from './telemetry/request-context.js';
import { useSendingTogether } from './send-together.js';
import { useSecurityHeaders } from './security-headers.js';
import { useSharedAnswers } from './caching/shared-answers-hook.js';
import { useRequestTraces } from './telemetry/request-traces.js';
import { useRequestLog } from './telemetry/request-log.js';
import { measureAdmission, useRequestMetrics } from './telemetry/request-metrics.js';
import {
  ignoreUnknownExpectations,
  refuseConnect,
  refuseMalformedPath,
  refuseMalformedQueries,
  refuseMalformedRequest,
  refuseRequestsWithoutOneHost,
} from './problems/malformed-requests.js';
import { useUploads } from './limits/upload.js';
import { InputPipe } from './validation.js';

export async function createHttpApplication(
  module: Type | DynamicModule,
  settings: LoadedSettings,
  texts = NO_TEXTS,
): Promise<NestFastifyApplication> {
  const { production, http, admission, log } = settings.get(Settings);
  const origins = allowedOrigins(http.corsOrigins);
  const adapter = new FastifyAdapter({
    ...SERVER_OPTIONS,
    genReqId: (request: unknown) => requestId(request as IncomingMessage),
    requestIdHeader: false,
    trustProxy: (_address, hop) => hop < http.trustedProxyHops,
    requestTimeout: http.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // A request that arrives while the port closes is served: its client could not know.
    return503OnClosing: false,
    http: { ...SERVER_OPTIONS.http, requireHostHeader: false },
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: refuseMalformedPath(origins),
    clientErrorHandler: refuseMalformedRequest,
  });
  const app = await createNest(module, adapter, { bodyParser: false });
  setRoutePrefix(app);
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemDetailsFilter());
  const fastify = adapter.getInstance();
  app.get(MethodNotAllowedRoutes).collect(fastify, { isCorsEnabled: origins.length > 0 });
  enableCors(app, origins);
  useRequestTraces(fastify);
  useRequestLog(fastify, log);
  useRequestMetrics(fastify);
  useDeprecations(fastify);
  refuseRequestsWithoutOneHost(fastify);
  refuseMalformedQueries(fastify);
  ignoreUnknownExpectations(fastify);
  refuseConnect(fastify);
  await useInput(app);
  const requests = new Admission(admission);
  await useOutput(app, requests, { isHttps: production });
  useRequestContext(fastify, app.get(ClsService));
  measureAdmission(requests);
  useAdmission(fastify, requests, app.get(ClsService));
  useConnections(app, http);
  useSendingTogether(fastify);
  serveDocuments(app, fastify, texts);
  return app;
}

/** For a process whose only routes are `/healthz` and `/readyz`. */
export async function createHealthApplication(module: Type | DynamicModule): Promise<NestFastifyApplication> {
  const app = await createNest(module, new FastifyAdapter({ ...SERVER_OPTIONS, requestTimeout: HEADERS_TIMEOUT_MS }));
  const { log, http } = app.get(Settings);
  useRequestLog(app.getHttpAdapter().getInstance(), log);
  useConnections(app, http);
  return app;
}

const SERVER_OPTIONS = {
  // Everything around a request is a Fastify hook: Express-style middleware costs CPU time on each.
  skipMiddie: true,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
};

async function createNest(
  module: Type | DynamicModule,
  adapter: FastifyAdapter,
  options: NestApplicationOptions = {},
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    ...options,
    abortOnError: false,
    bufferLogs: true,
    // `runProcess` says in one sentence why a start failed.
    autoFlushLogs: false,
  });
  app.useLogger(app.get(Logger));
  app.flushLogs();
  return app;
}

/** What a request may send. */
async function useInput(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  useBodies(fastify);
  useLargeBodies(fastify, app.get(AccessGuard), app.get(ClsService));
  await useUploads(app);
}

/** What is added to an answer, in this order: its headers, its entity tag, whether it is shared or known already, its encoding. */
async function useOutput(app: NestFastifyApplication, requests: Admission, { isHttps }: { isHttps: boolean }): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  useLocations(fastify);
  useLinks(fastify);
  useIdempotency(fastify);
  useIfMatch(fastify);
  useEtags(fastify);
  useSharedAnswers(fastify, requests);
  useNotModified(fastify);
  useCompressedAnswers(fastify);
  useSecurityHeaders(fastify, { isHttps });
  await useCompression(app);
}

function useConnections(app: NestFastifyApplication, limits: Settings['http']): void {
  const fastify = app.getHttpAdapter().getInstance();
  const connections = openConnections(fastify);
  useConnectionLimits(fastify, connections, limits);
  useConnectionDraining(fastify, connections, app.get(ConnectionDraining));
}
