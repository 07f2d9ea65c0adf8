import { randomUUID } from 'node:crypto';
import { DAY_MS } from '@app/kernel/durations.js';
import type { ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { until } from '../../support/until.js';

describe('Reports', () => {
  let system: InProcessSystem;
  let admin: string;
  beforeAll(async () => {
    system = await startInProcessSystem();
    admin = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());

  const read = (report: string, filter: Record<string, string>) =>
    system.get(`/admin/reports/${report}?${new URLSearchParams(filter).toString()}`, { token: admin });

  /** From the day before to the local day of the showtimes of this suite: money may have moved before a midnight that has passed since. */
  async function period({ startsAt }: ShowtimeFixture): Promise<{ from: string; to: string }> {
    const day = (at: Date) => at.toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
    return { from: day(new Date((await system.now()).getTime() - DAY_MS)), to: day(new Date(startsAt)) };
  }

  async function buy(showtimeId: string, seats: readonly string[]) {
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, showtimeId, seats);
    const { body: payment } = await system.startPayment(customer, held.id);
    const intent: string = payment.clientSecret.split('_secret')[0];
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
    await until(async () => (await system.reservation(customer, held.id)).status === 'confirmed', {
      what: 'the reservation to be confirmed',
    });
    return { customer, id: held.id as string, intent };
  }

  /** Waits until the reports know all, and compares them with a recount and with Stripe. */
  const settled = () => assertInvariants(system);

  it('seats and money follow payments, cancellations and refunds made at Stripe', async () => {
    const showtime = await system.createShowtime({ rows: 2, seatsPerRow: 5, price: 1_250 });
    await buy(showtime.showtimeId, ['A1', 'A2']);
    const cancelled = await buy(showtime.showtimeId, ['A3']);
    const partly = await buy(showtime.showtimeId, ['A4']);
    await system.expectOk('DELETE', `/reservations/${cancelled.id}`, { token: cancelled.customer.token });
    await system.stripe.refunds.create({ payment_intent: partly.intent, amount: 250 });
    await settled();

    const filter = { ...(await period(showtime)), theatreId: showtime.theatreId };
    const capacity = await read('capacity', filter);
    expect(capacity.body.data).toEqual([
      expect.objectContaining({ showtimeId: showtime.showtimeId, startsAt: showtime.startsAt, capacity: 10, seatsSold: 3, occupancy: 0.3 }),
    ]);
    const revenue = await read('revenue', { ...(await period(showtime)), groupBy: 'theatre' });
    expect(revenue.body.data).toContainEqual(
      expect.objectContaining({ key: showtime.theatreId, currency: 'EUR', received: 5_000, refunded: 1_500, net: 3_500 }),
    );
    const popular = await read('popular-movies', filter);
    expect(popular.body.data).toMatchObject([{ rank: 1, movieId: showtime.movieId, showtimes: 1, seatsSold: 3, occupancy: 0.3 }]);
  }, 60_000);

  it('each currency has a row of its own', async () => {
    const euro = await system.createShowtime({ price: 900 });
    const yen = await system.createShowtime({ price: 2_000, currency: 'JPY' });
    await buy(euro.showtimeId, ['A1']);
    await buy(yen.showtimeId, ['A1', 'A2']);
    await settled();
    const { body } = await read('revenue', { ...(await period(euro)), groupBy: 'movie' });
    expect(body.data).toContainEqual(expect.objectContaining({ key: euro.movieId, currency: 'EUR', net: 900 }));
    expect(body.data).toContainEqual(expect.objectContaining({ key: yen.movieId, currency: 'JPY', net: 4_000 }));
    const file = (await read('revenue', { ...(await period(euro)), groupBy: 'movie', format: 'csv' })).body.trim().split('\r\n');
    expect(file[0]).toBe('key,label,currency,received,refunded,net,lostInDisputes,decimals');
    expect(file).toContainEqual(expect.stringMatching(new RegExp(`^${euro.movieId},.*,EUR,900,0,900,0,2$`)));
    expect(file).toContainEqual(expect.stringMatching(new RegExp(`^${yen.movieId},.*,JPY,4000,0,4000,0,0$`)));
  }, 60_000);

  it('a changed title is shown, and a cancelled showtime has no capacity', async () => {
    const showtime = await system.createShowtime();
    await buy(showtime.showtimeId, ['A1']);
    await system.expectOk('PATCH', `/movies/${showtime.movieId}`, { token: admin, body: { title: '=Renamed' } });
    await settled();
    const filter = { ...(await period(showtime)), movieId: showtime.movieId };
    expect((await read('capacity', filter)).body.data).toMatchObject([{ movie: '=Renamed', seatsSold: 1 }]);
    await system.expectOk('DELETE', `/showtimes/${showtime.showtimeId}`, { token: admin });
    await until(async () => (await read('capacity', filter)).body.data.length === 0, { what: 'the showtime to leave the report' });
  }, 60_000);

  it('a report as CSV escapes what a spreadsheet would run', async () => {
    const showtime = await system.createShowtime({ rows: 1, seatsPerRow: 4 });
    await system.expectOk('PATCH', `/movies/${showtime.movieId}`, { token: admin, body: { title: '=1+1, "quoted"' } });
    await settled();
    const { headers, body } = await read('capacity', { ...(await period(showtime)), movieId: showtime.movieId, format: 'csv' });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [names, row, end] = body.split('\r\n');
    expect(names).toBe('showtimeId,startsAt,startsAtLocal,movie,theatre,capacity,seatsSold,occupancy');
    expect(row).toContain(`"'=1+1, ""quoted"""`);
    expect(end).toBe('');
  }, 60_000);

  it('a file has the rows of every page', async () => {
    const { theatreId, roomId, movieId, startsAt } = await system.createShowtime();
    for (const hours of [4, 8, 12]) {
      const later = new Date(Date.parse(startsAt) + hours * 3_600_000).toISOString();
      await system.expectOk('POST', '/showtimes', { token: admin, body: { movieId, roomId, startsAt: later, prices: { standard: 900 } } });
    }
    await settled();
    const from = startsAt.slice(0, 10);
    const filter = { from, to: new Date(Date.parse(from) + 2 * 86_400_000).toISOString().slice(0, 10), theatreId };
    const page = (await read('capacity', { ...filter, limit: '2' })).body;
    expect([page.data.length, typeof page.page.nextCursor]).toEqual([2, 'string']);
    const { body } = await read('capacity', { ...filter, limit: '2', format: 'csv' });
    expect(body.trim().split('\r\n')).toHaveLength(5);
  }, 60_000);

  it('every report answers the last day that can be written, also as a file', async () => {
    const day = { from: '9999-12-31', to: '9999-12-31' };
    for (const report of ['capacity', 'revenue', 'popular-movies', 'reconciliation'])
      for (const format of ['json', 'csv']) expect([report, (await read(report, { ...day, format })).status]).toEqual([report, 200]);
  });

  it('a period that is no period is refused with its reason', async () => {
    const refusal = async (filter: Record<string, string>) => {
      const { status, body } = await read('revenue', filter);
      return [status, body.code];
    };
    expect(await refusal({ from: '2026-11-02', to: '2026-11-01' })).toEqual([422, 'reports.period-reversed']);
    expect(await refusal({ from: '2026-01-01', to: '2027-01-02' })).toEqual([422, 'reports.period-too-long']);
    expect((await refusal({ from: '2026-02-30', to: '2026-03-01' }))[0]).toBe(400);
    expect((await refusal({ to: '2026-03-01' }))[0]).toBe(400);
  });

  it('reports are for admins', async () => {
    const { token } = await system.registerCustomer();
    for (const report of ['capacity', 'revenue', 'popular-movies']) {
      const path = `/admin/reports/${report}?from=2026-11-01&to=2026-11-02`;
      expect((await system.get(path)).status).toBe(401);
      expect((await system.get(path, { token })).status).toBe(403);
    }
    expect((await read('revenue', { from: '2026-11-01', to: '2026-11-02', groupBy: randomUUID() })).status).toBe(400);
  });
});
