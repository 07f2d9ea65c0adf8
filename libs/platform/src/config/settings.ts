/** Every setting of the system, read and checked once at start. `.env.example` explains each variable. */
import { Environment } from './environment.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export class SettingsInvalid extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'SettingsInvalid';
  }
}

export type RateLimit = 'loginPerAccount' | 'loginPerAddress' | 'registerPerAddress' | 'holdPerAccount';

/** Built only by `readSettings`; the class is its own injection token. Durations are milliseconds unless the name says otherwise. */
export class Settings {
  readonly production: boolean;
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent' };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly workerPort: number;
    readonly trustedProxyHops: number;
    readonly corsOrigins: readonly string[];
    /** Requests worked on at once. Below the pool's size, so that webhooks and health still get a connection. */
    readonly admitted: number;
    /** Requests that may wait for their turn, and for how long; the rest hears 503. */
    readonly waiting: number;
    readonly longestWait: number;
    readonly requestTimeout: number;
    /** How long `/readyz` says that the process is leaving before its port closes. */
    readonly leavingNotice: number;
  };
  readonly database: { readonly url: string; readonly directUrl: string; readonly poolSize: number };
  readonly broker: {
    /** Null: the broker kept in PostgreSQL. */
    readonly amqpUrl: string | null;
    readonly prefetch: number;
    readonly retryDelays: readonly number[];
    /** How long the broker kept in PostgreSQL lets a consumer work on a message before another may take it. */
    readonly lease: number;
  };
  readonly tokens: {
    readonly secret: string;
    readonly previousSecret: string | null;
    readonly issuer: string;
    readonly audience: string;
    readonly accessSeconds: number;
  };
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly stripe: {
    readonly secretKey: string;
    readonly publishableKey: string;
    readonly webhookSecrets: readonly string[];
    /** Null: Stripe itself. */
    readonly apiUrl: string | null;
    readonly timeout: number;
  };
  readonly booking: {
    readonly holdMs: number;
    readonly extensionMs: number;
    readonly refundUntilBeforeStartMs: number;
    readonly completeAfterEndMs: number;
  };
  /** How often each schedule looks for work. */
  readonly ticks: {
    readonly sweepHolds: number;
    readonly settlePayments: number;
    readonly completeReservations: number;
    readonly workDueRows: number;
    readonly retryWebhooks: number;
    readonly reconcilePayments: number;
    readonly reconcileEvents: number;
    readonly reconcileDays: number;
    readonly cancellationRuns: number;
    readonly housekeeping: number;
  };
  readonly payments: {
    /** Unfinished payments older than this are looked up at Stripe. */
    readonly reconcileAfter: number;
    /** First pause after a failed remote call or webhook; doubles up to `retryPauseMax`. */
    readonly retryPause: number;
    readonly retryPauseMax: number;
    /** Payments that succeeded longer ago than this and have no outcome are settled. */
    readonly settleAfterMs: number;
  };
  /** Requests allowed in a fixed window by each rate limit; 0 is no limit. */
  readonly limits: Readonly<Record<RateLimit, { readonly requests: number; readonly seconds: number }>>;
  readonly clock: { readonly movable: boolean };

  constructor(env: Environment) {
    const span = (name: string, fallback: number, max = DAY) => env.integer(name, { fallback, min: 10, max });

    this.production = env.optional('NODE_ENV') === 'production';
    this.log = { level: env.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info') };
    const poolSize = env.integer('DATABASE_POOL', { fallback: 20, min: 4, max: 500 });
    this.http = {
      host: env.text('HOST', '127.0.0.1'),
      port: env.integer('PORT', { fallback: 3000, min: 0, max: 65_535 }),
      workerPort: env.integer('WORKER_PORT', { fallback: 3001, min: 0, max: 65_535 }),
      trustedProxyHops: env.integer('TRUSTED_PROXY_HOPS', { fallback: 0, min: 0, max: 10 }),
      corsOrigins: env.list('CORS_ORIGINS'),
      admitted: env.integer('ADMITTED_REQUESTS', { fallback: Math.max(1, Math.floor(poolSize * 0.8)), min: 1, max: 10_000 }),
      waiting: env.integer('ADMISSION_WAITING', { fallback: 2_000, min: 0, max: 100_000 }),
      longestWait: span('ADMISSION_WAIT_MS', 8 * SECOND, MINUTE),
      requestTimeout: span('REQUEST_TIMEOUT_MS', 10 * SECOND, MINUTE),
      leavingNotice: env.integer('LEAVING_NOTICE_MS', { fallback: SECOND, min: 0, max: MINUTE }),
    };
    if (this.http.admitted >= poolSize) env.faults.push(`ADMITTED_REQUESTS must be below DATABASE_POOL, which is ${poolSize}`);
    const url = env.url('DATABASE_URL', ['postgres:', 'postgresql:']);
    this.database = { url, directUrl: env.optionalUrl('DATABASE_DIRECT_URL', ['postgres:', 'postgresql:']) ?? url, poolSize };
    this.broker = {
      amqpUrl: env.optionalUrl('AMQP_URL', ['amqp:', 'amqps:']),
      prefetch: env.integer('BROKER_PREFETCH', { fallback: 20, min: 1, max: 1_000 }),
      retryDelays: env.integers('BROKER_RETRY_DELAYS_MS', {
        fallback: [5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE],
        min: 10,
        max: DAY,
      }),
      lease: span('BROKER_LEASE_MS', 30 * SECOND, HOUR),
    };
    this.tokens = {
      secret: env.secret('JWT_SECRET', 32),
      previousSecret: env.optionalSecret('JWT_PREVIOUS_SECRET', 32),
      issuer: env.text('JWT_ISSUER', 'movie-reservation'),
      audience: env.text('JWT_AUDIENCE', 'movie-reservation'),
      accessSeconds: env.integer('ACCESS_TOKEN_SECONDS', { fallback: 600, min: 5, max: 86_400 }),
    };
    this.admin = readAdmin(env);
    const previousWebhookSecret = env.optionalSecret('STRIPE_WEBHOOK_PREVIOUS_SECRET', 8);
    this.stripe = {
      secretKey: env.secret('STRIPE_SECRET_KEY', 8),
      publishableKey: env.text('STRIPE_PUBLISHABLE_KEY'),
      webhookSecrets: [env.secret('STRIPE_WEBHOOK_SECRET', 8), ...(previousWebhookSecret === null ? [] : [previousWebhookSecret])],
      apiUrl: env.optionalUrl('STRIPE_API_URL', ['http:', 'https:']),
      timeout: span('STRIPE_TIMEOUT_MS', 10 * SECOND, MINUTE),
    };
    this.booking = {
      holdMs: env.integer('HOLD_SECONDS', { fallback: 1_800, min: 1, max: 86_400 }) * SECOND,
      extensionMs: env.integer('EXTEND_SECONDS', { fallback: 600, min: 1, max: 86_400 }) * SECOND,
      refundUntilBeforeStartMs: env.integer('REFUND_UNTIL_MINUTES_BEFORE_START', { fallback: 120, min: 0, max: 43_200 }) * MINUTE,
      completeAfterEndMs: env.integer('COMPLETE_MINUTES_AFTER_END', { fallback: 60, min: 0, max: 1_440 }) * MINUTE,
    };
    this.ticks = {
      sweepHolds: span('TICK_SWEEP_HOLDS_MS', SECOND),
      settlePayments: span('TICK_SETTLE_PAYMENTS_MS', MINUTE),
      completeReservations: span('TICK_COMPLETE_RESERVATIONS_MS', MINUTE),
      workDueRows: span('TICK_DUE_ROWS_MS', SECOND),
      retryWebhooks: span('TICK_RETRY_WEBHOOKS_MS', SECOND),
      reconcilePayments: span('TICK_RECONCILE_PAYMENTS_MS', MINUTE),
      reconcileEvents: span('TICK_RECONCILE_EVENTS_MS', HOUR),
      reconcileDays: span('TICK_RECONCILE_DAYS_MS', DAY),
      cancellationRuns: span('TICK_CANCELLATION_RUNS_MS', SECOND),
      housekeeping: span('TICK_HOUSEKEEPING_MS', HOUR),
    };
    this.payments = {
      reconcileAfter: span('RECONCILE_AFTER_MS', 2 * MINUTE),
      retryPause: span('RETRY_PAUSE_MS', 2 * SECOND),
      retryPauseMax: span('RETRY_PAUSE_MAX_MS', 10 * MINUTE),
      settleAfterMs: span('SETTLE_AFTER_MS', MINUTE),
    };
    const limit = (name: string, fallback: number, seconds: number) => ({
      requests: env.integer(name, { fallback, min: 0, max: 1_000_000 }),
      seconds,
    });
    this.limits = {
      loginPerAccount: limit('LOGIN_PER_ACCOUNT_PER_MINUTE', 10, 60),
      loginPerAddress: limit('LOGIN_PER_ADDRESS_PER_MINUTE', 600, 60),
      registerPerAddress: limit('REGISTER_PER_ADDRESS_PER_HOUR', 1_000, 3_600),
      holdPerAccount: limit('HOLD_PER_ACCOUNT_PER_MINUTE', 60, 60),
    };
    this.clock = { movable: env.flag('CLOCK_MOVABLE', false) };

    if (this.production && this.clock.movable) env.faults.push('CLOCK_MOVABLE must be false in production');
    if (this.production && this.stripe.apiUrl?.startsWith('http:'))
      env.faults.push('STRIPE_API_URL must not be set to a stand-in in production');
  }
}

/** Throws `SettingsInvalid` naming every fault. */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  const env = new Environment(variables);
  const settings = new Settings(env);
  if (env.faults.length > 0) throw new SettingsInvalid(env.faults);
  return settings;
}

function readAdmin(env: Environment): Settings['admin'] {
  const email = env.optional('ADMIN_EMAIL');
  const password = env.optional('ADMIN_PASSWORD');
  if (email === null && password === null) return null;
  if (email === null || password === null) {
    env.faults.push('ADMIN_EMAIL and ADMIN_PASSWORD must be given together');
    return null;
  }
  return { email, password: env.secret('ADMIN_PASSWORD', 8) };
}
