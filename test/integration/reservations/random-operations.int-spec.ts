import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@app/kernel/id.js';
import { AccessTokens } from '@app/platform/http/access-tokens.js';
import type { HttpResponse, Customer, ShowtimeFixture } from '../../support/http-client.js';
import { assertInvariants } from '../../support/invariants.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const CUSTOMERS = 24;
const ROUNDS = 6;
const ROOM = Array.from({ length: 32 }, (_, i) => `${'ABCD'[Math.floor(i / 8)]}${(i % 8) + 1}`);

/** What a client may hear; anything else is a mistake of ours. */
const EXPECTED = new Set([200, 201, 404, 409, 410, 422]);

describe('An evening on which everybody does everything', () => {
  let system: InProcessSystem;
  let customers: Customer[];
  let scenes: ShowtimeFixture[];
  const unexpected: HttpResponse[] = [];

  beforeAll(async () => {
    system = await startInProcessSystem({ env: { SETTLE_AFTER_MS: '1000', RECONCILE_AFTER_MS: '500', TICK_RECONCILE_EVENTS_MS: '1000' } });
    customers = await signedIn(CUSTOMERS);
    scenes = [
      await system.createShowtime({ rows: 4, seatsPerRow: 8 }),
      await system.createShowtime({ rows: 4, seatsPerRow: 8, startsInMinutes: 170 }),
    ];
    await faults({
      webhooks: [
        { events: ['payment_intent.*', 'charge.*'], duplicate: 1, shuffleMs: 800 },
        { events: ['payment_intent.succeeded'], next: 3, drop: true },
      ],
    });
  }, 60_000);
  afterAll(() => system?.close());

  /** Without a password hash each. */
  async function signedIn(count: number): Promise<Customer[]> {
    const tokens = system.api.get(AccessTokens, { strict: false });
    return Promise.all(
      Array.from({ length: count }, async () => {
        const id = newId();
        return { id, email: '', password: '', token: (await tokens.issue({ userId: id, role: 'customer' })).accessToken };
      }),
    );
  }

  async function faults(body: object): Promise<void> {
    const response = await fetch(`${system.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  }

  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;

  /** Asks again where the system says it is too busy, as a customer would. */
  async function noted(ask: () => Promise<HttpResponse>): Promise<HttpResponse> {
    let heard = await ask();
    for (let again = 0; heard.status === 503 && again < 10; again++) {
      await sleep(100 * again);
      heard = await ask();
    }
    if (!EXPECTED.has(heard.status)) unexpected.push(heard);
    return heard;
  }

  const advance = (minutes: number): Promise<HttpResponse> => noted(() => system.post('//sandbox/clock/advance', { minutes }));

  function someSeats(): string[] {
    const left = [...ROOM];
    return Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
  }

  async function evening(customer: Customer): Promise<void> {
    const { token } = customer;
    for (let round = 0; round < ROUNDS; round++) {
      const hold = await noted(() => system.hold(customer, pick(scenes).showtimeId, someSeats()));
      if (hold.status !== 201) continue;
      const path = `/reservations/${hold.body.id}`;
      const pay = async (card: string): Promise<void> => {
        const { status, body } = await noted(() => system.startPayment(customer, hold.body.id));
        if (status > 201 || body.clientSecret === null) return;
        // A card may be declined, and the hold may have ended before it was asked.
        await system.stripe.paymentIntents.confirm(body.clientSecret.split('_secret_')[0], { payment_method: card }).catch(() => undefined);
      };
      const cancel = () => noted(() => system.delete(path, { token }));
      const extend = () => noted(() => system.call('POST', `${path}/extend`, { token }));
      const stories: (() => Promise<unknown>)[] = [
        () => pay('pm_card_visa'),
        () => pay('pm_card_visa').then(() => cancel()),
        () => Promise.all([pay('pm_card_visa'), cancel()]),
        () => pay('pm_card_visa_chargeDeclined').then(() => pay('pm_card_visa')),
        () => Promise.all([pay('pm_card_visa'), pay('pm_card_visa'), extend()]),
        cancel,
        () => Promise.resolve(),
      ];
      await pick(stories)();
    }
  }

  it('ends with one owner a seat and every coin accounted for', async () => {
    const guests = Promise.all(customers.map(evening));
    const clock = (async () => {
      for (const minutes of [11, 11, 11, 31]) await advance(minutes);
    })();
    await Promise.all([guests, clock]);
    await Promise.all(customers.map(evening).concat(cancelShowtime()));
    await advance(31);
    await assertInvariants(system, { timeoutMs: 60_000 });
    expect(unexpected.map(({ status, body }) => [status, body])).toEqual([]);

    const fates = await system.sql<{ status: string; n: number }>(
      `SELECT status, count(*)::int AS n FROM reservations.reservations GROUP BY status`,
    );
    const seen = new Set(fates.map(({ status }) => status));
    expect([...seen].sort()).toEqual(['cancelled', 'confirmed', 'expired']);
  }, 150_000);

  async function cancelShowtime(): Promise<void> {
    const token = await system.adminToken();
    const path = `/showtimes/${scenes[0]!.showtimeId}?reason=The+projector+broke.`;
    expect((await noted(() => system.delete(path, { token }))).status).toBe(200);
  }
});
