import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { Semaphore } from '@app/platform/concurrency/semaphore.js';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { migrate } from '../../../migrations/run.js';
import type { HttpResponse, Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type DedicatedPostgres, startDedicatedPostgres } from '../../support/postgres.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

interface TimedResponse extends HttpResponse {
  readonly durationMs: number;
}

async function timed(request: Promise<HttpResponse>): Promise<TimedResponse> {
  const startedAt = performance.now();
  const answer = await request;
  return { ...answer, durationMs: performance.now() - startedAt };
}

const refused = ({ status }: HttpResponse): boolean => status === 503;

describe('A database that does not answer', () => {
  /** Five seconds are promised; the rest is for a busy machine. */
  const PROMISED_MS = 7_500;
  let postgres: DedicatedPostgres;
  let system: InProcessSystem;
  let customer: Customer;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    postgres = await startDedicatedPostgres();
    await migrate(postgres.url);
    system = await startInProcessSystem({ worker: false, env: { DATABASE_URL: postgres.url, DATABASE_POOL: '10' } });
    scene = await system.createShowtime();
    customer = await system.registerCustomer();
  }, 120_000);
  afterAll(async () => {
    await system.close();
    await postgres.remove();
  });
  afterEach(() => postgres.resume());

  const allKindsOfRequests = (): Promise<TimedResponse>[] => [
    timed(system.get('/movies')),
    timed(system.get(`/showtimes/${scene.showtimeId}/seats`)),
    timed(system.get('/reservations', { token: customer.token })),
    timed(system.hold(customer, scene.showtimeId, ['A1'])),
    timed(system.hold(customer, scene.showtimeId, ['A2'], { 'idempotency-key': 'frozen' })),
    timed(system.post('/webhooks/stripe', '{}', { headers: { 'content-type': 'application/json' } })),
  ];

  it('every request is answered within the promised time', async () => {
    await Promise.all(allKindsOfRequests());
    postgres.pause();
    const answers: Promise<TimedResponse>[] = [];
    for (let round = 0; round < 25; round++) {
      answers.push(...allKindsOfRequests());
      await pause(250);
    }
    const all = await Promise.all(answers);
    const webhooks = all.filter((_, i) => i % 6 === 5);
    // A webhook without a signature is refused before the database is used.
    expect(new Set(webhooks.map(({ status }) => status))).toEqual(new Set([400]));
    for (const answer of all.filter((_, i) => i % 6 !== 5)) {
      expect(answer).toMatchObject({ status: 503, body: { status: 503, retryAfter: 2 } });
      expect(['platform.unavailable', 'platform.overloaded']).toContain(answer.body.code);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    expect(Math.max(...all.map(({ durationMs }) => durationMs))).toBeLessThan(PROMISED_MS);
  }, 60_000);

  it('the process is alive and not ready', async () => {
    postgres.pause();
    const [alive, ready] = await Promise.all([timed(system.get('//healthz')), timed(system.get('//readyz'))]);
    expect(alive).toMatchObject({ status: 200 });
    expect(alive.durationMs).toBeLessThan(ready.durationMs);
    expect(ready).toMatchObject({ status: 503, body: { status: 'not ready', checks: { database: 'down' } } });
    expect(ready.durationMs).toBeLessThan(PROMISED_MS);
  });

  it('requests succeed again without a restart, and no seat is lost', async () => {
    postgres.pause();
    const answers = await Promise.all(Array.from({ length: 30 }, () => system.hold(customer, scene.showtimeId, ['B1', 'B2'])));
    expect(answers.every(refused)).toBe(true);
    postgres.resume();
    await until(async () => (await system.get('//readyz')).status === 200, { what: 'the API to be ready again' });
    // The hold of an aborted request was made or not, but never twice.
    const held = await system.hold(customer, scene.showtimeId, ['B1', 'B2']);
    expect([201, 409]).toContain(held.status);
    for (let i = 0; i < 20; i++) expect((await system.get('/movies')).status).toBe(200);
  }, 60_000);

  it('a database that restarts is used again without a restart', async () => {
    await postgres.kill();
    const answer = await timed(system.get('/movies'));
    expect(answer).toMatchObject({ status: 503, body: { code: 'platform.unavailable' } });
    await postgres.start();
    await until(async () => (await system.get('/movies')).status === 200, { what: 'the first answer after the restart' });
  }, 60_000);
});

