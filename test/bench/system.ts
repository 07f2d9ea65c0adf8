/** What is measured: the processes as they ship (one api, one worker, the sandbox), a durable PostgreSQL and RabbitMQ, and what they are compared with. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { newId } from '@app/kernel/id.js';
import { Settings } from '@app/platform/config/settings.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { readSettings } from '../../apps/settings.js';
import { startPostgres } from '../../apps/standalone/src/embedded-postgres.js';
import { migrate } from '../../migrations/run.js';
import { findRabbitmq } from '../support/find-rabbitmq.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { HttpClient, type ShowtimeFixture } from '../support/http-client.js';
import { ADMIN, testEnvironment } from '../support/in-process-system.js';
import { startProcess } from '../support/processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

/** Each with 8 × 12 seats. Enough for 5,000 holds a second in five rounds of five seconds that meet no other. */
const SHOWTIMES = 2_700;
/** At which many callers want the same seats: one for each round. */
const CONTENDED_SHOWTIMES = 32;
const CUSTOMERS = 2_000;

interface Customer {
  readonly id: string;
  readonly token: string;
}

export interface MeasuredSystem {
  readonly api: string;
  readonly bare: string;
  readonly databaseUrl: string;
  readonly sandbox: string;
  readonly pids: { readonly api: number; readonly worker: number };
  readonly startMs: { readonly api: number; readonly worker: number };
  readonly client: HttpClient;
  readonly showtime: ShowtimeFixture;
  /** For holds of seats that nobody else wants. */
  readonly showtimeIds: readonly string[];
  /** For holds of seats that many want. */
  readonly contendedIds: readonly string[];
  readonly customers: readonly Customer[];
  readonly database: pg.Pool;
  readonly stripeKey: string;
  /** Where the api listens for a debugger, if it does. */
  readonly inspectorPort: number | null;
  stop(): Promise<void>;
}

interface MeasuredSystemOptions {
  readonly log: (line: string) => void;
  readonly isInspected: boolean;
}

