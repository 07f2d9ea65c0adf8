import { setTimeout as pause } from 'node:timers/promises';
import type { Customer, HttpResponse, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Answers that equal requests share', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let showtime: ShowtimeFixture;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    [customer] = (await system.registerCustomers(1)) as [Customer];
    showtime = await system.createShowtime();
  }, 60_000);
  afterAll(() => system?.close());

  const seatMap = (headers: Record<string, string> = {}, token?: string): Promise<HttpResponse> =>
    system.call('GET', `/showtimes/${showtime.showtimeId}/seats`, { headers, ...(token === undefined ? {} : { token }) });
  const statusOf = ({ body }: HttpResponse, seat: string): string =>
    (body.rows as { seats: Json[] }[]).flatMap(({ seats }) => seats).find(({ label }) => label === seat)!['status'] as string;

  it('fifty equal requests get the same answer, each with its own request id', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => seatMap({ 'x-request-id': `asked-${i}` })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get('x-request-id'))).toEqual(answers.map((_, i) => `asked-${i}`));
    const [first, ...others] = answers.map(({ headers }) =>
      [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it('no answer is older than its question: what was held before is seen', async () => {
    let isOver = false;
    const readers = Array.from({ length: 20 }, async () => {
      while (!isOver) await seatMap();
    });
    for (const seat of ['A1', 'A2', 'A3']) {
      expect((await system.hold(customer, showtime.showtimeId, [seat])).status).toBe(201);
      expect(statusOf(await seatMap(), seat)).toBe('held');
    }
    isOver = true;
    await Promise.all(readers);
  });

  it('of equal requests each is compared with its own If-None-Match', async () => {
    const etag = (await seatMap()).headers.get('etag')!;
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => seatMap(i % 2 === 0 ? { 'if-none-match': etag } : {})));
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 2 === 0 ? 304 : 200)));
  });

  it('equal requests get the answer in the encoding that each takes', async () => {
    const encodings = Array.from({ length: 30 }, (_, i) => ['gzip', 'br', 'identity'][i % 3]!);
    const answers = await Promise.all(encodings.map((encoding) => seatMap({ 'accept-encoding': encoding })));
    expect(answers.map(({ headers }) => headers.get('content-encoding') ?? 'identity')).toEqual(encodings);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('a logged-in customer gets an answer of their own', async () => {
    const [own, shared] = [seatMap({}, customer.token), seatMap()];
    const mine = ({ body }: HttpResponse): number => (JSON.stringify(body).match(/"mine":true/g) ?? []).length;
    expect([mine(await own), mine(await shared)]).toEqual([3, 0]);
    expect((await own).headers.get('cache-control')).toBe('no-store');
  });

  it('equal requests that are refused get a problem each, with its own request id', async () => {
    const path = `/showtimes/${crypto.randomUUID()}/seats`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => system.call('GET', path, { headers: { 'x-request-id': `unknown-${i}` } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(answers.map(({ body }) => body['requestId'])).toEqual(answers.map((_, i) => `unknown-${i}`));
  });
});

describe('Answers that equal requests share while every slot is taken', () => {
  const SLOTS = 2;
  const WAITING = 2 * SLOTS;
  /** Twice that is longer than an outage would last before it is noticed: a slow answer is no reason to ask for it many times. */
  const LOCKED_MS = 1_100;
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({
      worker: false,
      longLockWaits: true,
      env: { ADMITTED_REQUESTS: String(SLOTS), ADMISSION_WAITING: String(WAITING) },
    });
  }, 60_000);
  afterAll(() => system?.close());

  const slow = (): Promise<HttpResponse>[] => Array.from({ length: SLOTS }, (_, i) => system.get(`/genres?limit=${i + 1}`));
  const waitingBackends = async (): Promise<number[]> => {
    const waiting = await system.sql<{ pid: number }>(
      'SELECT pid FROM pg_locks JOIN pg_database ON oid = database WHERE datname = current_database() AND NOT granted',
    );
    return waiting.map(({ pid }) => pid);
  };

  it('a crowd that asks the same takes one place among those that wait', async () => {
    const [first, second] = await Promise.all([system.database.connect(), system.database.connect()]);
    try {
      await first.query('BEGIN; LOCK TABLE movies.genres');
      const answers = slow();
      await until(async () => (await waitingBackends()).length === SLOTS, { what: 'two requests that wait in the database' });
      const locked = second.query('BEGIN; LOCK TABLE movies.genres');
      answers.push(...slow(), ...Array.from({ length: 20 * WAITING }, () => system.get('/movies')));
      await pause(LOCKED_MS);
      await first.query('COMMIT');
      await locked;
      await pause(LOCKED_MS);
      await second.query('COMMIT');
      expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
    } finally {
      first.release(true);
      second.release(true);
    }
  });

  it('one lost connection fails one request of a crowd', async () => {
    const blocker = await system.database.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE movies.movies');
      const answers = Array.from({ length: 50 }, () => system.get('/movies'));
      const [pid] = await until(async () => ((pids) => pids.length > 0 && pids)(await waitingBackends()), { what: 'a request that waits' });
      // The database answers: what fails now is no outage.
      expect((await system.get('/theatres')).status).toBe(200);
      await system.sql('SELECT pg_terminate_backend($1)', [pid]);
      await until(async () => ((pids) => pids.length > 0 && !pids.includes(pid!))(await waitingBackends()), { what: 'another attempt' });
      await blocker.query('COMMIT');
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses.filter((status) => status !== 200)).toEqual([503]);
    } finally {
      blocker.release(true);
    }
  });
});
