import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { HttpResponse, ShowtimeFixture } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';
import { until } from '../support/until.js';

const CUSTOMERS = 300;

describe('Three hundred customers at one seat, through two api processes', () => {
  let cluster: MultiProcessSystem;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 2, env: { ACCESS_TOKEN_SECONDS: '3600' } });
    await cluster.startWorker();
    await slowClaims();
  }, 120_000);
  afterAll(() => cluster.close());
  beforeEach(async () => (scene = await cluster.api.createShowtime()));

  /** Whoever claims has looked around a good while ago: many have seen the seat free, and only the key can decide. */
  async function slowClaims(): Promise<void> {
    await cluster.sql(
      `CREATE FUNCTION reservations.linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$`,
    );
    await cluster.sql(
      `CREATE TRIGGER linger BEFORE INSERT ON reservations.seat_claims FOR EACH STATEMENT EXECUTE FUNCTION reservations.linger()`,
    );
  }

  async function everybodyAtOnce(seat: string): Promise<HttpResponse[]> {
    const customers = await cluster.customersWithTokens(CUSTOMERS);
    return Promise.all(customers.map((customer, i) => cluster.apis[i % 2]!.hold(customer, scene.showtimeId, [seat])));
  }

  it('gives it to exactly one; all others hear which seat is taken, nobody an error', async () => {
    const answers = await everybodyAtOnce('A1');
    const winners = answers.filter(({ status }) => status === 201);
    const losers = answers.filter(({ status }) => status === 409);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(CUSTOMERS - 1);
    for (const { body } of losers) expect(body).toMatchObject({ code: 'reservations.seats-taken', conflictingSeats: ['A1'] });

    const { id } = winners[0]!.body;
    expect(await cluster.count(`reservations.reservations WHERE showtime_id = $1`, [scene.showtimeId])).toBe(1);
    expect(
      await cluster.count(`messaging.outbox WHERE type = 'reservations.seats-held.v1' AND data->>'showtimeId' = $1`, [scene.showtimeId]),
    ).toBe(1);
    await until(async () => (await cluster.count(`messaging.outbox WHERE subject = $1 AND published_at IS NOT NULL`, [id])) === 1, {
      timeoutMs: 15_000,
      what: 'the event to be published',
    });
    await assertInvariants(cluster);
  });

  it('would give it to several if the key of the claims did not decide', async () => {
    await cluster.sql(`ALTER TABLE reservations.seat_claims DROP CONSTRAINT seat_claims_pkey`);
    await cluster.sql(
      `ALTER TABLE reservations.seat_claims ADD CONSTRAINT seat_claims_pkey PRIMARY KEY (showtime_id, seat, reservation_id)`,
    );
    const answers = await everybodyAtOnce('A1');
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(1);
  });
});
