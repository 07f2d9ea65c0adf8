/** The whole system in the process of the test: api and worker on a fresh database, and the Stripe sandbox. The test uses it over HTTP. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import Stripe from 'stripe';
import { createHealthApplication, createHttpApplication } from '@app/platform/http/http-application.js';
import { API_TEXTS } from '../../apps/api-texts.js';
import { readSettings } from '../../apps/settings.js';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { type Sandbox, startSandbox } from '../../apps/stripe-sandbox/src/sandbox.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { objectStorageEnvironment } from './object-storage.js';
import { lengthenLockWaits } from './long-lock-waits.js';
import { freshDatabase } from './postgres.js';
import { HttpClient } from './http-client.js';

export interface InProcessSystemOptions {
  /** Environment variables that differ from `testEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
  /** False: no reaction, relay or schedule runs until `startWorker()`. */
  readonly worker?: boolean;
  /** Domain time at the start, for a suite whose dates are fixed; real time by default. Tokens and signatures keep real time. */
  readonly clockAt?: string;
  /** True where a test holds a transaction back until others wait for it. */
  readonly longLockWaits?: boolean;
}

export const ADMIN = { email: 'admin@cinema.test', password: 'correct-horse-battery' };

/** Returns a complete configuration. Its schedules have short periods, so that no test waits long. */
export function testEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  return {
    LOG_LEVEL: 'silent',
    CLOCK_MOVABLE: 'true',
    JWT_SECRET: randomBytes(32).toString('hex'),
    STRIPE_SECRET_KEY: `sk_test_${randomBytes(16).toString('hex')}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${randomBytes(16).toString('hex')}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(16).toString('hex')}`,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    BROKER_RETRY_DELAYS_MS: '50,100,200',
    READINESS_DELAY_MS: '0',
    TICK_SWEEP_HOLDS_MS: '200',
    TICK_SETTLE_PAYMENTS_MS: '400',
    TICK_COMPLETE_RESERVATIONS_MS: '200',
    TICK_JOBS_MS: '100',
    TICK_RETRY_STRIPE_EVENTS_MS: '100',
    TICK_REQUEST_OWED_REFUNDS_MS: '1000',
    TICK_RECONCILE_PAYMENTS_MS: '1000',
    TICK_CANCELLATION_RUNS_MS: '100',
    TICK_COMPARE_SHOWTIMES_MS: '400',
    TICK_ERASED_USERS_MS: '400',
    TICK_ERASE_MAILS_MS: '400',
    TICK_REQUEST_MISSING_MAILS_MS: '1000',
    TICK_REMIND_OF_HOLDS_MS: '200',
    TICK_DELIVER_WEBHOOKS_MS: '100',
    WEBHOOK_SECRETS_KEY: randomBytes(32).toString('hex'),
    WEBHOOKS_ALLOW_PRIVATE_ADDRESSES: 'true',
    RETRY_PAUSE_MS: '50',
    RETRY_PAUSE_MAX_MS: '500',
    LOGIN_PER_ACCOUNT_PER_MINUTE: '0',
    LOGIN_FAILURES_PER_ACCOUNT_PER_HOUR: '0',
    LOGIN_PER_ADDRESS_PER_MINUTE: '0',
    REGISTER_PER_ADDRESS_PER_HOUR: '0',
    HOLD_PER_ACCOUNT_PER_MINUTE: '0',
    PAYMENT_PER_ACCOUNT_PER_MINUTE: '0',
    PAYMENT_PER_ADDRESS_PER_MINUTE: '0',
    REFUND_PER_ADMIN_PER_MINUTE: '0',
    MAIL_RETRY_PER_ADMIN_PER_MINUTE: '0',
    WEBHOOKS_PER_ADMIN_PER_MINUTE: '0',
    POSTERS_PER_ADMIN_PER_MINUTE: '0',
    ...objectStorageEnvironment(),
    ...own,
  };
}

