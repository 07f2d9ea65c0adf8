import { Database } from '@app/platform/persistence/database.js';
import type { HttpResponse } from '../../support/http-client.js';
import { ConcurrencyFixture } from './concurrency-fixture.js';

describe('Twenty holds of one customer at the same time', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  const label = (n: number): string => `${'ABCDEFGH'[Math.floor(n / 12)]}${(n % 12) + 1}`;

  function holdTwenty({ seatsEach }: { seatsEach: number }): Promise<HttpResponse[]> {
    const seatsOf = (i: number) => Array.from({ length: seatsEach }, (_, n) => label(i * seatsEach + n));
    const hold = (i: number) => fixture.system.hold(fixture.customer, fixture.showtime.showtimeId, seatsOf(i));
    return Promise.all(Array.from({ length: 20 }, (_, i) => hold(i)));
  }

  const accepted = (responses: HttpResponse[]): number => responses.filter(({ status }) => status === 201).length;
  const refusals = (responses: HttpResponse[]): Set<string> =>
    new Set(responses.filter(({ status }) => status !== 201).map(({ body }) => body.code));

  it('of twenty holds of one seat at the same time three are accepted', async () => {
    const responses = await holdTwenty({ seatsEach: 1 });
    expect(accepted(responses)).toBe(3);
    expect(refusals(responses)).toEqual(new Set(['reservations.too-many-holds']));
  });

  it('of twenty holds of four seats at the same time two are accepted', async () => {
    const responses = await holdTwenty({ seatsEach: 4 });
    expect(accepted(responses)).toBe(2);
    expect(refusals(responses)).toEqual(new Set(['reservations.too-many-seats-for-showtime']));
  });

  it("without the customer's lock, twenty holds exceed the limit", async () => {
    const database = fixture.system.api.get(Database);
    const prepared = database.prepared.bind(database);
    const withoutLock = (sql: string, values: unknown[]) =>
      sql.includes('pg_advisory_xact_lock') ? Promise.resolve([]) : prepared(sql, values);
    Object.assign(database, { prepared: withoutLock });
    const open = await fixture.barrier.close();
    const responses = holdTwenty({ seatsEach: 1 });
    await fixture.barrier.waitForBlocked(4);
    await open();
    expect(accepted(await responses)).toBeGreaterThan(3);
  });
});
