import { randomUUID } from 'node:crypto';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { type Scrape, scrape } from '../../support/metrics.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('The metrics', () => {
  let system: InProcessSystem;
  let port: number;
  let workerPort: number;

  beforeAll(async () => {
    [port, workerPort] = [await freePort(), await freePort()];
    // The suites before counted in this process, too.
    METRICS.resetMetrics();
    system = await startInProcessSystem({
      env: { METRICS_PORT: String(port), WORKER_METRICS_PORT: String(workerPort), HOLD_PER_ACCOUNT_PER_MINUTE: '3' },
    });
  }, 60_000);
  afterAll(() => system.close());

  const untilScrape = (what: string, isSo: (metrics: Scrape) => boolean): Promise<Scrape> =>
    until(
      async () => {
        const metrics = await scrape(workerPort);
        return isSo(metrics) && metrics;
      },
      { what, intervalMs: 200 },
    );

  it('a reservation that is paid and cancelled is in the metrics as it was', async () => {
    const { showtimeId } = await system.createShowtime({ price: 1_250 });
    const [customer, rival] = await Promise.all([system.registerCustomer(), system.registerCustomer()]);
    const reservation = await buyTicket(system, customer, showtimeId, ['A1', 'A2']);
    expect((await system.hold(rival, showtimeId, ['A1'])).status).toBe(409);
    await system.expectOk('DELETE', `/reservations/${reservation.id}`, { token: customer.token });

    // What belongs to one fact is counted at several moments, so all of it is waited for.
    await until(
      async () => {
        expectBooking(await scrape(workerPort));
        return true;
      },
      { what: 'the reservation, its payment and its refund in the metrics', intervalMs: 200 },
    );
  }, 60_000);

  function expectBooking(metrics: Scrape): void {
    expect(metrics.sum('cinema_money_refunded_total', { currency: 'EUR' })).toBe(2_500);
    expect(metrics.sum('cinema_commands_total', { command: 'HoldSeats', outcome: 'done' })).toBe(1);
    expect(metrics.sum('cinema_commands_total', { command: 'HoldSeats', outcome: 'reservations.seats-taken' })).toBe(1);
    expect(metrics.sum('cinema_seats_sold_total')).toBe(2);
    expect(metrics.sum('cinema_seats_returned_total')).toBe(2);
    expect(metrics.sum('cinema_money_captured_total', { currency: 'EUR' })).toBe(2_500);
    expect(metrics.sum('cinema_events_published_total', { type: 'reservations.reservation-confirmed.v1' })).toBe(1);
    expect(metrics.sum('cinema_stripe_requests_total', { operation: 'create-intent', outcome: 'answered' })).toBe(1);
    expect(metrics.sum('cinema_stripe_requests_total', { operation: 'create-refund', outcome: 'answered' })).toBe(1);
    expect(metrics.sum('cinema_jobs_total', { kind: 'payments.submit-refund', outcome: 'done' })).toBe(1);
    const queue = 'reservations.confirm-reservation-when-payment-succeeded';
    expect(metrics.sum('cinema_reactions_total', { queue, outcome: 'acknowledge' })).toBe(1);
    expect(metrics.sum('cinema_relay_leads')).toBe(1);
    expect(metrics.sum('cinema_database_connections')).toBeGreaterThan(0);

    const route = { method: 'POST', route: '/api/v1/reservations' };
    expect(metrics.sum('cinema_http_requests_total', { ...route, status: '201' })).toBe(1);
    expect(metrics.sum('cinema_http_requests_total', { ...route, status: '409' })).toBe(1);
    expect(metrics.sum('cinema_http_request_duration_seconds_count', route)).toBe(2);
    expect(metrics.sum('cinema_http_refusals_total', { ...route, code: 'reservations.seats-taken' })).toBe(1);
    expect(metrics.sum('cinema_http_requests_in_flight')).toBe(0);
  }

  const refundsFailed = (all: Scrape) => all.sum('cinema_refunds_unfinished', { status: 'failed' });
  const owed = (all: Scrape) => all.sum('cinema_money_owed', { currency: 'EUR' });
  const paidPayment = async (showtimeId: string, seat: string): Promise<string> => {
    const { id } = await buyTicket(system, await system.registerCustomer(), showtimeId, [seat]);
    return (await system.sql<{ id: string }>(`SELECT id FROM payments.payments WHERE reservation_id = $1`, [id]))[0]!.id;
  };
  const addRefund = async (paymentId: string, own: { reason: string; amount: number; status: string; failure?: string }): Promise<void> => {
    await system.sql(
      `INSERT INTO payments.refunds (id, payment_id, reason, amount, currency, status, failure, failed_stripe_refund_ids, created_at)
       VALUES ($1, $2, $3, $4, 'EUR', $5, $6, '[]', now())`,
      [randomUUID(), paymentId, own.reason, own.amount, own.status, own.failure ?? null],
    );
  };

  it('what waits in the tables is counted, such as a refund that failed', async () => {
    const { showtimeId } = await system.createShowtime({ price: 900 });
    const paymentId = await paidPayment(showtimeId, 'B1');
    await addRefund(paymentId, { reason: 'goodwill', amount: 700, status: 'failed' });
    const metrics = await untilScrape('the refund that failed', (all) => refundsFailed(all) === 1);
    expect(owed(metrics)).toBe(700);
    expect(metrics.sum('cinema_tables_measured', { context: 'payments' })).toBe(1);
    expect(metrics.sum('cinema_tables_measured', { context: 'messaging' })).toBe(1);
    expect(metrics.sum('cinema_tables_measured', { context: 'reservations' })).toBe(1);
    await system.sql(`DELETE FROM payments.refunds WHERE status = 'failed'`);
    await untilScrape('no refund that failed', (all) => refundsFailed(all) === 0);
  }, 60_000);

  it('a failed refund whose money went back in another way is not counted', async () => {
    const { showtimeId } = await system.createShowtime({ price: 900 });
    const [refunded, external, lost, lostInPart] = await Promise.all(['C1', 'C3', 'C5', 'C7'].map((seat) => paidPayment(showtimeId, seat)));
    const failed = { amount: 900, status: 'failed' };
    await addRefund(refunded!, { ...failed, reason: 'reservation-cancelled', failure: 'charge_already_refunded: It was refunded.' });
    await addRefund(refunded!, { reason: 'external', amount: 900, status: 'succeeded' });
    await addRefund(external!, { ...failed, reason: 'external' });
    await addRefund(lost!, { ...failed, reason: 'reservation-cancelled', failure: 'charge_disputed: It was charged back.' });
    await addRefund(lostInPart!, { ...failed, reason: 'reservation-cancelled', failure: 'charge_disputed: It was charged back.' });
    for (const [paymentId, amount] of [
      [lost, 900],
      [lostInPart, 300],
    ])
      await system.sql(
        `INSERT INTO payments.disputes (id, payment_id, amount, currency, status, recorded_at, closed_at, lost)
         VALUES ($1, $2, $3, 'EUR', 'lost', now(), now(), $3)`,
        [`dp_${String(paymentId)}`, paymentId, amount],
      );
    await untilScrape('the refund of which 600 are still here', (all) => refundsFailed(all) === 1 && owed(all) === 600);
  }, 60_000);

  it('requests over a limit are counted by their route', async () => {
    const customer = await system.registerCustomer();
    for (let n = 0; n < 5; n++) await system.hold(customer, randomUUID(), ['A1']);
    const refused = { route: '/api/v1/reservations', code: 'http.too-many-requests' };
    expect((await scrape(port)).sum('cinema_http_refusals_total', refused)).toBe(2);
  });

  it('unknown paths and methods make no new labels', async () => {
    const labelsOf = async (): Promise<Set<string>> =>
      new Set(
        (await scrape(port)).samples
          .filter(({ name }) => /^cinema_http/.test(name))
          .map(({ labels }) => `${labels['method']} ${labels['route']}`),
      );
    const stray = async (n: number): Promise<void> => {
      const paths = [
        `//${randomUUID()}`,
        `/movies/${randomUUID()}`,
        `/nothing/${n}`,
        `//docs/${n}.css`,
        `/reservations/${n}/payment?x=${n}`,
      ];
      for (const path of paths) await system.get(path);
      await system.call('PROPFIND', `//${n}`);
      await system.call('DELETE', `/nothing/${n}`);
    };
    await stray(0);
    const before = await labelsOf();
    for (let n = 1; n <= 30; n++) await stray(n);
    expect(await labelsOf()).toEqual(before);
    expect([...before]).toContain('GET unmatched');
    expect([...before].filter((labels) => /[0-9a-f]{8}-/.test(labels))).toEqual([]);
  });

  it('tables that are locked cost a scrape little, and their gauges go', async () => {
    const client = await system.database.connect();
    try {
      await client.query('BEGIN; LOCK TABLE payments.refunds IN ACCESS EXCLUSIVE MODE');
      const metrics = await untilScrape('the lock', (all) => all.sum('cinema_tables_measured', { context: 'payments' }) === 0);
      expect(metrics.names.has('cinema_refunds_unfinished')).toBe(false);
      expect(metrics.sum('cinema_tables_measured', { context: 'reservations' })).toBe(1);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await untilScrape('the tables', (all) => all.sum('cinema_tables_measured', { context: 'payments' }) === 1);
  }, 60_000);

  it('the port serves the metrics and nothing else', async () => {
    for (const [path, method] of [
      ['/', 'GET'],
      ['/metrics', 'POST'],
      ['/api/v1/movies', 'GET'],
    ] as const)
      expect([path, (await fetch(`http://127.0.0.1:${port}${path}`, { method })).status]).toEqual([path, 404]);
    expect((await fetch(`${system.url}/metrics`)).status).toBe(404);
  });
});