export async function startMeasuredSystem({ log, isInspected }: MeasuredSystemOptions): Promise<MeasuredSystem> {
  const { path: folder, remove } = temporaryFolder();
  const stops: (() => unknown)[] = [remove];
  const stop = async (): Promise<void> => {
    for (const end of stops.reverse()) await Promise.resolve(end()).catch((error: unknown) => log(String(error)));
  };
  try {
    const databaseUrl = process.env['DATABASE_URL'] ?? (await startDurablePostgres(join(folder, 'postgres'), stops));
    const rabbitmq = await findRabbitmq(process.env['AMQP_URL'], join(folder, 'rabbitmq'), log);
    stops.push(() => rabbitmq.remove());
    await migrate(databaseUrl);
    const [apiPort, workerPort, sandboxPort, barePort] = (await Promise.all([1, 2, 3, 4].map(() => freePort()))) as [
      number,
      number,
      number,
      number,
    ];
    const env = testEnvironment({
      ...OPERATORS_SETTINGS,
      DATABASE_URL: databaseUrl,
      AMQP_URL: await rabbitmq.freshVhost({ exchanges: [], queues: [] }),
      STRIPE_API_URL: `http://127.0.0.1:${sandboxPort}`,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: ':memory:',
      SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${apiPort}/api/v1/webhooks/stripe`,
    });
    const start = async (entry: 'api' | 'worker' | 'stripe-sandbox', port: number, own: Record<string, string> = {}) => {
      const begin = performance.now();
      const running = await startProcess({
        entry,
        env: { ...env, ...own },
        healthUrl: `http://127.0.0.1:${port}/healthz`,
        logFile: join(folder, `${entry}.log`),
      });
      stops.push(() => running.kill('SIGTERM'));
      return { pid: running.pid, startMs: performance.now() - begin };
    };
    await start('stripe-sandbox', sandboxPort);
    const inspectorPort = isInspected ? await freePort() : null;
    const inspected = inspectorPort === null ? '' : ` --inspect=127.0.0.1:${inspectorPort}`;
    const options = { NODE_OPTIONS: `${API_OPTIONS}${inspected}`, ...API_ENVIRONMENT };
    const api = await start('api', apiPort, { PORT: String(apiPort), ...options });
    const worker = await start('worker', workerPort, { WORKER_PORT: String(workerPort), NODE_OPTIONS: WORKER_OPTIONS });
    stops.push(await startBare(databaseUrl, barePort));

    const database = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    stops.push(() => database.end());
    await database.query(readFileSync(new URL('./bare-schema.sql', import.meta.url), 'utf8'));
    const client = new HttpClient(`http://127.0.0.1:${apiPort}`, ADMIN);
    const showtime = await client.createShowtime();
    const repeated = await repeatShowtime(database, showtime.showtimeId, SHOWTIMES + CONTENDED_SHOWTIMES);
    await database.query('ANALYZE');
    return {
      api: client.url,
      bare: `http://127.0.0.1:${barePort}`,
      sandbox: `http://127.0.0.1:${sandboxPort}`,
      databaseUrl,
      pids: { api: api.pid, worker: worker.pid },
      startMs: { api: api.startMs, worker: worker.startMs },
      client,
      showtime,
      showtimeIds: repeated.slice(CONTENDED_SHOWTIMES),
      contendedIds: repeated.slice(0, CONTENDED_SHOWTIMES),
      customers: await customersWithTokens(env),
      database,
      stripeKey: env['STRIPE_SECRET_KEY']!,
      inspectorPort,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As compose.yaml starts them. */
const API_OPTIONS = '--max-semi-space-size=32 --max-old-space-size=256';
const API_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: '1048576' };
const WORKER_OPTIONS = '--max-semi-space-size=8';

/** Everything switched on, as an operator has it; the tests' own ticks are faster than that. */
export const OPERATORS_SETTINGS = {
  LOG_LEVEL: 'info',
  ACCESS_TOKEN_SECONDS: '3600',
  HOLD_PER_ACCOUNT_PER_MINUTE: '1000000',
  PAYMENT_PER_ACCOUNT_PER_MINUTE: '1000000',
  PAYMENT_PER_ADDRESS_PER_MINUTE: '1000000',
  MAX_HOLDS_PER_CUSTOMER: '0',
  TICK_SWEEP_HOLDS_MS: '1000',
  TICK_SETTLE_PAYMENTS_MS: '60000',
  TICK_COMPLETE_RESERVATIONS_MS: '60000',
  TICK_JOBS_MS: '1000',
  TICK_RETRY_STRIPE_EVENTS_MS: '1000',
  TICK_REQUEST_OWED_REFUNDS_MS: '60000',
  TICK_RECONCILE_PAYMENTS_MS: '60000',
  TICK_CANCELLATION_RUNS_MS: '1000',
  TICK_COMPARE_SHOWTIMES_MS: '60000',
  TICK_REQUEST_MISSING_MAILS_MS: '60000',
  TICK_REMIND_OF_HOLDS_MS: '60000',
};

async function startDurablePostgres(dataDir: string, stops: (() => unknown)[]): Promise<string> {
  const server = await startPostgres({ dataDir, port: 0, durable: true, log: () => undefined });
  stops.push(server.stop);
  return server.url;
}

async function startBare(databaseUrl: string, port: number): Promise<() => void> {
  const script = new URL('./bare.mjs', import.meta.url).pathname;
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port) };
  const child = spawn(process.execPath, [script], { env, stdio: 'inherit' });
  await until(async () => (await fetch(`http://127.0.0.1:${port}/hello`)).ok, { what: 'the bare server' });
  return () => void child.kill('SIGTERM');
}

/** The same showtime every four hours, in the same room. */
async function repeatShowtime(database: pg.Pool, showtimeId: string, times: number): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO showtimes.showtimes
     SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
       'starts_at', s.starts_at + n * interval '4 hours', 'ends_at', s.ends_at + n * interval '4 hours',
       'room_free_at', s.room_free_at + n * interval '4 hours'))).*
     FROM showtimes.showtimes s, generate_series(1, $2::int) n WHERE s.id = $1 RETURNING id`,
    [showtimeId, times],
  );
  return rows.map(({ id }) => id);
}

/** Without accounts: a password hash for each would take longer than the measurement. */
export async function customersWithTokens(env: Readonly<Record<string, string>>): Promise<Customer[]> {
  const tokens = new AccessTokens(readSettings(env).get(Settings));
  return Promise.all(
    Array.from({ length: CUSTOMERS }, async () => {
      const id = newId();
      const { accessToken } = await tokens.issue({ userId: id, role: 'customer' });
      return { id, token: accessToken };
    }),
  );
}