export class InProcessSystem extends HttpClient {
  readonly stripe: Stripe;
  #worker: NestFastifyApplication | null = null;
  readonly #otherWorkers: NestFastifyApplication[] = [];

  constructor(
    url: string,
    readonly env: Readonly<Record<string, string>>,
    readonly api: NestFastifyApplication,
    readonly sandbox: Sandbox,
    readonly database: pg.Pool,
    private readonly atEnd: () => Promise<void>,
  ) {
    super(url, ADMIN);
    const { hostname, port } = new URL(sandbox.url);
    this.stripe = new Stripe(env['STRIPE_SECRET_KEY']!, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
  }

  get sandboxUrl(): string {
    return this.sandbox.url;
  }

  get worker(): NestFastifyApplication | null {
    return this.#worker;
  }

  async startWorker(): Promise<void> {
    this.#worker ??= await this.createWorker();
    await this.#worker.init();
  }

  /** Starts one more, which shares the work with the first. */
  async startAnotherWorker(): Promise<void> {
    const worker = await this.createWorker();
    this.#otherWorkers.push(worker);
    await worker.init();
  }

  /** Ends every worker. */
  async stopWorker(): Promise<void> {
    await Promise.all([this.#worker, ...this.#otherWorkers.splice(0)].map(async (worker) => worker?.close()));
    this.#worker = null;
  }

  private createWorker(): Promise<NestFastifyApplication> {
    return createHealthApplication(WorkerModule.for(readSettings(this.env)));
  }

  /** Returns the rows of a statement, for what no route shows. */
  async sql<Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(statement, parameters)).rows;
  }

  async close(): Promise<void> {
    await closeAll([
      () => this.stopWorker(),
      () => this.api.close(),
      () => this.sandbox.close(),
      () => this.database.end(),
      () => this.atEnd(),
    ]);
  }
}

/** When a part fails to start, the parts that started are closed: an open server would keep the test run from ending. */
export async function startInProcessSystem(options: InProcessSystemOptions = {}): Promise<InProcessSystem> {
  const opened: (() => Promise<unknown>)[] = [];
  try {
    const database = await freshDatabase();
    opened.push(() => database.drop());
    const pool = new pg.Pool({ connectionString: database.url, max: 4, application_name: `test-${randomUUID()}` });
    pool.on('error', () => undefined);
    opened.push(() => pool.end());
    const endLongWaits = options.longLockWaits ? lengthenLockWaits() : () => undefined;
    opened.push(() => Promise.resolve(endLongWaits()));
    // Before the processes start: each reads it then.
    const { clockAt } = options;
    if (clockAt !== undefined) await pool.query('UPDATE platform.clock SET offset_ms = $1', [Date.parse(clockAt) - Date.now()]);
    const port = await freePort();
    const own = testEnvironment({ DATABASE_URL: database.url, PORT: String(port), ...options.env });
    const sandbox = await startSandbox({
      port: 0,
      dataFile: ':memory:',
      webhookUrl: `http://127.0.0.1:${port}/api/v1/webhooks/stripe`,
      webhookSecret: own['STRIPE_WEBHOOK_SECRET']!,
      secretKey: own['STRIPE_SECRET_KEY'],
    });
    opened.push(() => sandbox.close());
    const env = { STRIPE_API_URL: sandbox.url, ...own };
    const settings = readSettings(env);
    const api = await createHttpApplication(ApiModule.for(settings), settings, API_TEXTS);
    opened.push(() => api.close());
    await api.listen(port, '127.0.0.1');
    const atEnd = () => database.drop().finally(endLongWaits);
    const system = new InProcessSystem(`http://127.0.0.1:${port}`, env, api, sandbox, pool, atEnd);
    opened.push(() => system.stopWorker());
    if (options.worker ?? true) await system.startWorker();
    return system;
  } catch (error) {
    await closeAll(opened.reverse()).catch(() => undefined);
    throw error;
  }
}

/** Closes one after another. A failure does not stop the others. Throws the first failure at the end. */
async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