describe('More requests than are admitted', () => {
  let system: InProcessSystem;

  const start = async (ADMISSION_WAIT_MS: string): Promise<void> => {
    system = await startInProcessSystem({
      worker: false,
      longLockWaits: true,
      env: { DATABASE_POOL: '6', ADMITTED_REQUESTS: '2', ADMISSION_WAITING: '3', ADMISSION_WAIT_MS },
    });
  };
  /** With a token, which a public route does not look at, a request shares no answer with equal ones. */
  const getGenres = (path = '/genres'): Promise<HttpResponse> => system.get(path, { token: 'of-no-use' });

  /** Requests for genres wait until the lock is released. */
  async function whileGenresAreLocked<T>(act: () => Promise<T>): Promise<T> {
    const client = await system.database.connect();
    try {
      await client.query('BEGIN; LOCK TABLE movies.genres IN ACCESS EXCLUSIVE MODE');
      return await act();
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  const requestsInProgress = (count: number): Promise<void> =>
    until(
      async () =>
        (
          await system.sql<{ n: number }>(
            `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        )[0]!.n >= count || undefined,
      { what: `${count} requests in progress` },
    ).then(() => undefined);

  const requestsWaiting = (count: number): Promise<unknown> =>
    until(async () => (await METRICS.getSingleMetric('cinema_admission_waiting')!.get()).values[0]!.value === count, {
      what: `${count} requests to wait for a slot`,
    });

  describe('and half a minute to wait', () => {
    beforeAll(() => start('30000'), 60_000);
    afterAll(() => system?.close());

    it('requests beyond the limits are refused at once, the others are served', async () => {
      await whileGenresAreLocked(async () => {
        let answered = 0;
        const patient = Array.from({ length: 5 }, () => getGenres().finally(() => answered++));
        await requestsInProgress(2);
        await requestsWaiting(3);
        // The route decides, however its path is written.
        const spellings = ['/genres', '//%61pi/v1/genres', '/%67enres', '/genres/'];
        const beyond = await Promise.all(spellings.map(getGenres));
        // None of the earlier requests had been answered.
        expect(answered).toBe(0);
        for (const answer of beyond) {
          expect(answer).toMatchObject({ status: 503, body: { code: 'platform.overloaded', retryAfter: 2 } });
          expect(answer.headers.get('retry-after')).toBe('2');
        }
        return patient;
      }).then(async (patient) => {
        for (const answer of await Promise.all(patient)) expect(answer.status).toBe(200);
      });
    });

    it('webhooks, health and documents do not wait', async () => {
      const waiting = await whileGenresAreLocked(async () => {
        const inProgress = [getGenres(), getGenres()];
        await requestsInProgress(2);
        const webhook = await system.post('/webhooks/stripe', '{}', { headers: { 'content-type': 'application/json' } });
        expect(webhook.status).toBe(400);
        expect((await system.get('//healthz')).status).toBe(200);
        expect((await system.get('//readyz')).status).toBe(200);
        expect((await system.get('//docs/openapi.json')).status).toBe(200);
        return inProgress;
      });
      await Promise.all(waiting);
    });

    it('clients that give up waiting leave no slot occupied', async () => {
      await whileGenresAreLocked(async () => {
        const inProgress = [getGenres(), getGenres()];
        await requestsInProgress(2);
        for (let round = 0; round < 5; round++) {
          const gone = new AbortController();
          const abandoned = fetch(`${system.url}/api/v1/genres`, {
            signal: gone.signal,
            headers: { authorization: 'Bearer of-no-use' },
          }).catch(() => 'gone');
          await requestsWaiting(1);
          gone.abort();
          expect(await abandoned).toBe('gone');
          await requestsWaiting(0);
        }
        return inProgress;
      }).then((inProgress) => Promise.all(inProgress));
      for (const { status } of await Promise.all(Array.from({ length: 5 }, () => system.get('/genres')))) expect(status).toBe(200);
    });
  });

  describe('and a second to wait', () => {
    beforeAll(() => start('1000'), 60_000);
    afterAll(() => system?.close());

    it('a request that waits too long is refused', async () => {
      const waiting = await whileGenresAreLocked(async () => {
        const inProgress = [getGenres(), getGenres()];
        await requestsInProgress(2);
        const answer = await timed(getGenres());
        expect(answer).toMatchObject({ status: 503, body: { code: 'platform.overloaded' } });
        expect(answer.durationMs).toBeGreaterThan(900);
        return inProgress;
      });
      for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
    });
  });
});

describe('Requests that wait for something other than the database', () => {
  let silentStripe: Server;
  let system: InProcessSystem;

  beforeAll(async () => {
    // A Stripe that accepts every call and answers none.
    silentStripe = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silentStripe, 'listening');
    const { port } = silentStripe.address() as AddressInfo;
    system = await startInProcessSystem({
      worker: false,
      env: { DATABASE_POOL: '6', ADMITTED_REQUESTS: '2', STRIPE_API_URL: `http://127.0.0.1:${port}`, STRIPE_TIMEOUT_MS: '60000' },
    });
  }, 60_000);
  const endStripe = (): void => {
    silentStripe.close();
    silentStripe.closeAllConnections();
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    endStripe();
    await system?.close();
  });

  it('a request that waits for Stripe keeps no slot', async () => {
    const scene = await system.createShowtime();
    const customers = await system.registerCustomers(6);
    const holds = await Promise.all(customers.map((customer, i) => system.hold(customer, scene.showtimeId, [`A${i + 1}`])));
    let answered = 0;
    const paying = holds.map(({ body }, i) =>
      system.post(`/reservations/${body.id}/payment`, undefined, { token: customers[i]!.token }).finally(() => answered++),
    );
    const allWaitForStripe = `SELECT FROM payments.payments WHERE status = 'created'`;
    await until(async () => (await system.sql(allWaitForStripe)).length === 6, { what: 'six payments in progress' });
    for (let i = 0; i < 20; i++) expect((await system.get(`/showtimes/${scene.showtimeId}/seats`)).status).toBe(200);
    expect(answered).toBe(0);
    endStripe();
    for (const { status, body } of await Promise.all(paying)) expect([status, body.code]).toEqual([503, 'payments.unavailable']);
    expect((await system.get('/genres')).status).toBe(200);
  }, 60_000);

  it('a request that waits for a hash keeps no slot', async () => {
    const mayHash = Promise.withResolvers<void>();
    // It limits how many hash at once; nothing else of the requests in this test uses one.
    const hashing = vi.spyOn(Semaphore.prototype, 'run').mockImplementation(async (work) => {
      await mayHash.promise;
      return work();
    });
    const registering = Array.from({ length: 40 }, (_, i) =>
      system.post('/auth/register', { email: `crowd-${i}@cinema.test`, password: 'seven quiet rows', fullName: 'One of many' }),
    );
    await until(() => hashing.mock.calls.length === 40, { what: 'forty requests that wait for a hash' });
    expect((await system.get('/genres')).status).toBe(200);
    mayHash.resolve();
    for (const { status } of await Promise.all(registering)) expect(status).toBe(201);
  }, 60_000);
});
