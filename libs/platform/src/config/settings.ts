/** The settings of the platform itself. Each context reads its own in `<context>.settings.ts`. `.env.example` explains each variable. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import type { Environment } from './environment.js';

const POSTGRES = ['postgres:', 'postgresql:'];

/** `migrate` needs these alone. */
export function databaseUrls(env: Environment): Pick<Settings['database'], 'url' | 'directUrl' | 'readUrl'> {
  const url = env.url('DATABASE_URL', POSTGRES);
  const complete = (each: string): string => env.withPassword(each, 'DATABASE_PASSWORD');
  const readUrl = env.optionalUrl('DATABASE_READ_URL', POSTGRES);
  return {
    url: complete(url),
    directUrl: complete(env.optionalUrl('DATABASE_DIRECT_URL', POSTGRES) ?? url),
    readUrl: readUrl === null ? null : complete(readUrl),
  };
}

/** How much the stream of events on RabbitMQ keeps. `maxBytes` is of each node. */
export interface EventLogLimits {
  readonly keptDays: number;
  readonly maxBytes: number;
}

export class Settings {
  readonly production: boolean;
  readonly log: {
    readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
    /** Of GET requests that were answered without an error. Every other request has its line. */
    readonly successfulGetsPercent: number;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly workerPort: number;
    readonly trustedProxyHops: number;
    readonly corsOrigins: readonly string[];
    readonly requestTimeoutMs: number;
    readonly connectionCount: number;
    /** A client that takes less than 1 KiB a second of its answer is cut off after this time, at the latest after twice of it. */
    readonly slowReaderMs: number;
    /** How long `/readyz` says "not ready" before the port closes. */
    readonly readinessDelayMs: number;
  };
  readonly admission: {
    /** Requests worked on at once. Below the pool's size, so that webhooks and health still get a connection. */
    readonly maxAdmitted: number;
    /** Requests that may wait for a slot; the others are answered with 503. */
    readonly maxWaiting: number;
    readonly maxWaitMs: number;
  };
  readonly database: {
    readonly url: string;
    /** For what needs a session of its own: the leader's lock, LISTEN, migrations, and commands of operators. */
    readonly directUrl: string;
    readonly poolSize: number;
    /** A standby that strangers' reads of movies and showtimes, and the reports, may go to; null: none. */
    readonly readUrl: string | null;
    /** How old its answers may be. */
    readonly maxLagMs: number;
    /** `transaction`: at `url` is a pooler that gives a connection of the server for one transaction at a time. */
    readonly pooler: 'none' | 'transaction';
    /** Statements that PostgreSQL plans once a connection. A pooler must know them (PgBouncer from 1.21, `max_prepared_statements`). */
    readonly preparedStatements: boolean;
  };
  readonly outbox: {
    /** How long an event is refused while others pass, before it is parked for an admin. */
    readonly parkAfterMs: number;
  };
  readonly faults: {
    readonly tickMs: number;
    /** How long the database or the broker may be away before it is an alert. */
    readonly serverAwayMs: number;
    /** How old an event may be that no broker has confirmed. */
    readonly outboxLateMs: number;
  };
  readonly broker: {
    /** The nodes of one RabbitMQ, all with the same virtual host. None: the broker kept in PostgreSQL. */
    readonly amqpUrls: readonly string[];
    /** RabbitMQ's management API, which alone says how many members a queue has. */
    readonly managementUrl: string | null;
    readonly prefetch: number;
    readonly retryDelaysMs: readonly number[];
    /** How long a consumer of the broker kept in PostgreSQL may work on a message before another consumer takes it. */
    readonly leaseMs: number;
    /** Of the stream for subscribers. Null: there is none. */
    readonly eventLog: EventLogLimits | null;
  };
  readonly tokens: {
    readonly secret: string;
    readonly previousSecret: string | null;
    readonly issuer: string;
    readonly audience: string;
    readonly accessTokenSeconds: number;
  };
  readonly jobs: {
    readonly tickMs: number;
    /** Pause after the first failure; it doubles up to `retryPauseMaxMs`. */
    readonly retryPauseMs: number;
    readonly retryPauseMaxMs: number;
  };
  readonly housekeeping: {
    readonly tickMs: number;
    readonly auditTrailKeptDays: number;
    /** After publishing. */
    readonly outboxKeptDays: number;
    readonly inboxKeptDays: number;
    readonly idempotencyKeysKeptHours: number;
    /** After they were redriven or dismissed. */
    readonly deadLettersKeptDays: number;
  };
  readonly clock: { readonly movable: boolean };
  /** The base URL of an OTLP/HTTP collector; null: nothing is traced. */
  readonly tracing: { readonly endpoint: string | null; readonly sampledPercent: number };
  /** Where Prometheus asks; null: nowhere. It has no password, so nobody else may reach it. */
  readonly metrics: { readonly host: string; readonly port: number | null; readonly workerPort: number | null };

