/** The system as it ships: several api processes, a worker, RabbitMQ and the Stripe sandbox, each a process of its own. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import Stripe from 'stripe';
import { newId } from '@app/kernel/id.js';
import { AccessTokens } from '@app/platform/http/access-tokens.js';
import { freePort } from './free-port.js';
import { type Customer, HttpClient } from './http-client.js';
import { freshDatabase } from './postgres.js';
import { type RunningProcess, startProcess } from './processes.js';
import { type RabbitmqHandle, freshVhost } from './rabbitmq.js';
import { ADMIN, testEnvironment } from './in-process-system.js';
import { readSettings } from '../../apps/settings.js';
import { Settings } from '@app/platform/config/settings.js';

export interface MultiProcessSystemOptions {
  readonly apis?: number;
  /** True: RabbitMQ; false: the broker kept in PostgreSQL. */
  readonly rabbit?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export class MultiProcessSystem {
  readonly stripe: Stripe;

  private constructor(
    readonly env: Readonly<Record<string, string>>,
    /** One client for every api process. */
    readonly apis: readonly HttpClient[],
    readonly sandboxUrl: string,
    readonly database: pg.Pool,
    readonly rabbit: RabbitmqHandle | null,
    private readonly processes: RunningProcess[],
    private readonly dropDatabase: () => Promise<void>,
  ) {
    const { hostname, port } = new URL(sandboxUrl);
    this.stripe = new Stripe(env['STRIPE_SECRET_KEY']!, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
  }

  static async start({ apis = 2, rabbit: withRabbit = true, env: own = {} }: MultiProcessSystemOptions = {}): Promise<MultiProcessSystem> {
    const [database, rabbit] = await Promise.all([freshDatabase(), withRabbit ? freshVhost() : null]);
    const ports = await Promise.all(Array.from({ length: apis + 1 }, freePort));
    const [sandboxPort, ...apiPorts] = ports as [number, ...number[]];
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    const env = testEnvironment({
      LOG_LEVEL: 'warn',
      DATABASE_URL: database.url,
      STRIPE_API_URL: sandboxUrl,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: ':memory:',
      SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${apiPorts[0]}/api/v1/webhooks/stripe`,
      SANDBOX_RETRY_DELAYS_MS: '200,500,1000,2000,5000,10000',
      ...(rabbit === null ? {} : { AMQP_URL: rabbit.url }),
      ...own,
    });
    const processes = [await startProcess({ entry: 'stripe-sandbox', env, healthUrl: `${sandboxUrl}/healthz` })];
    const clients: HttpClient[] = [];
    for (const port of apiPorts) {
      const url = `http://127.0.0.1:${port}`;
      processes.push(await startProcess({ entry: 'api', env: { ...env, PORT: String(port) }, healthUrl: `${url}/healthz` }));
      clients.push(new HttpClient(url, ADMIN));
    }
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new MultiProcessSystem(env, clients, sandboxUrl, pool, rabbit, processes, () => database.drop());
  }

  get api(): HttpClient {
    return this.apis[0]!;
  }

  async startWorker(): Promise<RunningProcess> {
    const port = await freePort();
    const worker = await startProcess({
      entry: 'worker',
      env: { ...this.env, WORKER_PORT: String(port) },
      healthUrl: `http://127.0.0.1:${port}/healthz`,
    });
    this.processes.push(worker);
    return worker;
  }

  async sql<Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(statement, parameters)).rows;
  }

  async count(from: string, parameters: unknown[] = []): Promise<number> {
    return (await this.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`, parameters))[0]!.n;
  }

  /** Customers who signed in elsewhere: tokens made with the same secret, without a password hash each. */
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

  async close(): Promise<void> {
    for (const running of this.processes.reverse()) await running.kill('SIGKILL');
    await this.database.end();
    await this.dropDatabase();
  }
}
