import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@app/kernel/id.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { SeatsTakenOfHandler } from '../../../libs/reservations/src/application/queries/seats-taken-of.js';
import type { Customer, HttpResponse, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';
import { MoneyOperations, type PaidIntent } from './money-operations.js';

const CUSTOMERS = 24;
const ROUNDS = 6;
const ROOM = Array.from({ length: 32 }, (_, i) => `${'ABCD'[Math.floor(i / 8)]}${(i % 8) + 1}`);

/** An answer of 503 is repeated for so long. */
const REPEATED_MS = 60_000;
/** Any other status is a fault of the system. */
const EXPECTED = new Set([200, 201, 404, 409, 410, 422]);

describe.each([
  { situation: 'faults of the webhooks', hasRabbitmq: false },
  { situation: 'faults of the webhooks, two workers, and RabbitMQ away while showtimes are cancelled', hasRabbitmq: true },
])('Random operations of many customers with $situation', ({ hasRabbitmq }) => {
  let system: InProcessSystem;
  let rabbitmq: RabbitmqHandle | null = null;
  let customers: Customer[];
  let showtimes: ShowtimeFixture[];
  let money: MoneyOperations;
  const unexpected: HttpResponse[] = [];

  beforeAll(async () => {
    rabbitmq = hasRabbitmq ? await freshVhost() : null;
    const broker: Record<string, string> = rabbitmq ? { AMQP_URL: rabbitmq.url } : {};
    const env = { SETTLE_AFTER_MS: '1000', RECONCILE_AFTER_MS: '500', TICK_RECONCILE_EVENTS_MS: '1000', ...broker };
    system = await startInProcessSystem({ env });
    if (hasRabbitmq) await system.startAnotherWorker();
    money = new MoneyOperations(system, send);
    customers = await issueTokens(CUSTOMERS);
    showtimes = [
      await system.createShowtime({ rows: 4, seatsPerRow: 8 }),
      await system.createShowtime({ rows: 4, seatsPerRow: 8, startsInMinutes: 170 }),
      await system.createShowtime({ rows: 4, seatsPerRow: 8, startsInMinutes: 170 }),
    ];
    await setFaults({
      webhooks: [
        { events: ['payment_intent.*', 'charge.*'], duplicate: 1, shuffleMs: 800 },
        { events: ['payment_intent.succeeded'], next: 3, drop: true },
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await rabbitmq?.start();
    await system?.close();
  });

  /** Customers without an account: hashing their passwords would take too long. */
  async function issueTokens(count: number): Promise<Customer[]> {
    const tokens = system.api.get(AccessTokens, { strict: false });
    return Promise.all(
      Array.from({ length: count }, async () => {
        const id = newId();
        return { id, email: '', password: '', token: (await tokens.issue({ userId: id, role: 'customer' })).accessToken };
      }),
    );
  }

  async function setFaults(body: object): Promise<void> {
    const response = await fetch(`${system.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  }

  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;

  /** Sends a request, repeats it while the answer is 503, and keeps an unexpected answer. */
  async function send(request: () => Promise<HttpResponse>): Promise<HttpResponse> {
    let response = await request();
    const endsAt = Date.now() + REPEATED_MS;
    for (let repetition = 0; response.status === 503 && Date.now() < endsAt; repetition++) {
      await sleep(Math.min(1_000, 100 * repetition));
      response = await request();
    }
    if (!EXPECTED.has(response.status)) unexpected.push(response);
    return response;
  }

  const advanceClock = (minutes: number): Promise<HttpResponse> => send(() => system.post('//sandbox/clock/advance', { minutes }));

  function randomSeats(): string[] {
    const left = [...ROOM];
    return Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
  }

  async function operate(customer: Customer): Promise<void> {
    const { token } = customer;
    for (let round = 0; round < ROUNDS; round++) {
      const hold = await send(() => system.hold(customer, pick(showtimes).showtimeId, randomSeats()));
      if (hold.status !== 201) continue;
      const path = `/reservations/${hold.body.id}`;
      const pay = async (card: string): Promise<PaidIntent | null> => {
        const { status, body } = await send(() => system.startPayment(customer, hold.body.id));
        if (status > 201 || body.clientSecret === null) return null;
        const intent = body.clientSecret.split('_secret_')[0] as string;
        // The card may be declined, and the hold may have ended before.
        const confirmed = await system.stripe.paymentIntents.confirm(intent, { payment_method: card }).catch(() => null);
        return confirmed?.status === 'succeeded' ? { paymentId: body.id, intent } : null;
      };
      const payAnd = async (what: (paid: PaidIntent) => Promise<unknown>): Promise<unknown> => {
        const paid = await pay('pm_card_visa');
        return paid === null ? null : what(paid);
      };
      const cancel = (query = pick(['', '?keptAtMost=100000'])) => send(() => system.delete(path + query, { token }));
      const extend = () => send(() => system.call('POST', `${path}/extend`, { token }));
      const change = () => send(() => system.call('PUT', `${path}/seats`, { token, body: { seats: randomSeats() } }));
      const operations: (() => Promise<unknown>)[] = [
        () => pay('pm_card_visa'),
        () => pay('pm_card_visa').then(() => cancel()),
        () => Promise.all([pay('pm_card_visa'), cancel()]),
        () => pay('pm_card_visa_chargeDeclined').then(() => pay('pm_card_visa')),
        () => Promise.all([pay('pm_card_visa'), pay('pm_card_visa'), extend()]),
        () => Promise.all([pay('pm_card_visa'), change()]),
        () => pay('pm_card_visa').then(() => Promise.all([change(), change(), cancel()])),
        () =>
          change()
            .then(() => pay('pm_card_visa'))
            .then(() => change()),
        () => payAnd((paid) => money.giveGoodwill(paid).then(() => pick([cancel, change])())),
        () => payAnd((paid) => Promise.all([money.refundAtStripe(paid), change()])),
        () => payAnd((paid) => money.dispute(paid, () => pick([cancel, change, sleep])())),
        () => payAnd((paid) => money.dispute(paid, () => money.giveGoodwill(paid))),
        cancel,
        () => Promise.resolve(),
      ];
      await pick(operations)();
    }
  }

  it('random operations of many customers keep every invariant', async () => {
    const operations = Promise.all(customers.map(operate));
    const clock = (async () => {
      for (const minutes of [11, 11, 11, 31]) await advanceClock(minutes);
    })();
    await Promise.all([operations, clock]);
    // One showtime is moved and one is cancelled while the policy refunds everything, the others while it refunds nothing.
    const moved = [
      await system.createShowtime({ rows: 4, seatsPerRow: 8 }),
      await system.createShowtime({ rows: 4, seatsPerRow: 8, startsInMinutes: 100 }),
    ];
    await rabbitmq?.stop();
    const sold = await moveDuringSale(moved);
    showtimes.push(...moved);
    const undisturbed = await system.createShowtime({ rows: 4, seatsPerRow: 8 });
    await Promise.all([
      ...customers.map(operate),
      money.eachOnce(await issueTokens(4), undisturbed.showtimeId),
      cancelShowtime(showtimes[0]!),
      cancelShowtime(showtimes[2]!),
    ]);
    const [idle] = await issueTokens(1);
    expect((await send(() => system.hold(idle!, undisturbed.showtimeId, ['D8']))).status).toBe(201);
    await advanceClock(31);
    await rabbitmq?.start();
    await assertInvariants(system, { timeoutMs: 60_000 });
    expect(unexpected.map(({ status, body }) => [status, body])).toEqual([]);
    for (const { buyer, id } of sold)
      expect(await system.reservation(buyer, id)).toMatchObject({
        status: 'cancelled',
        endReason: 'cancelled-by-cinema',
        refund: { amount: { amount: 1_250 }, status: 'succeeded' },
      });

    expect(await money.checkIn(showtimes[1]!.showtimeId, 3)).toBeGreaterThan(0);
    const answers = await money.cancelAsQuoted(customers);
    expect(answers.length).toBeGreaterThan(0);
    for (const { quoted, answered } of answers) expect(answered).toBe(quoted);
    await advanceClock(300);
    await assertInvariants(system, { timeoutMs: 60_000 });

    const happened = await system.sql<{ what: string }>(
      `SELECT reason AS what FROM payments.refunds UNION SELECT status FROM payments.disputes`,
    );
    expect(happened.map(({ what }) => what)).toEqual(expect.arrayContaining(['external', 'goodwill', 'lost', 'won']));
    const counts = await system.sql<{ status: string; n: number }>(
      `SELECT status, count(*)::int AS n FROM reservations.reservations GROUP BY status`,
    );
    const statuses = new Set(counts.map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['cancelled', 'completed', 'confirmed', 'expired']);
  }, 300_000);

  async function cancelShowtime({ showtimeId }: ShowtimeFixture): Promise<void> {
    const token = await system.adminToken();
    const path = `/showtimes/${showtimeId}?reason=The+projector+broke.`;
    expect((await send(() => system.delete(path, { token }))).status).toBe(200);
  }

  /** The moves see no seat taken, and wait until one is sold on the old terms: later they would be refused. Returns what was sold. */
  async function moveDuringSale(moved: readonly ShowtimeFixture[]): Promise<{ buyer: Customer; id: string }[]> {
    const [token, buyers] = [await system.adminToken(), await issueTokens(moved.length)];
    const handler = system.api.get(SeatsTakenOfHandler, { strict: false });
    const look = handler.execute.bind(handler);
    let waiting = 0;
    let proceed: () => void = () => undefined;
    const areSold = new Promise<void>((resolve) => (proceed = resolve));
    handler.execute = async (query) => {
      if (waiting === moved.length) return look(query);
      waiting++;
      const seen = await look(query);
      await areSold;
      return seen;
    };
    try {
      const moves = moved.map(({ showtimeId, startsAt }) => {
        const later = new Date(Date.parse(startsAt) + 3_600_000).toISOString();
        return system.patch(`/showtimes/${showtimeId}`, { startsAt: later }, { token });
      });
      await until(() => waiting === moved.length, { what: 'the moves to have looked' });
      const tickets = await Promise.all(moved.map(({ showtimeId }, i) => buyTicket(system, buyers[i]!, showtimeId, ['A1'])));
      proceed();
      expect((await Promise.all(moves)).map(({ status }) => status)).toEqual(moved.map(() => 200));
      return tickets.map(({ id }, i) => ({ buyer: buyers[i]!, id: id as string }));
    } finally {
      proceed();
      handler.execute = look;
    }
  }
});