  constructor(env: Environment) {
    this.production = env.isProduction;
    this.log = logSettings(env);
    this.http = httpSettings(env);
    this.database = databaseSettings(env);
    this.admission = admissionSettings(env, this.database);
    this.broker = brokerSettings(env);
    this.faults = faultSettings(env);
    this.outbox = { parkAfterMs: env.durationMs('OUTBOX_PARK_AFTER_MS', { fallback: 5 * MINUTE_MS }) };
    this.tokens = tokenSettings(env);
    this.jobs = jobSettings(env);
    this.housekeeping = housekeepingSettings(env);
    this.tracing = tracingSettings(env);
    this.metrics = metricsSettings(env);
    this.clock = { movable: env.flag('CLOCK_MOVABLE', { fallback: false }) };
    if (this.production && this.clock.movable) env.faults.push('CLOCK_MOVABLE must be false in production');
  }
}

function logSettings(env: Environment): Settings['log'] {
  return {
    level: env.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info'),
    successfulGetsPercent: env.integer('LOG_SUCCESSFUL_GETS_PERCENT', { fallback: 100, min: 0, max: 100 }),
  };
}

function httpSettings(env: Environment): Settings['http'] {
  return {
    host: env.text('HOST', '127.0.0.1'),
    port: env.integer('PORT', { fallback: 3000, min: 0, max: 65_535 }),
    workerPort: env.integer('WORKER_PORT', { fallback: 3001, min: 0, max: 65_535 }),
    trustedProxyHops: env.integer('TRUSTED_PROXY_HOPS', { fallback: 0, min: 0, max: 10 }),
    corsOrigins: env.origins('CORS_ORIGINS'),
    requestTimeoutMs: env.durationMs('REQUEST_TIMEOUT_MS', { fallback: 10 * SECOND_MS, max: MINUTE_MS }),
    connectionCount: env.integer('MAX_CONNECTIONS', { fallback: 4_000, min: 10, max: 100_000 }),
    slowReaderMs: env.durationMs('SLOW_READER_MS', { fallback: 10 * SECOND_MS, max: MINUTE_MS }),
    readinessDelayMs: env.integer('READINESS_DELAY_MS', { fallback: SECOND_MS, min: 0, max: MINUTE_MS }),
  };
}

function databaseSettings(env: Environment): Settings['database'] {
  // Three api processes and two workers, with a relay's connection each, leave 15 of the 97 connections that PostgreSQL gives by default.
  const poolSize = env.integer('DATABASE_POOL', { fallback: 16, min: 4, max: 500 });
  const urls = databaseUrls(env);
  const pooler = env.oneOf('DATABASE_POOLER', ['none', 'transaction'], 'none');
  if (pooler !== 'none' && env.optional('DATABASE_DIRECT_URL') === null)
    env.faults.push('DATABASE_DIRECT_URL is required where DATABASE_POOLER is set');
  const preparedStatements = env.flag('DATABASE_PREPARED_STATEMENTS', { fallback: pooler === 'none' });
  // Below two seconds a short pause of the network would send every read to the primary.
  const maxLagMs = env.integer('DATABASE_READ_MAX_LAG_SECONDS', { fallback: 5, min: 2, max: 3_600 }) * SECOND_MS;
  return { ...urls, poolSize, maxLagMs, pooler, preparedStatements };
}

function admissionSettings(env: Environment, { poolSize }: Settings['database']): Settings['admission'] {
  const admission = {
    maxAdmitted: env.integer('ADMITTED_REQUESTS', { fallback: Math.max(1, Math.floor(poolSize * 0.8)), min: 1, max: 10_000 }),
    maxWaiting: env.integer('ADMISSION_WAITING', { fallback: 2_000, min: 0, max: 100_000 }),
    maxWaitMs: env.durationMs('ADMISSION_WAIT_MS', { fallback: 8 * SECOND_MS, max: MINUTE_MS }),
  };
  if (admission.maxAdmitted >= poolSize) env.faults.push(`ADMITTED_REQUESTS must be below DATABASE_POOL, which is ${poolSize}`);
  return admission;
}

