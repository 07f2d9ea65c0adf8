import { Temporal } from 'temporal-polyfill';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

/** One of each hemisphere, so that one of the changes makes a day shorter and the other makes one longer. */
const ZONES = ['Europe/Berlin', 'Pacific/Auckland'];
const PRICE = 1_250;

interface Moment {
  readonly timeZone: string;
  readonly at: Temporal.Instant;
  /** In the calendar of the theatre. */
  readonly day: string;
  /** What is bought at this moment is cancelled at the next one of its zone. */
  readonly isCancelled: boolean;
}

/** Just before and just after both ends of the next day on which the clocks of the zone change, and which lies wholly ahead. */
function momentsOf(timeZone: string, now: Temporal.Instant): Moment[] {
  const change = now.add({ hours: 48 }).toZonedDateTimeISO(timeZone).getTimeZoneTransition('next')!;
  const [day, next] = [change.startOfDay(), change.startOfDay().add({ days: 1 })];
  const moment = (at: Temporal.ZonedDateTime, { isCancelled = false } = {}): Moment => ({
    timeZone,
    at: at.toInstant(),
    day: at.toPlainDate().toString(),
    isCancelled,
  });
  return [
    moment(day.subtract({ minutes: 2 })),
    moment(day.add({ minutes: 1 })),
    moment(next.subtract({ minutes: 2 }), { isCancelled: true }),
    moment(next.add({ minutes: 1 })),
  ];
}

describe('Revenue by day where the clocks change', () => {
  let system: InProcessSystem;
  let moments: Moment[];

  beforeAll(async () => {
    system = await startInProcessSystem();
    const now = Temporal.Instant.from((await system.now()).toISOString());
    moments = ZONES.flatMap((timeZone) => momentsOf(timeZone, now)).sort((a, b) => Temporal.Instant.compare(a.at, b.at));
    const open = new Map<string, () => Promise<void>>();
    for (const { timeZone, at, isCancelled } of moments) {
      await system.advanceClock({ minutes: at.since(Temporal.Instant.from((await system.now()).toISOString())).total('minutes') });
      await open.get(timeZone)?.();
      open.delete(timeZone);
      const [customer, { showtimeId }] = [await system.registerCustomer(), await system.createShowtime({ timeZone, price: PRICE })];
      const { id } = await buyTicket(system, customer, showtimeId, ['A1']);
      const giveBack = async (): Promise<void> => {
        await system.cancel(customer, id);
        const isBack = async () => (await system.reservation(customer, id)).refund?.status === 'succeeded';
        await until(isBack, { what: 'the refund' });
      };
      if (isCancelled) open.set(timeZone, giveBack);
    }
    await assertInvariants(system);
  }, 120_000);
  afterAll(() => system?.close());

  /** What the tables of payments say, counted by day in JavaScript; `zoneOf` names the calendar. */
  async function recount(zoneOf: (theatre: string) => string): Promise<object[]> {
    const rows = await system.sql<{ amount: number; at: Date; timeZone: string }>(
      `SELECT moved.amount, moved.at, t.time_zone AS "timeZone"
       FROM (SELECT id AS payment_id, captured AS amount, settled_at AS at FROM payments.payments WHERE captured > 0
             UNION ALL SELECT payment_id, -amount, changed_at FROM payments.refunds WHERE status = 'succeeded') moved
       JOIN payments.payments p ON p.id = moved.payment_id JOIN reservations.reservations r ON r.id = p.reservation_id
       JOIN showtimes.showtimes s ON s.id = r.showtime_id JOIN rooms.theatres t ON t.id = s.theatre_id`,
    );
    const days = new Map<string, { received: number; refunded: number }>();
    for (const { amount, at, timeZone } of rows) {
      const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zoneOf(timeZone), dateStyle: 'short' }).format(at);
      const { received, refunded } = days.get(day) ?? { received: 0, refunded: 0 };
      days.set(day, { received: received + Math.max(amount, 0), refunded: refunded + Math.max(-amount, 0) });
    }
    return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, money]) => ({ key, ...money }));
  }

  async function report(): Promise<object[]> {
    const [first, last] = [moments[0]!.day, moments.at(-1)!.day];
    const { data } = await system.expectOk('GET', `/admin/reports/revenue?groupBy=day&from=${first}&to=${last}`, {
      token: await system.adminToken(),
    });
    return (data as { key: string; received: number; refunded: number }[]).map(({ key, received, refunded }) => ({
      key,
      received,
      refunded,
    }));
  }

  it('each day has what a recount in the zones of the theatres has', async () => {
    const rows = await report();
    expect(rows).toEqual(await recount((zone) => zone));
    const bought = moments.map(({ day }) => day);
    const expected = [...new Set(bought)].sort().map((key) => ({ key, received: PRICE * bought.filter((day) => day === key).length }));
    expect(rows).toMatchObject(expected);
    expect(rows.filter((row) => 'refunded' in row && row.refunded === PRICE)).toHaveLength(ZONES.length);
  });

  it('a recount in UTC, or without the change of the clocks, has other days', async () => {
    const rows = await report();
    expect(await recount(() => 'UTC')).not.toEqual(rows);
    const winter: Readonly<Record<string, string>> = { 'Europe/Berlin': 'Etc/GMT-1', 'Pacific/Auckland': 'Etc/GMT-12' };
    expect(await recount((zone) => winter[zone]!)).not.toEqual(rows);
  });
});
