import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { HoldSeats, HoldSeatsHandler } from '../../../libs/reservations/src/application/commands/hold-seats.js';
import { HoldRetries } from '../../../libs/reservations/src/application/hold-retries.js';
import { BookingPolicy } from '../../../libs/reservations/src/domain/booking-policy.js';
import { Seatings } from '../../../libs/reservations/src/domain/seatings.js';
import { PostgresReservations } from '../../../libs/reservations/src/infrastructure/postgres-reservations.js';
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

  /** As if each came to a process of its own: a process takes the requests of a customer one after another. */
  async function holdInTwentyProcesses(database: Database): Promise<number> {
    const { api } = fixture.system;
    const get = <T>(token: abstract new (...args: never[]) => T): T => api.get(token, { strict: false });
    const ended = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => {
        const reservations = new PostgresReservations(database, get(Transactions), get(Outbox));
        const handler = new HoldSeatsHandler(get(Seatings), reservations, get(BookingPolicy), get(Clock), get(HoldRetries));
        return handler.execute(new HoldSeats(fixture.customer.id, fixture.showtime.showtimeId, [label(i)]));
      }),
    );
    return ended.filter(({ status }) => status === 'fulfilled').length;
  }

  it('of twenty holds in as many processes three are accepted', async () => {
    expect(await holdInTwentyProcesses(fixture.system.api.get(Database))).toBe(3);
  });

  it("without the customer's lock, twenty holds exceed the limit", async () => {
    const database = fixture.system.api.get(Database);
    const withoutLock = Object.create(database, {
      prepared: {
        value: (sql: string, values: readonly unknown[]) =>
          sql.includes('pg_advisory_xact_lock') ? Promise.resolve([]) : database.prepared(sql, values),
      },
    }) as Database;
    const open = await fixture.barrier.close();
    const accepted = holdInTwentyProcesses(withoutLock);
    await fixture.barrier.waitForBlocked(4);
    await open();
    expect(await accepted).toBeGreaterThan(3);
  });
});
