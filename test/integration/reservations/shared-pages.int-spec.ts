import { vi } from 'vitest';
import pg from 'pg';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { textOfRequest } from '../../support/statements.js';

const ROWS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/** The first pages of customers who ask at the same time are read by one statement. */
describe('My reservations of many customers at the same time', () => {
  let system: InProcessSystem;
  let customers: Customer[];
  let showtime: ShowtimeFixture;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    customers = await system.registerCustomers(ROWS.length);
    showtime = await system.createShowtime();
    // In turns, so that the ids of the customers are mixed.
    for (const n of [1, 2, 3]) for (const [i, customer] of customers.entries()) await hold(customer, `${ROWS[i]!}${n}`);
  }, 60_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await system?.close();
  });

  async function hold(customer: Customer, seat: string): Promise<void> {
    expect((await system.hold(customer, showtime.showtimeId, [seat])).status).toBe(201);
  }

  const page = ({ token }: Customer, query = ''): Promise<Json> => system.expectOk('GET', `/reservations${query}`, { token });
  const seatsOf = ({ data }: Json): string[] => (data as { seats: { label: string }[] }[]).map(({ seats }) => seats[0]!.label);

  it('each customer sees their own reservations, the newest first', async () => {
    const pages = await Promise.all([...customers, ...customers].map((customer) => page(customer)));
    expect(pages.map(seatsOf)).toEqual([...ROWS, ...ROWS].map((row) => [`${row}3`, `${row}2`, `${row}1`]));
    expect(pages.map((each) => each.page.nextCursor)).toEqual(pages.map(() => null));
  });

  it('pages of different lengths each have their own limit and cursor', async () => {
    const asked = customers.map((customer, i) => ({ customer, limit: 1 + (i % 2) }));
    const pages = await Promise.all(asked.map(({ customer, limit }) => page(customer, `?limit=${limit}`)));
    const next = await Promise.all(asked.map(({ customer }, i) => page(customer, `?cursor=${pages[i]!.page.nextCursor as string}`)));
    for (const [i, { limit }] of asked.entries()) {
      expect(seatsOf(pages[i])).toHaveLength(limit);
      expect([...seatsOf(pages[i]), ...seatsOf(next[i])]).toEqual([3, 2, 1].map((n) => `${ROWS[i]!}${n}`));
    }
  });

  it('a customer without reservations gets an empty page beside the others', async () => {
    const newcomer = await system.registerCustomer();
    const [empty] = await Promise.all([page(newcomer), ...customers.map((customer) => page(customer))]);
    expect(empty).toEqual({ data: [], page: { nextCursor: null } });
  });

  it('one statement reads several pages', async () => {
    let statements = 0;
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      if (textOfRequest(call[0])?.includes('CROSS JOIN LATERAL') === true) statements++;
      return query.apply(this, call);
    });
    const asked = Array.from({ length: 5 }, () => customers).flat();
    await Promise.all(asked.map((customer) => page(customer)));
    expect(statements).toBeGreaterThan(0);
    expect(statements).toBeLessThan(asked.length);
  });

  it('no page is older than its question: a hold of a moment ago is on it', async () => {
    const [writer, ...readers] = customers as [Customer, ...Customer[]];
    let isOver = false;
    const reading = readers.map(async (customer) => {
      while (!isOver) await page(customer);
    });
    for (const seat of ['A4', 'A5']) {
      await system.expectOk('DELETE', `/reservations/${((await page(writer)).data as Json[])[0]!['id'] as string}`, {
        token: writer.token,
      });
      await hold(writer, seat);
      expect(seatsOf(await page(writer))[0]).toBe(seat);
    }
    isOver = true;
    await Promise.all(reading);
  });
});