function brokerSettings(env: Environment): Settings['broker'] {
  const amqpUrl = env.optionalUrl('AMQP_URL', ['amqp:', 'amqps:']);
  const amqpUrls = env.urls('AMQP_URLS', ['amqp:', 'amqps:']);
  if (amqpUrl !== null && amqpUrls.length > 0) env.faults.push('AMQP_URLS must not be set together with AMQP_URL');
  const eventLogDays = env.integer('EVENT_LOG_KEPT_DAYS', { fallback: 7, min: 0, max: 365 });
  // On each node that keeps it. A subscriber that was away for longer than it holds catches up with GET /events.
  const eventLogBytes = env.integer('EVENT_LOG_MAX_MEGABYTES', { fallback: 1_000, min: 40, max: 1_000_000 }) * 1_000_000;
  return {
    amqpUrls: (amqpUrl === null ? amqpUrls : [amqpUrl]).map((url) => env.withPassword(url, 'AMQP_PASSWORD')),
    managementUrl: env.optionalUrl('AMQP_MANAGEMENT_URL', ['http:', 'https:']),
    prefetch: env.integer('BROKER_PREFETCH', { fallback: 20, min: 1, max: 1_000 }),
    retryDelaysMs: env.integers('BROKER_RETRY_DELAYS_MS', {
      fallback: [5 * SECOND_MS, 30 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS],
      min: 10,
      max: DAY_MS,
    }),
    leaseMs: env.durationMs('BROKER_LEASE_MS', { fallback: 30 * SECOND_MS, max: HOUR_MS }),
    eventLog: eventLogDays === 0 ? null : { keptDays: eventLogDays, maxBytes: eventLogBytes },
  };
}

function faultSettings(env: Environment): Settings['faults'] {
  return {
    tickMs: env.durationMs('TICK_CHECK_FAULTS_MS', { fallback: 5 * SECOND_MS }),
    // Longer than the restart of a server takes.
    serverAwayMs: env.durationMs('ALERT_SERVER_AWAY_MS', { fallback: MINUTE_MS }),
    outboxLateMs: env.durationMs('ALERT_OUTBOX_LATE_MS', { fallback: MINUTE_MS }),
  };
}

function tokenSettings(env: Environment): Settings['tokens'] {
  return {
    secret: env.secret('JWT_SECRET', 32),
    previousSecret: env.optionalSecret('JWT_PREVIOUS_SECRET', 32),
    issuer: env.text('JWT_ISSUER', 'movie-reservation'),
    audience: env.text('JWT_AUDIENCE', 'movie-reservation'),
    accessTokenSeconds: env.integer('ACCESS_TOKEN_SECONDS', { fallback: 600, min: 5, max: 86_400 }),
  };
}

function jobSettings(env: Environment): Settings['jobs'] {
  return {
    tickMs: env.durationMs('TICK_JOBS_MS', { fallback: SECOND_MS }),
    retryPauseMs: env.durationMs('RETRY_PAUSE_MS', { fallback: 2 * SECOND_MS }),
    retryPauseMaxMs: env.durationMs('RETRY_PAUSE_MAX_MS', { fallback: 10 * MINUTE_MS }),
  };
}

function housekeepingSettings(env: Environment): Settings['housekeeping'] {
  return {
    tickMs: env.durationMs('TICK_HOUSEKEEPING_MS', { fallback: HOUR_MS }),
    // Three years: as long as claims can be made in most countries.
    auditTrailKeptDays: env.integer('AUDIT_TRAIL_KEPT_DAYS', { fallback: 1_095, min: 1, max: 36_500 }),
    outboxKeptDays: env.integer('OUTBOX_KEPT_DAYS', { fallback: 90, min: 1, max: 3_650 }),
    inboxKeptDays: env.integer('INBOX_KEPT_DAYS', { fallback: 30, min: 1, max: 3_650 }),
    // The API promises a repeated answer for this long.
    idempotencyKeysKeptHours: env.integer('IDEMPOTENCY_KEYS_KEPT_HOURS', { fallback: 48, min: 24, max: 8_760 }),
    deadLettersKeptDays: env.integer('DEAD_LETTERS_KEPT_DAYS', { fallback: 90, min: 1, max: 3_650 }),
  };
}

function tracingSettings(env: Environment): Settings['tracing'] {
  return {
    endpoint: env.optionalBaseUrl('OTEL_EXPORTER_OTLP_ENDPOINT'),
    sampledPercent: env.integer('TRACES_SAMPLED_PERCENT', { fallback: 100, min: 1, max: 100 }),
  };
}

function metricsSettings(env: Environment): Settings['metrics'] {
  return {
    host: env.text('METRICS_HOST', '127.0.0.1'),
    port: env.optionalInteger('METRICS_PORT', { min: 0, max: 65_535 }),
    workerPort: env.optionalInteger('WORKER_METRICS_PORT', { min: 0, max: 65_535 }),
  };
}
