/** The system as it ships: several api processes, a worker, the Stripe sandbox and RabbitMQ, each in a process of its own. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import Stripe from 'stripe';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { readSettings } from '../../apps/settings.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { CUSTOMER_PASSWORD, type Customer, HttpClient } from './http-client.js';
import { ADMIN, testEnvironment } from './in-process-system.js';
import { AFTER_SIGKILL_MS, assertInvariants, brokenInvariants } from './invariants.js';
import { freshDatabase } from './postgres.js';
import { type ProcessOptions, type RunningProcess, startProcess } from './processes.js';
import { type RabbitmqHandle, freshVhost } from './rabbitmq.js';
import { unroutedMessages } from './unrouted-messages.js';

interface MultiProcessSystemOptions {
  readonly apiProcesses: number;
  readonly broker: 'rabbitmq' | 'postgresql';
  /** Environment variables that differ from `testEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts the system before the tests of the enclosing `describe`. After them it waits until the invariants hold, then ends every process.
 * This is the only way to get such a system, so no suite can leave out the invariants.
 */
export function useMultiProcessSystem(options: MultiProcessSystemOptions): MultiProcessSystem {
  const system = new MultiProcessSystem(options);
  beforeAll(() => system.start(), 120_000);
  afterAll(() => system.finish(), 120_000);
  return system;
}

class MultiProcessSystem {
  env!: Readonly<Record<string, string>>;
  /** One client for each api process. */
  apis: readonly HttpClient[] = [];
  sandboxUrl!: string;
  stripe!: Stripe;
  rabbitmq: RabbitmqHandle | null = null;
  #database: pg.Pool | null = null;
  #dropDatabase: (() => Promise<void>) | null = null;
  readonly #processes: RunningProcess[] = [];
  readonly #workers = new Set<RunningProcess>();

  constructor(private readonly options: MultiProcessSystemOptions) {}

  async start(): Promise<void> {
    const { apiProcesses, broker } = this.options;
    const [database, rabbitmq] = await Promise.all([freshDatabase(), broker === 'rabbitmq' ? freshVhost() : null]);
    this.#dropDatabase = () => database.drop();
    this.rabbitmq = rabbitmq;
    const [sandboxPort, ...apiPorts] = (await Promise.all(Array.from({ length: apiProcesses + 1 }, () => freePort()))) as [
      number,
      ...number[],
    ];
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    this.env = testEnvironment({
      LOG_LEVEL: 'warn',
      // No suite logs in again, and a suite may take longer than a token lives by default.
      ACCESS_TOKEN_SECONDS: '3600',
      DATABASE_URL: database.url,
      STRIPE_API_URL: this.sandboxUrl,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: ':memory:',
      SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${apiPorts[0]}/api/v1/webhooks/stripe`,
      SANDBOX_RETRY_DELAYS_MS: '200,500,1000,2000,5000,10000',
      ...(rabbitmq === null ? {} : { AMQP_URL: rabbitmq.url }),
      ...this.options.env,
    });
    const stripeHost = { host: '127.0.0.1', port: sandboxPort, protocol: 'http' } as const;
    this.stripe = new Stripe(this.env['STRIPE_SECRET_KEY']!, { ...stripeHost, telemetry: false });
    this.#database = new pg.Pool({ connectionString: database.url, max: 4 });
    this.#database.on('error', () => undefined);

    [, ...this.apis] = await Promise.all([this.startSandbox(sandboxPort), ...apiPorts.map((port) => this.startApi(port))]);
  }

  /** The client of the first api process, which receives the webhooks too. */
  get api(): HttpClient {
    return this.apis[0]!;
  }

  async startWorker(): Promise<RunningProcess & { readonly url: string }> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { ...this.env, WORKER_PORT: String(port) };
    const worker = await this.startTracked({ entry: 'worker', env, healthUrl: `${url}/healthz` });
    this.#workers.add(worker);
    void worker.exited.then(() => this.#workers.delete(worker));
    return { ...worker, url };
  }

  async sql<Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.#database!.query<Row>(statement, parameters)).rows;
  }

  /** `from` is a table, with or without a WHERE clause. */
  async count(from: string, parameters: unknown[] = []): Promise<number> {
    return (await this.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`, parameters))[0]!.n;
  }

  /** Returns customers who have a token but no account: a password hash for each of a thousand would take minutes. */
  async customersWithTokens(count: number): Promise<Customer[]> {
    const tokens = new AccessTokens(readSettings(this.env).get(Settings));
    return Promise.all(
      Array.from({ length: count }, async () => {
        const id = newId();
        const { accessToken } = await tokens.issue({ userId: id, role: 'customer' });
        return { id, email: `${randomUUID()}@customers.test`, password: '', token: accessToken };
      }),
    );
  }

  /** Returns the messages that found no queue at RabbitMQ. Those of the broker kept in PostgreSQL are rows, which the invariants read. */
  async unroutedMessages(): Promise<number> {
    return this.rabbitmq === null ? 0 : unroutedMessages(this.rabbitmq.url);
  }

  /** Throws when an invariant does not hold. Starts a worker if none runs and work is left, because only a worker publishes and receives events. */
  async finish(): Promise<void> {
    try {
      if (this.apis.length === 0) return;
      if (this.#workers.size === 0 && (await brokenInvariants(this)).length > 0) await this.startWorker();
      await assertInvariants(this, { timeoutMs: AFTER_SIGKILL_MS });
    } finally {
      for (const running of this.#processes.reverse()) await running.kill('SIGKILL');
      await this.#database?.end();
      await this.#dropDatabase?.();
    }
  }

  private async startSandbox(port: number): Promise<void> {
    await this.startTracked({ entry: 'stripe-sandbox', env: this.env, healthUrl: `http://127.0.0.1:${port}/healthz` });
  }

  private async startApi(port: number): Promise<HttpClient> {
    const url = `http://127.0.0.1:${port}`;
    await this.startTracked({ entry: 'api', env: { ...this.env, PORT: String(port) }, healthUrl: `${url}/healthz` });
    return new HttpClient(url, ADMIN);
  }

  private async startTracked(options: ProcessOptions): Promise<RunningProcess> {
    const running = await startProcess({ ...options, secrets: { 'the password of a customer': CUSTOMER_PASSWORD } });
    this.#processes.push(running);
    return running;
  }
}

export type { MultiProcessSystem };
