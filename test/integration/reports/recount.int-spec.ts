import { DAY_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { historyBounds, historyPage, type PastEvent } from '@app/platform/messaging/event-history.js';
import { type Reaction, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { Database } from '@app/platform/persistence/database.js';
import { DataSource } from 'typeorm';
import { reportsReactions } from '../../../libs/reports/src/application/reports-reactions.js';
import { PostgresReportFacts } from '../../../libs/reports/src/infrastructure/postgres-report-facts.js';
import { AddDisputesToReservations20261126135001 } from '../../../migrations/20261126135001-add-disputes-to-reservations.js';
import { AddLostDisputesToReports20261126135004 } from '../../../migrations/20261126135004-add-lost-disputes-to-reports.js';
import { AddFundsToDisputes20261126140001 } from '../../../migrations/20261126140001-add-funds-to-disputes.js';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket, confirmIntent, paymentIntentOf, postToSandbox } from '../../support/payments.js';
import { until } from '../../support/until.js';

const TABLES = ['movies', 'theatres', 'showtimes', 'reservations', 'money'].map((table) => `reports.${table}`).join();

/** The sums of the reports, made from the tables of the contexts that own the facts. */
const RECOUNT = {
  revenue: (key: string, label: string) => `
    SELECT ${key} AS key, ${label} AS label, p.captured_currency AS currency, sum(p.captured)::int AS received,
      sum(returned.amount)::int AS refunded, sum(lost.amount)::int AS "lostInDisputes",
      (sum(p.captured) - sum(returned.amount) - sum(lost.amount))::int AS net
    FROM payments.payments p
    JOIN LATERAL (SELECT coalesce(sum(CASE WHEN f.status = 'succeeded' THEN f.amount ELSE 0 END + coalesce(f.paid_out_amount, 0)), 0) AS amount
                  FROM payments.refunds f WHERE f.payment_id = p.id) returned ON true
    JOIN LATERAL (SELECT coalesce(sum(coalesce(d.lost, CASE WHEN d.status = 'lost' THEN d.amount END)), 0) AS amount
                  FROM payments.disputes d WHERE d.payment_id = p.id) lost ON true
    JOIN reservations.reservations r ON r.id = p.reservation_id JOIN showtimes.showtimes s ON s.id = r.showtime_id
    JOIN movies.movies m ON m.id = s.movie_id JOIN rooms.theatres t ON t.id = s.theatre_id
    WHERE p.captured > 0 GROUP BY 1, 2, 3`,
  capacity: `
    SELECT s.id AS "showtimeId", m.title AS movie, t.name AS theatre, s.seats AS capacity, coalesce(sold.seats, 0)::int AS "seatsSold"
    FROM showtimes.showtimes s JOIN movies.movies m ON m.id = s.movie_id JOIN rooms.theatres t ON t.id = s.theatre_id
    LEFT JOIN LATERAL (SELECT sum(jsonb_array_length(r.seats)) AS seats FROM reservations.reservations r
                       WHERE r.showtime_id = s.id AND r.status IN ('confirmed', 'completed')) sold ON true
    WHERE s.status = 'scheduled'`,
};

/** A history with everything that moves money and seats, and the reports of it. */
describe('Reports, recounted from the tables of their owners', () => {
  let system: InProcessSystem;
  let token: string;
  let [euro, moved, cancelled, yen]: ShowtimeFixture[] = [];
  let customers: Customer[];

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    customers = await system.registerCustomers(7);
    euro = await system.createShowtime({ rows: 2, seatsPerRow: 12 });
    [moved, cancelled] = [await system.createShowtime(), await system.createShowtime()];
    yen = await system.createShowtime({ currency: 'JPY', price: 2_000 });
    await buyAndGiveBack();
    await disputePayments();
    await payTooLate();
    await payTwice();
    await payOut();
    await changeTheSchedule();
    await assertInvariants(system);
  }, 120_000);
  afterAll(() => system?.close());

  const buy = async (index: number, showtime: ShowtimeFixture | undefined, seats: readonly string[]): Promise<string> =>
    (await buyTicket(system, customers[index]!, showtime!.showtimeId, seats)).id;
  const paymentOf = async (reservationId: string): Promise<Json> =>
    (await system.expectOk('GET', `/admin/payments?reservationId=${reservationId}`, { token })).data[0];

  async function buyAndGiveBack(): Promise<void> {
    await buy(0, euro, ['A1', 'A2', 'A3']);
    const byCustomer = await buy(1, euro, ['A4', 'A5']);
    const atStripe = await buy(2, euro, ['A6']);
    const fewer = await buy(2, euro, ['A7', 'A8', 'A9']);
    await buy(3, yen, ['A1', 'A2']);
    await system.expectOk('DELETE', `/reservations/${byCustomer}`, { token: customers[1]!.token });
    await system.stripe.refunds.create({ payment_intent: (await paymentOf(atStripe)).intentId, amount: 250 });
    await system.expectOk('PUT', `/reservations/${fewer}/seats`, { token: customers[2]!.token, body: { seats: ['A8'] } });
  }

  /** One is lost after goodwill, one is won, one is open, one is lost, one lost in part, and one lost and won on appeal. */
  async function disputePayments(): Promise<void> {
    const goodwill = await paymentOf(await buy(3, euro, ['A10', 'A11']));
    const body = { amount: 1_000, reason: 'The heating was off.' };
    await system.expectOk('POST', `/admin/payments/${goodwill.id}/refunds`, { token, body });
    await until(async () => (await paymentOf(goodwill.reservationId)).refunded.amount === 1_000, { what: 'the goodwill' });
    await dispute({ payment_intent: goodwill.intentId, amount: 1_500 }, 'lost');
    await dispute({ payment_intent: (await paymentOf(await buy(4, euro, ['A12']))).intentId }, 'won');
    await dispute({ payment_intent: (await paymentOf(await buy(4, yen, ['A3']))).intentId }, null);
    await dispute({ payment_intent: (await paymentOf(await buy(4, yen, ['A4']))).intentId }, 'lost');
    await dispute({ payment_intent: (await paymentOf(await buy(0, yen, ['A5']))).intentId }, 'lost', { reinstated: 400 });
    const { id } = await dispute({ payment_intent: (await paymentOf(await buy(0, yen, ['A6']))).intentId }, 'lost');
    await postToSandbox(system, `disputes/${id}/appeal`, { outcome: 'won' });
    await until(async () => (await disputes()).find((each) => each.id === id)?.status === 'won', { what: 'the appeal' });
  }
  const disputes = () => system.sql<Json>('SELECT * FROM payments.disputes');

  async function dispute(of: object, outcome: 'won' | 'lost' | null, own: { reinstated?: number } = {}): Promise<Json> {
    const known = (await disputes()).map(({ id }) => id);
    const find = async () => (await disputes()).find(({ id }) => !known.includes(id));
    await postToSandbox(system, 'disputes', of);
    const opened = await until(find, { what: 'the dispute' });
    if (outcome === null) return opened;
    await postToSandbox(system, `disputes/${opened.id}/close`, { outcome, ...own });
    await until(async () => (await find())?.status === outcome, { what: `the dispute to be ${outcome}` });
    return opened;
  }

  /** Money of two holds that have expired: one gets its seat back, the seat of the other was sold. */
  async function payTooLate(): Promise<void> {
    const [late, lucky] = [customers[5]!, customers[6]!];
    const held: { customer: Customer; id: string; intent: string }[] = [];
    for (const [customer, seat] of [
      [late, 'B1'],
      [lucky, 'B2'],
    ] as const) {
      // prettier-ignore
      const id: string = (await system.hold(customer, euro!.showtimeId, [seat])).body.id;
      const intent = await paymentIntentOf(system, customer, id);
      await postToSandbox(system, `payment_intents/${intent}/hold_processing`);
      await confirmIntent(system, intent);
      held.push({ customer, id, intent });
    }
    await system.advanceClock({ minutes: 31 });
    for (const { customer, id } of held) await untilStatus(customer, id, 'expired');
    await buy(0, euro, ['B1']);
    for (const { intent } of held) await postToSandbox(system, `payment_intents/${intent}/settle`, { outcome: 'succeed' });
    await untilStatus(lucky, held[1]!.id, 'confirmed');
    const isBack = async () => (await paymentOf(held[0]!.id)).refunded.amount === 1_250;
    await until(isBack, { what: 'the late money to go back' });
  }
  const untilStatus = (customer: Customer, id: string, status: string): Promise<unknown> =>
    until(async () => (await system.reservation(customer, id)).status === status, { what: `${id} to be ${status}` });

  /** Somebody makes a second intent for a payment at Stripe, and it is paid. */
  async function payTwice(): Promise<void> {
    const id = await buy(5, euro, ['B3']);
    const metadata = { paymentId: (await paymentOf(id)).id, reservationId: id };
    const second = await system.stripe.paymentIntents.create({
      amount: 1_250,
      currency: 'eur',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata,
    });
    await confirmIntent(system, second.id);
    const isRefunded = async () => {
      const { data } = await system.expectOk('GET', `/admin/payments?reservationId=${id}`, { token });
      return data.length === 2 && data.some(({ refunded }: Json) => refunded.amount === 1_250);
    };
    await until(isRefunded, { what: 'the second money to go back' });
  }

  /** The bank returns the refund of a cancelled ticket, and the staff pays it out in another way. */
  async function payOut(): Promise<void> {
    const customer = customers[6]!;
    const { id } = (await system.hold(customer, euro!.showtimeId, ['B4'])).body;
    const intent = await paymentIntentOf(system, customer, id);
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
    await untilStatus(customer, id, 'confirmed');
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    const failed = async () => (await paymentOf(id)).refunds.find(({ status }: Json) => status === 'failed')?.id as string | undefined;
    const refundId = await until(failed, { what: 'the refund to fail' });
    await system.expectOk('POST', `/admin/refunds/${refundId}/paid-out`, { token, body: { amount: 1_250, note: 'In cash.' } });
  }

  async function changeTheSchedule(): Promise<void> {
    await buy(0, moved, ['A1']);
    await buy(1, cancelled, ['A1', 'A2']);
    await moveShowtime(moved!);
    await system.expectOk('DELETE', `/showtimes/${cancelled!.showtimeId}`, { token });
    await system.expectOk('PATCH', `/movies/${euro!.movieId}`, { token, body: { title: 'Renamed' } });
    await system.expectOk('PATCH', `/theatres/${yen!.theatreId}`, { token, body: { name: 'Renamed too' } });
  }

  /** A showtime with seats taken is not moved: only a hold of the same moment can be in the way of a move. */
  async function moveShowtime({ showtimeId, startsAt }: ShowtimeFixture): Promise<void> {
    const claims = await system.sql('DELETE FROM reservations.seat_claims WHERE showtime_id = $1 RETURNING *', [showtimeId]);
    const later = new Date(Date.parse(startsAt) + 3_600_000).toISOString();
    await system.stopWorker();
    await system.expectOk('PATCH', `/showtimes/${showtimeId}`, { token, body: { startsAt: later } });
    await system.sql('INSERT INTO reservations.seat_claims SELECT * FROM jsonb_populate_recordset(NULL::reservations.seat_claims, $1)', [
      JSON.stringify(claims),
    ]);
    await system.startWorker();
  }

  async function report(name: string, filter: Record<string, string> = {}): Promise<Json[]> {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const now = (await system.now()).getTime();
    const query = new URLSearchParams({ from: day(now - 2 * DAY_MS), to: day(now + 3 * DAY_MS), ...filter }).toString();
    return (await system.expectOk('GET', `/admin/reports/${name}?${query}`, { token })).data;
  }
  const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
  const counted = ({ decimals: _, ...row }: Json): object => row;
  const MONEY = ['received', 'refunded', 'lostInDisputes', 'net'] as const;
  const sums = (rows: Json[]) =>
    ['EUR', 'JPY'].map((currency) =>
      MONEY.map((money) => rows.filter((row) => row.currency === currency).reduce((sum, row) => sum + (row[money] as number), 0)),
    );

  async function expectRecount(): Promise<void> {
    const byTheatre = await report('revenue', { groupBy: 'theatre' });
    expect(sorted(byTheatre.map(counted))).toEqual(sorted(await system.sql(RECOUNT.revenue('t.id', 't.name'))));
    const byMovie = await report('revenue', { groupBy: 'movie' });
    expect(sorted(byMovie.map(counted))).toEqual(sorted(await system.sql(RECOUNT.revenue('m.id', 'm.title'))));
    for (const groupBy of ['day', 'week', 'month']) expect(sums(await report('revenue', { groupBy }))).toEqual(sums(byTheatre));
    const capacity = await report('capacity', { limit: '100' });
    const expected = await system.sql<{ showtimeId: string; capacity: number; seatsSold: number; movie: string }>(RECOUNT.capacity);
    expect(sorted(capacity.map(({ startsAt: _at, startsAtLocal: _local, occupancy: _share, ...row }) => row))).toEqual(sorted(expected));
    const popular = await report('popular-movies', { limit: '100' });
    const sold = expected.filter(({ seatsSold }) => seatsSold > 0).map(({ movie, seatsSold }) => [movie, seatsSold]);
    expect(new Map(popular.filter(({ seatsSold }) => seatsSold > 0).map(({ title, seatsSold }) => [title, seatsSold]))).toEqual(
      new Map(sold as never),
    );
  }

  it('reports equal the recount, and say the present names', async () => {
    await expectRecount();
    const revenue = await report('revenue', { groupBy: 'theatre' });
    // Arrived: 16 seats that were sold, and the late and the second money. Went back: 2 seats, 250, 2 seats, goodwill, those two, and 1 seat in cash.
    const inEuro = { decimals: 2, received: 22_500, refunded: 10_000, lostInDisputes: 1_500, net: 11_000 };
    expect(revenue.find(({ key }) => key === euro!.theatreId)).toMatchObject(inEuro);
    const inYen = { label: 'Renamed too', currency: 'JPY', decimals: 0, received: 12_000, refunded: 0, lostInDisputes: 3_600, net: 8_400 };
    expect(revenue.find(({ key }) => key === yen!.theatreId)).toMatchObject(inYen);
    for (const { theatreId } of [moved!, cancelled!]) expect(revenue.find(({ key }) => key === theatreId)).toMatchObject({ net: 0 });
    expect(await report('capacity', { movieId: euro!.movieId })).toMatchObject([{ movie: 'Renamed', seatsSold: 11 }]);
    expect(await report('capacity', { movieId: cancelled!.movieId })).toEqual([]);
  });

  it('reports equal the recount after events that come twice and in any order', async () => {
    const database = system.api.get(Database);
    const facts = new PostgresReportFacts(database);
    const reactions = new Map(reportsReactions.map((reaction) => [subscriptionOf(reaction)!.event, new reaction(facts) as Reaction]));
    const { until: end } = await historyBounds(database);
    const { events } = await historyPage(database, { types: [...reactions.keys()], after: '0', until: end, limit: 10_000 });
    await system.stopWorker();
    const count = ({ event, context }: PastEvent) => reactions.get(event.constructor as never)!.handle(event, context);
    for (let round = 0; round < 5; round++) {
      const shuffled = [...events, ...events].map((past) => [newId().slice(-12), past] as const).sort(([a], [b]) => (a < b ? -1 : 1));
      await system.sql(`TRUNCATE ${TABLES}`);
      for (const [, past] of shuffled) await count(past);
      await expectRecount();
    }
  }, 60_000);

  it('the migrations copy disputes of before their events as the events would', async () => {
    const flags = () =>
      system.sql(`SELECT id, disputed, (SELECT jsonb_agg(d - 'sequence') FROM jsonb_array_elements(disputes) d) AS disputes
                  FROM reservations.reservations ORDER BY id`);
    const before = await flags();
    const runner = system.api.get(DataSource, { strict: false }).createQueryRunner();
    for (const migration of [
      new AddLostDisputesToReports20261126135004(),
      new AddDisputesToReservations20261126135001(),
      new AddFundsToDisputes20261126140001(),
    ]) {
      await runner.startTransaction();
      await migration.down(runner);
      await migration.up(runner);
      await runner.commitTransaction();
    }
    await runner.release();
    expect(before.filter(({ disputed }: Json) => disputed)).toHaveLength(4);
    expect(await flags()).toEqual(before);
    await expectRecount();
  });

  it('a cent, a lost dispute or a seat that differs from the recount is found', async () => {
    const cent = (by: number) => system.sql(`UPDATE reports.money SET amount = amount + $1 WHERE payment_id = (SELECT min(payment_id::text)::uuid FROM reports.money WHERE currency = 'EUR') AND amount > 0`, [by]); // prettier-ignore
    await cent(1);
    await expect(expectRecount()).rejects.toThrow();
    await cent(-1);
    await expectRecount();
    await system.sql(`UPDATE reports.money SET lost_in_dispute = NOT lost_in_dispute WHERE lost_in_dispute`);
    await expect(expectRecount()).rejects.toThrow();
    await system.sql(`UPDATE reports.money SET lost_in_dispute = true WHERE amount = -1500`);
    await system.sql(`UPDATE reports.reservations SET seats_sold = seats_sold + 1 WHERE seats_sold = 3`);
    await expect(expectRecount()).rejects.toThrow();
  });
});
