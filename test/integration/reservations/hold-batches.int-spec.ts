import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import type { RequestOrigin } from '@app/platform/persistence/transactions.js';
import { BookingCodeTaken, SeatsTaken } from '../../../libs/reservations/src/domain/errors.js';
import { Reservation } from '../../../libs/reservations/src/domain/reservation.js';
import type { Seating } from '../../../libs/reservations/src/domain/seating.js';
import type { HoldAttempt } from '../../../libs/reservations/src/infrastructure/hold-batches.js';
import { answeringItself, aSeating, NOTHING_IN_THE_WAY, requestOf } from '../../../libs/reservations/src/testing/builders.js';
import { InMemoryReservations } from '../../../libs/reservations/src/testing/in-memory-reservations.js';
import { anAttempt, HoldBatchesFixture, summaryOf } from './hold-batches-fixture.js';

let fixture: HoldBatchesFixture;

beforeAll(async () => {
  fixture = await HoldBatchesFixture.start();
}, 60_000);
afterAll(() => fixture?.close());
beforeEach(() => fixture.clear());

const SEATS = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'];

describe('Holds that share transactions', () => {
  it('random holds end as one by one in the order of their batches', async () => {
    const oneHold = fc.record({
      showtime: fc.nat({ max: 1 }),
      // Few, so that limits refuse some; or many, so that many share a batch.
      customer: fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 59 })),
      seats: fc.uniqueArray(fc.constantFrom(...SEATS, 'Z9'), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(oneHold, { minLength: 5, maxLength: 60 }), async (holds) => {
        await fixture.clear();
        const showtimes = [aSeating(), aSeating()];
        const customers = Array.from({ length: 60 }, () => newId());
        const attempts = holds.map(({ showtime, customer, seats }) =>
          anAttempt({ seating: showtimes[showtime]!, customerId: customers[customer]!, seats }),
        );
        const order: HoldAttempt[] = [];
        const process = fixture.newProcess();
        const holdAll = process.holdAll.bind(process);
        process.holdAll = async (batch, previousError) => {
          const outcomes = await holdAll(batch, previousError);
          order.push(...batch);
          return outcomes;
        };
        const outcomes = await Promise.allSettled(attempts.map((attempt) => process.run(attempt)));
        const endOf = new Map(attempts.map((attempt, i) => [attempt, outcomes[i]!]));

        const model = new InMemoryReservations();
        for (const attempt of order) {
          const [expected] = await Promise.allSettled([model.hold(attempt.request, attempt.decision)]);
          expect(summaryOf(endOf.get(attempt)!)).toEqual(summaryOf(expected));
        }
        expect(order).toHaveLength(attempts.length);
        expect(await fixture.rows()).toEqual({ reservations: model.all.size, claims: model.claims.size, events: model.events.length });
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('of 400 callers in eight processes at 40 seats each seat has one winner', async () => {
    const seatings = Array.from({ length: 4 }, () => aSeating());
    const places = seatings.flatMap((seating) => seating.seats.slice(0, 10).map(({ label }) => ({ seating, seats: [label] })));
    const processes = Array.from({ length: 8 }, () => fixture.newProcess());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, (_, i) => processes[i % 8]!.run(anAttempt(places[(i * 7) % 40]))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    const reasons = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => (reason as Error).name);
    expect(new Set(reasons)).toEqual(new Set([SeatsTaken.name]));
    expect(await fixture.rows()).toEqual({ reservations: 40, claims: 40, events: 40 });
  }, 60_000);

  it('a hold that loses a seat leaves nothing and takes no neighbour with it', async () => {
    const seating = aSeating();
    await fixture.newProcess().run(anAttempt({ seating, seats: ['A3'] }));
    // Decides as if the seat were free, as a process does that read before the other had committed.
    const decided = anAttempt({ seating, seats: ['A2', 'A3', 'A4'] });
    const withoutCheck: HoldAttempt = { ...decided, decision: answeringItself(() => holdWithoutCheck(seating, ['A2', 'A3', 'A4'])) };
    const neighbours = [anAttempt({ seating, seats: ['A1'] }), anAttempt({ seating, seats: ['A5', 'A6'] })];
    const outcomes = await fixture.newProcess().holdAll([neighbours[0]!, withoutCheck, neighbours[1]!]);
    expect(outcomes.map(summaryOf)).toEqual(['held', ['reservations.seats-taken', { conflictingSeats: ['A3'] }], 'held']);
    expect(await fixture.rows()).toEqual({ reservations: 3, claims: 4, events: 3 });
    await expect(fixture.newProcess().run(anAttempt({ seating, seats: ['A2', 'A4'] }))).resolves.toBeDefined();
  });

  describe('one of which breaks the statement of all', () => {
    const breaking = (code: string): HoldAttempt => anAttempt({ code, seats: ['A7'] });

    it('the neighbours are held, and only that one is refused', async () => {
      const process = fixture.newProcess();
      const { code } = ((await process.run(anAttempt())) as Reservation).state;
      const attempts = [anAttempt(), breaking(code), anAttempt(), anAttempt()];
      const outcomes = await Promise.allSettled(attempts.map((attempt) => process.run(attempt)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { name: BookingCodeTaken.name } });
      expect(await fixture.rows()).toMatchObject({ reservations: 4, events: 4 });
    });

    it('one whose answer cannot be made costs its neighbours nothing', async () => {
      const { process, sizes } = fixture.newCountedProcess();
      const attempt = anAttempt();
      const failing: HoldAttempt = { ...attempt, decision: { ...attempt.decision, answer: () => JSON.parse('no JSON') as unknown } };
      const outcomes = await Promise.allSettled([anAttempt(), failing, anAttempt()].map((each) => process.run(each)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { name: 'SyntaxError' } });
      expect(sizes).toEqual([3]);
      expect(await fixture.rows()).toEqual({ reservations: 2, claims: 4, events: 2 });
    });

    it('without a second attempt of each alone, all of them would be refused', async () => {
      const process = fixture.newProcess();
      const { code } = ((await process.run(anAttempt())) as Reservation).state;
      const all = process.holdAll([anAttempt(), breaking(code), anAttempt()]);
      await expect(all).rejects.toMatchObject({ cause: { name: BookingCodeTaken.name } });
      expect(await fixture.rows()).toMatchObject({ reservations: 1, events: 1 });
    });
  });

  describe('at one seat', () => {
    it('200 callers are answered by five transactions, and one of them has it', async () => {
      const seating = aSeating();
      const { process, sizes } = fixture.newCountedProcess();
      const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => process.run(anAttempt({ seating, seats: ['A3'] }))));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const reasons = outcomes.slice(1).map(summaryOf);
      expect(new Set(reasons.map((reason) => JSON.stringify(reason)))).toEqual(
        new Set([JSON.stringify(['reservations.seats-taken', { conflictingSeats: ['A3'] }])]),
      );
      expect(sizes.length).toBeLessThanOrEqual(5);
      expect(await fixture.rows()).toEqual({ reservations: 1, claims: 1, events: 1 });
    });

    it('a refusal names the seats of others and those of the same batch', async () => {
      const seating = aSeating();
      await fixture.newProcess().run(anAttempt({ seating, seats: ['A5'] }));
      const holds = [['A9', 'A10'], ['A10', 'A11', 'A5', 'A9'], ['A11']].map((seats) => anAttempt({ seating, seats }));
      const outcomes = await fixture.newProcess().holdAll(holds);
      expect(outcomes.map(summaryOf)).toEqual(['held', ['reservations.seats-taken', { conflictingSeats: ['A10', 'A5', 'A9'] }], 'held']);
    });

    it('a hold behind one that loses another seat is held all the same', async () => {
      const seating = aSeating();
      await fixture.newProcess().run(anAttempt({ seating, seats: ['A3'] }));
      // As in a process that read before the other had committed.
      const decided = anAttempt({ seating, seats: ['A2', 'A3'] });
      const loser: HoldAttempt = { ...decided, decision: answeringItself(() => holdWithoutCheck(seating, ['A2', 'A3'])) };
      const behind = [['A2', 'A4'], ['A2'], ['A6']].map((seats) => anAttempt({ seating, seats }));
      const { process, sizes } = fixture.newCountedProcess();
      const outcomes = await Promise.allSettled([loser, ...behind].map((attempt) => process.run(attempt)));
      expect(outcomes.map(summaryOf)).toEqual([
        ['reservations.seats-taken', { conflictingSeats: ['A3'] }],
        'held',
        ['reservations.seats-taken', { conflictingSeats: ['A2'] }],
        'held',
      ]);
      expect(sizes).toEqual([4, 2]);
      expect(await fixture.rows()).toEqual({ reservations: 3, claims: 4, events: 3 });
    });
  });

  describe('with an idempotency key', () => {
    const originOf = (key: string, fingerprint = 'of the body'): RequestOrigin => ({
      idempotent: { scope: `customer ${key}`, key, fingerprint, used: false, replayed: false },
      correlationId: null,
      traceparent: null,
    });

    it('the same request in two processes at the same moment is held once', async () => {
      const [key, customerId, seating] = [newId(), newId(), aSeating()];
      const attempts = [1, 2, 3, 4].map(() => anAttempt({ seating, customerId, seats: ['A1'], origin: originOf(key) }));
      const answers = await Promise.all(
        attempts.map((attempt) => fixture.newProcess().run({ ...attempt, decision: { ...attempt.decision, answer: ({ id }) => id } })),
      );
      expect(new Set(answers).size).toBe(1);
      expect(attempts.filter(({ origin }) => origin.idempotent!.replayed)).toHaveLength(3);
      expect(await fixture.rows()).toEqual({ reservations: 1, claims: 1, events: 1 });
    });

    it('a key with another body is refused, and its neighbour is held', async () => {
      const [key, customerId] = [newId(), newId()];
      const idOf = (attempt: HoldAttempt): HoldAttempt => ({ ...attempt, decision: { ...attempt.decision, answer: ({ id }) => id } });
      await fixture.newProcess().run(idOf(anAttempt({ customerId, origin: originOf(key) })));
      const outcomes = await fixture.newProcess().holdAll([anAttempt({ customerId, origin: originOf(key, 'another body') }), anAttempt()]);
      expect(outcomes.map(summaryOf)).toEqual([['platform.idempotency-key-reused', {}], 'held']);
    });

    it('a refused hold leaves its key free', async () => {
      const [key, customerId, seating] = [newId(), newId(), aSeating()];
      await fixture.newProcess().run(anAttempt({ seating, seats: ['A1'] }));
      const attempt = anAttempt({ seating, customerId, seats: ['A1'], origin: originOf(key) });
      await expect(fixture.newProcess().run(attempt)).rejects.toThrow(SeatsTaken);
      expect(await fixture.database.query('SELECT FROM platform.idempotency_keys WHERE key = $1', [key])).toEqual([]);
    });
  });
});

function holdWithoutCheck(seating: Seating, seats: readonly string[]): Reservation {
  return Reservation.hold({ ...requestOf({ seating, seats }), situation: NOTHING_IN_THE_WAY });
}
