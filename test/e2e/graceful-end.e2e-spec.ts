import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { newId } from '@app/kernel/id.js';
import { MultiProcessSystem } from '../support/multi-process-system.js';
import { freePort } from '../support/free-port.js';
import { type Customer, HttpClient, type ShowtimeFixture } from '../support/http-client.js';
import { type ProcessExit, type RunningProcess, startProcess } from '../support/processes.js';
import { until } from '../support/until.js';

/** What a supervisor grants before it kills. */
const GRACE = 10_000;
const QUEUE = 'payments.cancel-payment-when-hold-expired';

interface Ended extends ProcessExit {
  readonly took: number;
}

async function end(running: RunningProcess, ...signals: NodeJS.Signals[]): Promise<Ended> {
  const started = performance.now();
  for (const signal of signals.length > 0 ? signals : (['SIGTERM'] as const)) process.kill(running.pid, signal);
  const exit = await running.exited;
  return { ...exit, took: performance.now() - started };
}

describe('The end of a process', () => {
  let cluster: MultiProcessSystem;

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 1, env: { READINESS_DELAY_MS: '700', ACCESS_TOKEN_SECONDS: '3600' } });
  }, 120_000);
  afterAll(() => cluster.close());

  const sleeping = (count: number): Promise<unknown> =>
    until(async () => (await cluster.count(`pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`)) >= count, {
      timeoutMs: 20_000,
      what: `${count} sleeping statements`,
    });

  /** Every write to the table takes so many seconds. */
  async function slow(table: string, seconds: number): Promise<void> {
    await cluster.sql(
      `CREATE OR REPLACE FUNCTION public.linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END $$`,
    );
    await cluster.sql(`CREATE OR REPLACE TRIGGER linger AFTER INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION public.linger()`);
  }
  const atFullSpeed = (table: string): Promise<unknown> => cluster.sql(`DROP TRIGGER IF EXISTS linger ON ${table}`);

  describe('that serves customers', () => {
    const claims = 'reservations.seat_claims';
    let api: RunningProcess;
    let client: HttpClient;
    let customer: Customer;
    let scene: ShowtimeFixture;
    let seat: string;
    let sockets: Socket[];

    beforeAll(async () => {
      scene = await cluster.api.createShowtime();
    });
    beforeEach(async () => {
      const port = await freePort();
      api = await startProcess({
        entry: 'api',
        env: { ...cluster.env, PORT: String(port) },
        healthUrl: `http://127.0.0.1:${port}/readyz`,
      });
      client = new HttpClient(`http://127.0.0.1:${port}`, { email: '', password: '' });
      [customer] = (await cluster.customersWithTokens(1)) as [Customer];
      seat = `A${(await cluster.count(claims)) + 1}`;
      sockets = [];
    });
    afterEach(async () => {
      for (const socket of sockets) socket.destroy();
      await api.kill('SIGKILL');
      await atFullSpeed(claims);
    });

    async function open(...words: string[]): Promise<Socket> {
      const { hostname, port } = new URL(client.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      for (const word of words) socket.write(word);
      return socket;
    }

    it('is announced first, then the door closes, and whoever is inside is served', async () => {
      await slow(claims, 2);
      const held = client.hold(customer, scene.showtimeId, [seat]);
      await sleeping(1);
      const ended = end(api);

      const ready = await until(
        async () => {
          const answer = await client.get('//readyz');
          return answer.status === 503 ? answer : undefined;
        },
        { timeoutMs: 600, what: 'the announcement' },
      );
      expect(ready.body).toMatchObject({ status: 'not ready', checks: { database: 'up', process: 'leaving' } });
      expect(ready.headers.get('connection')).toBe('close');
      expect((await client.get('//healthz')).status).toBe(200);
      // A load balancer that has not looked yet still sends customers here.
      expect((await client.get('/movies')).status).toBe(200);

      await until(
        () =>
          client.get('//healthz').then(
            () => false,
            () => true,
          ),
        { timeoutMs: 3_000, what: 'the door to close' },
      );
      const { status, body } = await held;
      expect(status).toBe(201);
      expect(await ended).toMatchObject({ code: 0 });
      expect((await ended).took).toBeLessThan(GRACE);
      expect(await cluster.count('reservations.reservations WHERE id = $1', [body.id])).toBe(1);
    }, 60_000);

    it('leaves no connection at the database', async () => {
      const [{ pid }] = (await cluster.sql<{ pid: number[] }>(
        `SELECT array_agg(pid) AS pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'movie-reservation-api'`,
      )) as [{ pid: number[] }];
      expect(await end(api)).toMatchObject({ code: 0 });
      const left = await cluster.count(`pg_stat_activity WHERE application_name = 'movie-reservation-api' AND pid = ANY ($1)`, [pid]);
      // Those of the cluster's other api process.
      expect(left).toBeLessThan(pid.length);
    }, 60_000);

    it('is not held up by connections that say nothing', async () => {
      for (let i = 0; i < 20; i++) await open();
      for (let i = 0; i < 20; i++) {
        const socket = await open('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        await once(socket, 'data');
      }
      const ended = await end(api);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.took).toBeLessThan(4_000);
    }, 60_000);

    it('is not held up for long by somebody who never finishes a sentence', async () => {
      await open('GET /healthz HTTP/1.1\r\nHost:');
      await open('POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"email"');
      const ended = await end(api);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.took).toBeLessThan(GRACE);
    }, 60_000);

    it('stays the same end when it is asked for again', async () => {
      await slow(claims, 2);
      const held = client.hold(customer, scene.showtimeId, [seat]);
      await sleeping(1);
      const ended = end(api, 'SIGTERM', 'SIGTERM', 'SIGINT');
      expect((await held).status).toBe(201);
      expect(await ended).toMatchObject({ code: 0 });
    }, 60_000);

    it('would break off what is under way if it came without warning', async () => {
      await slow(claims, 2);
      const held = client.hold(customer, scene.showtimeId, [seat]).catch(() => 'broken off');
      await sleeping(1);
      expect(await end(api, 'SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
      expect(await held).toBe('broken off');
    }, 60_000);
  });

  describe('that works in the background', () => {
    const inbox = 'messaging.inbox';

    afterEach(() => atFullSpeed(inbox));

    /** Events nobody need do anything about, on the road from the outbox. */
    async function tell(count: number): Promise<string[]> {
      const ids = Array.from({ length: count }, newId);
      await cluster.sql(
        `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
         SELECT id, 'reservations.hold-expired.v1', id, 1, clock_timestamp(), jsonb_build_object('reservationId', id, 'showtimeId', id, 'seats', '[]'::jsonb)
         FROM unnest($1::uuid[]) AS e (id)`,
        [ids],
      );
      return ids;
    }

    const received = (ids: string[]): Promise<number> => cluster.count(`${inbox} WHERE queue = $1 AND message_id = ANY ($2)`, [QUEUE, ids]);
    const allReceived = (ids: string[]): Promise<unknown> =>
      until(async () => (await received(ids)) === ids.length, { timeoutMs: 30_000, what: `${ids.length} messages in the inbox` });
    const deadLetters = (): Promise<number> => cluster.count('messaging.dead_letters');

    it('finishes the reactions in hand, leaves the rest to others, and loses nothing', async () => {
      await slow(inbox, 1.5);
      const worker = await cluster.startWorker();
      const ids = await tell(60);
      await sleeping(5);
      const ended = await end(worker);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.took).toBeLessThan(GRACE);
      const finished = await received(ids);
      expect(finished).toBeGreaterThan(0);
      expect(
        await cluster.count(
          `pg_stat_activity WHERE datname = current_database() AND application_name IN ('movie-reservation-worker', 'movie-reservation-relay')`,
        ),
      ).toBe(0);

      await atFullSpeed(inbox);
      const next = await cluster.startWorker();
      await allReceived(ids);
      expect(await deadLetters()).toBe(0);
      expect(await end(next)).toMatchObject({ code: 0 });
    }, 90_000);

    it('publishes no event twice and none never, whenever it ends', async () => {
      const all: string[] = [];
      for (let round = 0; round < 3; round++) {
        const worker = await cluster.startWorker();
        all.push(...(await tell(500)));
        await until(async () => (await cluster.count('messaging.outbox WHERE published_at IS NULL')) < 400, {
          timeoutMs: 20_000,
          what: 'the relay to be busy',
        });
        expect(await end(worker)).toMatchObject({ code: 0 });
      }
      const last = await cluster.startWorker();
      await allReceived(all);
      expect(await cluster.count('messaging.outbox WHERE published_at IS NULL')).toBe(0);
      expect(await end(last)).toMatchObject({ code: 0 });
    }, 120_000);

    it('gives up a reaction that hangs, and its message comes back to another worker', async () => {
      await slow(inbox, 600);
      const worker = await cluster.startWorker();
      const ids = await tell(1);
      await sleeping(1);
      const ended = await end(worker);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.took).toBeLessThan(GRACE);
      expect(await received(ids)).toBe(0);

      await atFullSpeed(inbox);
      await cluster.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      const next = await cluster.startWorker();
      await allReceived(ids);
      expect(await end(next)).toMatchObject({ code: 0 });
    }, 90_000);

    it('says on its own port that it is leaving', async () => {
      await slow(inbox, 3);
      const worker = await cluster.startWorker();
      await tell(1);
      await sleeping(1);
      const ended = end(worker);
      const port = await healthPortOf(worker);
      const ready = await until(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
          return answer.status === 503 ? ((await answer.json()) as object) : undefined;
        },
        { timeoutMs: 2_000, what: 'the announcement' },
      );
      expect(ready).toMatchObject({ checks: { process: 'leaving' } });
      expect(await ended).toMatchObject({ code: 0 });
    }, 60_000);

    it('comes in time with the broker away', async () => {
      const worker = await cluster.startWorker();
      await cluster.rabbit!.stop();
      try {
        const ended = await end(worker, 'SIGTERM', 'SIGTERM');
        expect(ended).toMatchObject({ code: 0 });
        expect(ended.took).toBeLessThan(GRACE);
      } finally {
        await cluster.rabbit!.start();
      }
    }, 120_000);

    async function healthPortOf(worker: RunningProcess): Promise<number> {
      const { readFile } = await import('node:fs/promises');
      const variables = (await readFile(`/proc/${worker.pid}/environ`, 'utf8')).split('\0');
      return Number(variables.find((variable) => variable.startsWith('WORKER_PORT='))!.split('=')[1]);
    }
  });

  it('is forced by a watchdog when something never ends', async () => {
    const run = join(import.meta.dirname, '../../dist/libs/platform/src/process/run.js');
    const stuck = `import(${JSON.stringify(run)}).then(({ runProcess }) => runProcess(async () => {
      setInterval(() => {}, 1000); process.stdout.write('started'); return { close: () => new Promise(() => {}) };
    }))`;
    const child = spawn(process.execPath, ['-e', stuck], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    // The handler is set in the turn after the start.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = performance.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(14_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 30_000);
});
