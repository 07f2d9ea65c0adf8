import { listMovies } from '../../clients/typescript/src/index.js';
import { type Customer, dataOf, type HttpResponse, type ShowtimeFixture } from '../support/http-client.js';
import { assertInvariants, brokenInvariants } from '../support/invariants.js';
import { meetSecondTransaction } from '../support/meeting.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { until } from '../support/until.js';

describe('Concurrent holds through two api processes', () => {
  const system = useMultiProcessSystem({
    apiProcesses: 2,
    broker: 'postgresql',
    // On a slow machine a thousand requests may wait longer than the default, and a 503 would hide who gets the seat.
    env: { ADMISSION_WAIT_MS: '60000', REQUEST_TIMEOUT_MS: '60000' },
  });
  let fixture: ShowtimeFixture;

  beforeAll(async () => {
    await system.startWorker();
    // Opens the connections of the pools, because opening them all in the first round may take longer than their timeout.
    for (const api of system.apis) await Promise.all(Array.from({ length: 40 }, () => dataOf(listMovies(api.as()))));
  }, 60_000);

  const countByStatus = (responses: readonly HttpResponse[]): Record<number, number> =>
    responses.reduce<Record<number, number>>((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {});

  /** PostgreSQL adds a deadlock to its statistics shortly after it happened. */
  const deadlocks = async (): Promise<number> =>
    (await system.sql<{ n: number }>(`SELECT sum(deadlocks)::int AS n FROM pg_stat_database WHERE datname = current_database()`))[0]!.n;

  /** Sends all requests at once, and half of them to each process. What a slow machine answers with 503 is sent again, as the API asks. */
  const holdAtOnce = (customers: readonly Customer[], seatsOf: (index: number) => readonly string[]): Promise<HttpResponse[]> => {
    const holdUntilDecided = async (customer: Customer, i: number): Promise<HttpResponse> => {
      const response = await system.apis[i % 2]!.hold(customer, fixture.showtimeId, seatsOf(i));
      return response.body.code === 'platform.overloaded' ? holdUntilDecided(customer, i) : response;
    };
    return Promise.all(customers.map(holdUntilDecided));
  };

  describe('of one seat', () => {
    const CUSTOMERS = 1_000;
    const ROUNDS = 5;
    const seatsHeld = `type = 'reservations.seats-held.v1'`;
    let customers: Customer[];
    const showtimeIds: string[] = [];

    beforeAll(async () => {
      customers = await system.customersWithTokens(CUSTOMERS);
    }, 60_000);
    // Each round has its own showtime, because a customer who wins several rounds must not reach the limit of holds.
    beforeEach(async () => {
      fixture = await system.api.createShowtime();
      showtimeIds.push(fixture.showtimeId);
    });

    it.each(Array.from({ length: ROUNDS }, (_, i) => `A${i + 1}`))(
      'seat %s goes to one of a thousand customers, the others are refused with 409',
      async (seat) => {
        const responses = await holdAtOnce(customers, () => [seat]);
        const winners = responses.filter(({ status }) => status === 201);
        const losers = responses.filter(({ status }) => status !== 201);
        expect(new Set(losers.map(({ status, body }) => `${status} ${body.code} ${body.conflictingSeats}`))).toEqual(
          new Set([`409 reservations.seats-taken ${seat}`]),
        );
        expect([winners.length, losers.length]).toEqual([1, CUSTOMERS - 1]);
        expect(await system.count(`reservations.seat_claims WHERE showtime_id = $1 AND seat = $2`, [fixture.showtimeId, seat])).toBe(1);
      },
      60_000,
    );

    it('five contested seats leave five reservations and five events', async () => {
      expect(await system.count(`reservations.reservations WHERE showtime_id = ANY ($1)`, [showtimeIds])).toBe(ROUNDS);
      expect(await system.count(`messaging.outbox WHERE ${seatsHeld} AND data->>'showtimeId' = ANY ($1)`, [showtimeIds])).toBe(ROUNDS);
      await assertInvariants(system);
    });
  });

  describe('of overlapping sets of seats', () => {
    const SETS = 1_000;
    const SEATS = Array.from({ length: 40 }, (_, i) => `${'ABCDE'[Math.floor(i / 8)]}${(i % 8) + 1}`);

    beforeEach(async () => (fixture = await system.api.createShowtime({ rows: 5, seatsPerRow: 8 })));

    function randomSeats(): string[] {
      const left = [...SEATS];
      return Array.from({ length: 1 + Math.floor(Math.random() * 6) }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
    }

    it('overlapping sets are held completely or not at all, without a deadlock', async () => {
      const customers = await system.customersWithTokens(SETS);
      const requested = customers.map(() => randomSeats());
      const responses = await holdAtOnce(customers, (i) => requested[i]!);

      const won = responses.flatMap(({ status, body }, i) => (status === 201 ? [{ id: body.id as string, seats: requested[i]! }] : []));
      expect(Object.keys(countByStatus(responses)).sort()).toEqual(['201', '409']);
      for (const [i, { status, body }] of responses.entries()) {
        if (status === 201) continue;
        expect(body.code).toBe('reservations.seats-taken');
        expect(body.conflictingSeats.length).toBeGreaterThan(0);
        expect(requested[i]).toEqual(expect.arrayContaining(body.conflictingSeats));
      }

      const claims = await system.sql<{ seat: string; id: string }>(
        `SELECT seat, reservation_id AS id FROM reservations.seat_claims WHERE showtime_id = $1 ORDER BY seat`,
        [fixture.showtimeId],
      );
      const expected = won.flatMap(({ id, seats }) => seats.map((seat) => ({ seat, id })));
      expect(claims).toEqual(expected.sort((a, b) => (a.seat < b.seat ? -1 : 1)));
      // Each refused set contains a seat that somebody owns: two requests must not refuse each other and leave the seats free.
      const taken = new Set(claims.map(({ seat }) => seat));
      for (const [i, { status }] of responses.entries()) {
        if (status !== 201) expect(requested[i]!.some((seat) => taken.has(seat))).toBe(true);
      }
      await assertInvariants(system);
      expect(await deadlocks()).toBe(0);
    }, 60_000);

    it('holds, cancellations and sweeps leave no claim and cause no deadlock', async () => {
      const customers = await system.customersWithTokens(200);
      const holdCancelHold = async (customer: Customer, i: number): Promise<HttpResponse[]> => {
        const api = system.apis[i % 2]!;
        const first = await api.hold(customer, fixture.showtimeId, randomSeats());
        if (first.status !== 201) return [first];
        const cancelled = await system.apis[(i + 1) % 2]!.cancel(customer, first.body.id);
        return [first, cancelled, await api.hold(customer, fixture.showtimeId, randomSeats())];
      };
      const responses = (await Promise.all(customers.map(holdCancelHold))).flat();
      expect(responses.filter(({ status }) => ![200, 201, 409].includes(status)).map(({ body }) => body)).toEqual([]);
      await system.api.advanceClock({ minutes: 31 });
      await until(async () => (await system.count(`reservations.seat_claims WHERE showtime_id = $1`, [fixture.showtimeId])) === 0, {
        what: 'every hold to be swept',
      });
      await assertInvariants(system);
      expect(await deadlocks()).toBe(0);
    }, 60_000);

    it('one customer gets at most three holds and at most ten seats', async () => {
      const [anna, ben] = (await system.customersWithTokens(2)) as [Customer, Customer];
      const twentySingles = SEATS.slice(0, 20).map((seat) => [seat]);
      const tenFours = Array.from({ length: 10 }, (_, i) => SEATS.slice(i * 4, i * 4 + 4));
      const holdAll = (customer: Customer, sets: string[][]): Promise<HttpResponse[]> =>
        holdAtOnce(
          sets.map(() => customer),
          (i) => sets[i]!,
        );
      expect(countByStatus(await holdAll(anna, twentySingles))).toEqual({ 201: 3, 422: 17 });
      fixture = await system.api.createShowtime({ rows: 5, seatsPerRow: 8 });
      expect(countByStatus(await holdAll(ben, tenFours))).toEqual({ 201: 2, 422: 8 });
    });
  });

  /** Many requests see the seat free before the first claim is inserted, so only the primary key of the claims decides. */
  describe('of one seat while each process inserts a claim', () => {
    const CUSTOMERS = 300;
    let customers: Customer[];

    beforeAll(async () => {
      // An api process waits for a statement for three seconds.
      await system.sql(
        `CREATE FUNCTION reservations.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${meetSecondTransaction({ seconds: 2 })} RETURN NULL; END $$`,
      );
      await system.sql(
        `CREATE TRIGGER wait BEFORE INSERT ON reservations.seat_claims FOR EACH STATEMENT EXECUTE FUNCTION reservations.wait()`,
      );
      customers = await system.customersWithTokens(CUSTOMERS);
    });
    afterAll(() => system.sql(`DROP TRIGGER wait ON reservations.seat_claims`));
    beforeEach(async () => (fixture = await system.api.createShowtime()));

    it('one of 300 customers gets the seat, each other response names the taken seat', async () => {
      const responses = await holdAtOnce(customers, () => ['A1']);
      const winners = responses.filter(({ status }) => status === 201);
      const losers = responses.filter(({ status }) => status === 409);
      expect(winners).toHaveLength(1);
      expect(losers).toHaveLength(CUSTOMERS - 1);
      for (const { body } of losers) expect(body).toMatchObject({ code: 'reservations.seats-taken', conflictingSeats: ['A1'] });

      const { id } = winners[0]!.body;
      expect(await system.count(`reservations.reservations WHERE showtime_id = $1`, [fixture.showtimeId])).toBe(1);
      expect(
        await system.count(`messaging.outbox WHERE type = 'reservations.seats-held.v1' AND data->>'showtimeId' = $1`, [fixture.showtimeId]),
      ).toBe(1);
      await until(async () => (await system.count(`messaging.outbox WHERE subject = $1 AND published_at IS NOT NULL`, [id])) === 1, {
        what: 'the event to be published',
      });
      await assertInvariants(system);
    }, 60_000);

    it('several customers get the seat when the primary key does not refuse them', async () => {
      const setPrimaryKey = async (columns: string): Promise<void> => {
        await system.sql(`ALTER TABLE reservations.seat_claims DROP CONSTRAINT seat_claims_pkey`);
        await system.sql(`ALTER TABLE reservations.seat_claims ADD CONSTRAINT seat_claims_pkey PRIMARY KEY (${columns})`);
      };
      await setPrimaryKey('showtime_id, seat, reservation_id');
      const responses = await holdAtOnce(customers, () => ['A1']);
      const winners = responses.flatMap(({ status, body }, i) =>
        status === 201 ? [{ id: body.id as string, customer: customers[i]! }] : [],
      );
      expect(winners.length).toBeGreaterThan(1);
      expect(await brokenInvariants(system)).toContainEqual(expect.stringMatching(/^S1 seat A1 .* owners/));

      for (const { id, customer } of winners.slice(1)) expect((await system.api.cancel(customer, id)).status).toBe(200);
      await setPrimaryKey('showtime_id, seat');
    }, 60_000);
  });
});
