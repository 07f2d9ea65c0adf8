import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { listMovies } from '../../clients/typescript/src/index.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { type Customer, dataOf, HttpClient, type ShowtimeFixture } from '../support/http-client.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { until } from '../support/until.js';
import { MAX_SHUTDOWN_MS, delayInserts, delayedInserts, shutDown, stopDelayingInserts } from './graceful-shutdown.js';

const CLAIMS = 'reservations.seat_claims';
/** Connections that are still open this long after the shutdown began are cut. */
const CONNECTIONS_CUT_AFTER_MS = 7_500;

describe('Shutdown of an api process', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'rabbitmq', env: { READINESS_DELAY_MS: '700' } });
  let api: RunningProcess;
  let client: HttpClient;
  let customer: Customer;
  let fixture: ShowtimeFixture;
  let seat: string;
  let sockets: Socket[];

  beforeAll(async () => {
    fixture = await system.api.createShowtime();
  });
  beforeEach(async () => {
    await startApi();
    [customer] = (await system.customersWithTokens(1)) as [Customer];
    seat = `A${(await system.count(CLAIMS)) + 1}`;
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await api.kill('SIGKILL');
    await stopDelayingInserts(system, CLAIMS);
  });

  async function startApi(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const url = `http://127.0.0.1:${await freePort()}`;
    api = await startProcess({ entry: 'api', env: { ...system.env, PORT: new URL(url).port, ...env }, healthUrl: `${url}/readyz` });
    client = new HttpClient(url, { email: '', password: '' });
  }

  async function restartApi(env: Readonly<Record<string, string>>): Promise<void> {
    await api.kill('SIGKILL');
    await startApi(env);
  }

  /** Opens a connection and sends what is given, which may be a part of a request. */
  async function openConnection(...parts: string[]): Promise<Socket> {
    const { hostname, port } = new URL(client.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    for (const part of parts) socket.write(part);
    return socket;
  }

  const portClosed = (): Promise<true> =>
    until(
      () =>
        openConnection().then(
          () => false as const,
          () => true as const,
        ),
      { what: 'the port to close' },
    );

  it('readiness fails first, then the port closes', async () => {
    await restartApi({ READINESS_DELAY_MS: '5000' });
    const exit = shutDown(api);
    const ready = await until(
      async () => {
        const response = await client.get('//readyz');
        return response.status === 503 && response;
      },
      { what: 'the readiness to fail' },
    );
    expect(ready.body).toMatchObject({ status: 'not ready', checks: { database: 'up', process: 'leaving' } });
    expect(ready.headers.get('connection')).toBe('close');
    expect((await client.get('//healthz')).status).toBe(200);
    // A load balancer that has not read the readiness yet still sends requests.
    await dataOf(listMovies(client.as()));
    expect((await client.get('/reservations', { token: customer.token })).status).toBe(200);

    await portClosed();
    expect(await exit).toMatchObject({ code: 0 });
    expect((await exit).tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
  }, 60_000);

  it('a request in progress is answered, although the port closes meanwhile', async () => {
    await delayInserts(system, CLAIMS, { seconds: 2 });
    const hold = client.hold(customer, fixture.showtimeId, [seat]);
    await delayedInserts(system, 1);
    const exit = shutDown(api);
    await portClosed();
    const { status, body } = await hold;
    expect(status).toBe(201);
    expect(await exit).toMatchObject({ code: 0 });
    expect((await exit).tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
    expect(await system.count('reservations.reservations WHERE id = $1', [body.id])).toBe(1);
  }, 60_000);

  it('an api that serves on for 16 s finishes a request of the last second', async () => {
    await restartApi({ READINESS_DELAY_MS: '16000' });
    await delayInserts(system, CLAIMS, { seconds: 2 });
    const startedAt = performance.now();
    const exit = shutDown(api);
    // Two seconds before the end, because that is how long the request takes.
    await until(async () => (await client.get('//healthz')).status === 200 && performance.now() - startedAt > 14_000, {
      what: 'the last two seconds',
    });
    expect(await client.hold(customer, fixture.showtimeId, [seat])).toMatchObject({ status: 201 });
    expect(await exit).toMatchObject({ code: 0 });
  }, 60_000);

  it('a request that comes on a connection of before the port closed is answered', async () => {
    const answerAfterPortClosed = async (): Promise<string> => {
      const socket = await openConnection();
      const answer = new Promise<string>((resolve) => {
        socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
        socket.once('close', () => resolve('cut off'));
      });
      const exit = shutDown(api);
      await portClosed();
      socket.write('GET /api/v1/movies HTTP/1.1\r\nHost: x\r\n\r\n');
      const text = await answer;
      expect(await exit).toMatchObject({ code: 0 });
      return text;
    };
    let answer = await answerAfterPortClosed();
    // The connection is kept for one second, and a busy machine may send the request later.
    for (let attempt = 2; attempt <= 3 && answer === 'cut off'; attempt++) {
      await startApi();
      answer = await answerAfterPortClosed();
    }
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  }, 120_000);

  it('no database connection remains', async () => {
    const [{ pid }] = (await system.sql<{ pid: number[] }>(
      `SELECT array_agg(pid) AS pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'movie-reservation-api'`,
    )) as [{ pid: number[] }];
    expect(await shutDown(api)).toMatchObject({ code: 0 });
    const remaining = (): Promise<number> =>
      system.count(`pg_stat_activity WHERE application_name = 'movie-reservation-api' AND pid = ANY ($1)`, [pid]);
    // The other api process of the system keeps its connections. PostgreSQL notices a moment later that one is closed.
    await until(async () => (await remaining()) < pid.length, { what: 'the connections of the process to end' });
  }, 60_000);

  it('idle connections do not delay the shutdown', async () => {
    for (let i = 0; i < 20; i++) await openConnection();
    for (let i = 0; i < 20; i++) {
      const socket = await openConnection('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
    }
    const exit = await shutDown(api);
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.tookMs).toBeLessThan(CONNECTIONS_CUT_AFTER_MS);
  }, 60_000);

  it('a client that never completes its request delays the shutdown only for a while', async () => {
    await openConnection('GET /healthz HTTP/1.1\r\nHost:');
    await openConnection(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"email"',
    );
    const exit = await shutDown(api);
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.tookMs).toBeLessThan(MAX_SHUTDOWN_MS);
  }, 60_000);

  it('further signals change nothing', async () => {
    await delayInserts(system, CLAIMS, { seconds: 2 });
    const hold = client.hold(customer, fixture.showtimeId, [seat]);
    await delayedInserts(system, 1);
    const exit = shutDown(api, 'SIGTERM', 'SIGTERM', 'SIGINT');
    expect((await hold).status).toBe(201);
    expect(await exit).toMatchObject({ code: 0 });
  }, 60_000);

  it('SIGKILL breaks off a running request', async () => {
    await delayInserts(system, CLAIMS, { seconds: 2 });
    const hold = client.hold(customer, fixture.showtimeId, [seat]).catch(() => 'broken off');
    await delayedInserts(system, 1);
    expect(await shutDown(api, 'SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await hold).toBe('broken off');
  }, 60_000);
});
