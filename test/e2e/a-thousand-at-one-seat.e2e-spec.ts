import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { Customer, ShowtimeFixture } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';

const CUSTOMERS = 1_000;
const ROUNDS = 5;

describe('A thousand customers at one seat, again and again, through two api processes', () => {
  let cluster: MultiProcessSystem;
  let scene: ShowtimeFixture;
  let customers: Customer[];

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 2, rabbit: false, env: { ACCESS_TOKEN_SECONDS: '3600' } });
    await cluster.startWorker();
    customers = await cluster.customersWithTokens(CUSTOMERS);
  }, 120_000);
  afterAll(() => cluster?.close());
  // A showing a round: whoever is always first must not meet the limit of holds.
  beforeEach(async () => (scene = await cluster.api.createShowtime()));

  it.each(Array.from({ length: ROUNDS }, (_, i) => `A${i + 1}`))(
    'one gets seat %s, all others hear that it is taken',
    async (seat) => {
      const answers = await Promise.all(customers.map((customer, i) => cluster.apis[i % 2]!.hold(customer, scene.showtimeId, [seat])));
      const winners = answers.filter(({ status }) => status === 201);
      const refusals = answers.filter(({ status }) => status !== 201);
      expect(new Set(refusals.map(({ status, body }) => `${status} ${body.code} ${body.conflictingSeats}`))).toEqual(
        new Set([`409 reservations.seats-taken ${seat}`]),
      );
      expect([winners.length, refusals.length]).toEqual([1, CUSTOMERS - 1]);
      expect(await cluster.count(`reservations.seat_claims WHERE showtime_id = $1 AND seat = $2`, [scene.showtimeId, seat])).toBe(1);
    },
    30_000,
  );

  it('leaves five holds, five events, and nothing else behind', async () => {
    expect(await cluster.count(`reservations.reservations`)).toBe(ROUNDS);
    expect(await cluster.count(`messaging.outbox WHERE type = 'reservations.seats-held.v1'`)).toBe(ROUNDS);
    await assertInvariants(cluster);
  });
});
