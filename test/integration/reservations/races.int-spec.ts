import { jest } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { EntityManager } from 'typeorm';
import { ExpireHolds } from '../../../libs/reservations/src/application/commands/expire-holds.js';
import { SettlePayment } from '../../../libs/reservations/src/application/commands/settle-payment.js';
import { SettleOutstandingPayments } from '../../../libs/reservations/src/application/commands/settle-outstanding-payments.js';
import { Reservations } from '../../../libs/reservations/src/domain/reservations.js';
import type { HttpResponse, Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { brokenInvariants, assertInvariants } from '../../support/invariants.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { TransactionBarrier } from './transaction-barrier.js';

let system: InProcessSystem;
let gate: TransactionBarrier;
let anna: Customer;
let ben: Customer;
let scene: ShowtimeFixture;
let reservations: Reservations;

async function open(): Promise<void> {
  // The worker runs only where a test wants it: everything else happens when the test says so.
  system = await startInProcessSystem({ worker: false });
  gate = await TransactionBarrier.build(system);
  [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  reservations = system.api.get(Reservations, { strict: false });
}

async function execute(command: ExpireHolds | SettlePayment | SettleOutstandingPayments): Promise<unknown> {
  return system.api.get(CommandBus, { strict: false }).execute<object, unknown>(command);
}

async function held(seats: string[], customer = anna): Promise<Json> {
  const { status, body } = await system.hold(customer, scene.showtimeId, seats);
  expect(status).toBe(201);
  return body;
}

interface Paid {
  readonly id: string;
  readonly heldUntil: string;
  readonly payment: SettlePayment['payment'];
}

/** A hold whose money is at Stripe and in payments, and reservations has not heard. */
async function paid(...seats: string[]): Promise<Paid> {
  const hold = await held(seats);
  const { body } = await system.startPayment(anna, hold.id);
  await system.stripe.paymentIntents.confirm(body.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
  await until(
    async () => (await system.sql(`SELECT FROM payments.payments WHERE id = $1 AND settled_at IS NOT NULL`, [body.id])).length > 0,
    {
      timeoutMs: 10_000,
      what: 'the webhook to be applied',
    },
  );
  return { ...hold, payment: { paymentId: body.id, reservationId: hold.id, amount: hold.total } };
}

const settle = ({ payment }: { payment: SettlePayment['payment'] }) => execute(new SettlePayment(payment));
const expire = ({ id, heldUntil }: Json, later = 1): Promise<number> =>
  reservations.changeSkippingLocked([id], (reservation) => reservation.expire(new Date(Date.parse(heldUntil) + later)));
const cancel = ({ id }: Json): Promise<HttpResponse> => system.delete(`/reservations/${id}`, { token: anna.token });
const extend = ({ id }: Json): Promise<HttpResponse> => system.call('POST', `/reservations/${id}/extend`, { token: anna.token });
const seen = ({ id }: Json): Promise<Json> => system.reservation(anna, id);

async function facts({ id }: Json): Promise<string[]> {
  const rows = await system.sql<{ type: string }>(`SELECT type FROM messaging.outbox WHERE subject = $1 ORDER BY position`, [id]);
  return rows.map(({ type }) => type.replace(/^reservations\.|\.v1$/g, ''));
}

const fulfilled = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

/** Lets the rest of the system come to an end of everything, and counts. */
async function allIsWell(): Promise<void> {
  await system.startWorker();
  await assertInvariants(system);
  await system.stopWorker();
}

/** The negative control: nobody locks a row, and the outbox lets two tell the same thing. */
async function withoutRowLocks(): Promise<void> {
  for (const method of ['find', 'findOne'] as const) {
    const original = Reflect.get(EntityManager.prototype, method) as (...call: unknown[]) => Promise<never>;
    jest.spyOn(EntityManager.prototype, method).mockImplementation(function (this: EntityManager, schema, options) {
      const { lock: _lock, ...rest } = options!;
      return original.call(this, schema, rest);
    });
  }
  await system.sql(`ALTER TABLE messaging.outbox DROP CONSTRAINT outbox_subject_sequence_key`);
}

async function breachesOf({ id }: Json): Promise<string[]> {
  return (await brokenInvariants(system)).filter((breach) => breach.includes(id)).map((breach) => breach.slice(0, 2));
}

describe('Two at one reservation', () => {
  beforeAll(open, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  describe('a sweep and the money', () => {
    it('the sweep first: the money finds the seats still free and takes them back', async () => {
      const hold = await paid('A1', 'A2');
      const [swept, settled] = await gate.inTurn(
        () => expire(hold),
        () => settle(hold),
      );
      expect([fulfilled(swept), settled.status]).toEqual([1, 'fulfilled']);
      expect(await seen(hold)).toMatchObject({ status: 'confirmed', late: true, endedAt: null });
      expect(await facts(hold)).toEqual(['seats-held', 'hold-expired', 'reservation-confirmed']);
      await allIsWell();
    });

    it('the money first: the sweep goes round it', async () => {
      const hold = await paid('A1', 'A2');
      const [settled, swept] = await gate.inTurn(
        () => settle(hold),
        () => expire(hold),
      );
      expect([settled.status, fulfilled(swept)]).toEqual(['fulfilled', 0]);
      expect(await expire(hold)).toBe(0);
      expect(await facts(hold)).toEqual(['seats-held', 'reservation-confirmed']);
      await allIsWell();
    });

    it('at the same moment, many times: one end, and never money without a ticket', async () => {
      const holds: Paid[] = [];
      for (const row of 'ABCDEF') {
        scene = await system.createShowtime();
        holds.push(await paid(`${row}1`), await paid(`${row}2`, `${row}3`));
      }
      await Promise.all(holds.flatMap((hold, i) => (i % 2 ? [settle(hold), expire(hold)] : [expire(hold), settle(hold)])));
      for (const hold of holds) expect((await seen(hold)).status).toBe('confirmed');
      await allIsWell();
    });
  });

  describe('a customer who cancels and the money', () => {
    it('cancelled first: the money comes too late and goes back', async () => {
      const hold = await paid('A1');
      const [cancelled, settled] = await gate.inTurn(
        () => cancel(hold),
        () => settle(hold),
      );
      expect([fulfilled(cancelled).status, settled.status]).toEqual([200, 'fulfilled']);
      expect(await facts(hold)).toEqual(['seats-held', 'reservation-cancelled', 'payment-came-too-late']);
      await allIsWell();
      expect(await seen(hold)).toMatchObject({ status: 'cancelled', refund: { status: 'succeeded', reason: 'payment-came-too-late' } });
    });

    it('the money first: it goes back by the policy', async () => {
      const hold = await paid('A1');
      const [settled, cancelled] = await gate.inTurn(
        () => settle(hold),
        () => cancel(hold),
      );
      expect([settled.status, fulfilled(cancelled).status]).toEqual(['fulfilled', 200]);
      expect(await facts(hold)).toEqual(['seats-held', 'reservation-confirmed', 'reservation-cancelled']);
      await allIsWell();
      expect(await seen(hold)).toMatchObject({ status: 'cancelled', refund: { status: 'succeeded', reason: 'reservation-cancelled' } });
    });
  });

  describe('a sweep and a customer who wants more time', () => {
    it('the customer first: the hold lives on', async () => {
      const hold = await held(['A1']);
      const [extended, swept] = await gate.inTurn(
        () => extend(hold),
        () => expire(hold),
      );
      expect([fulfilled(extended).status, fulfilled(swept)]).toEqual([200, 0]);
      expect(await expire(hold)).toBe(0);
      expect(await facts(hold)).toEqual(['seats-held', 'hold-extended']);
    });

    it('the sweep first: the customer hears that it is over', async () => {
      const hold = await held(['A1']);
      const [swept, extended] = await gate.inTurn(
        () => expire(hold),
        () => extend(hold),
      );
      expect([fulfilled(swept), fulfilled(extended).status]).toEqual([1, 410]);
      expect(await facts(hold)).toEqual(['seats-held', 'hold-expired']);
    });
  });

  it('two late payments: one brings it back, the other is surplus', async () => {
    const hold = await held(['A1', 'A2']);
    await expire(hold);
    const payments = [newId(), newId()].map((paymentId) => ({ payment: { paymentId, reservationId: hold.id, amount: hold.total } }));
    await gate.inTurn(
      () => settle(payments[0]!),
      () => settle(payments[1]!),
    );
    expect(await facts(hold)).toEqual(['seats-held', 'hold-expired', 'reservation-confirmed', 'surplus-payment-received']);
    expect((await seen(hold)).late).toBe(true);
    expect((await breachesOf(hold)).filter((rule) => /^[SH]/.test(rule))).toEqual([]);
  });

  it('two who cancel: it ends once', async () => {
    const hold = await held(['A1']);
    const answers = (
      await gate.inTurn(
        () => cancel(hold),
        () => cancel(hold),
      )
    ).map((result) => fulfilled(result).status);
    expect(answers).toEqual([200, 200]);
    expect(await facts(hold)).toEqual(['seats-held', 'reservation-cancelled']);
  });
});

describe('Two at one reservation whose row nobody locks', () => {
  beforeAll(async () => {
    await open();
    await withoutRowLocks();
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await system?.close();
  });
  beforeEach(async () => (scene = await system.createShowtime()));

  it('would sell a ticket without its seats after a sweep', async () => {
    const hold = await paid('A1');
    await gate.inTurn(
      () => expire(hold),
      () => settle(hold),
    );
    expect((await seen(hold)).status).toBe('confirmed');
    expect(await breachesOf(hold)).toContain('S3');
  });

  it('would sell a ticket without its seats to somebody who cancelled', async () => {
    const hold = await paid('A1');
    await gate.inTurn(
      () => cancel(hold),
      () => settle(hold),
    );
    expect(await breachesOf(hold)).toContain('S3');
  });

  it('would end a hold that was just extended', async () => {
    const hold = await held(['A1']);
    const [extended] = await gate.inTurn(
      () => extend(hold),
      () => expire(hold),
    );
    expect([fulfilled(extended).status, (await seen(hold)).status]).toEqual([200, 'expired']);
  });

  it('would forget that late money had brought it back', async () => {
    const hold = await held(['A1']);
    await expire(hold);
    const payments = [newId(), newId()].map((paymentId) => ({ payment: { paymentId, reservationId: hold.id, amount: hold.total } }));
    await gate.inTurn(
      () => settle(payments[0]!),
      () => settle(payments[1]!),
    );
    expect((await seen(hold)).status).toBe('expired');
    expect(await breachesOf(hold)).toContain('H2');
  });

  it('would end twice', async () => {
    const hold = await held(['A1']);
    await gate.inTurn(
      () => cancel(hold),
      () => cancel(hold),
    );
    expect(await breachesOf(hold)).toContain('H2');
  });
});

describe('Late money and a rival for one of its seats', () => {
  beforeAll(open, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  async function paidAndExpired(...seats: string[]): Promise<Paid> {
    const hold = await paid(...seats);
    await expire(hold);
    return hold;
  }

  const rival = (...seats: string[]): Promise<HttpResponse> => system.hold(ben, scene.showtimeId, seats);

  it('the money first: the rival hears which seat is taken', async () => {
    const hold = await paidAndExpired('A1', 'A2');
    const [settled, answer] = await gate.inTurn(
      () => settle(hold),
      () => rival('A2', 'A3'),
    );
    expect(settled.status).toBe('fulfilled');
    expect(fulfilled(answer)).toMatchObject({ status: 409, body: { conflictingSeats: ['A2'] } });
    await allIsWell();
    expect((await seen(hold)).status).toBe('confirmed');
  });

  it('the rival first: the money goes back, and takes no other seat with it', async () => {
    const hold = await paidAndExpired('A1', 'A2');
    const [answer, settled] = await gate.inTurn(
      () => rival('A2', 'A3'),
      () => settle(hold),
    );
    expect([fulfilled(answer).status, settled.status]).toEqual([201, 'fulfilled']);
    await allIsWell();
    expect(await seen(hold)).toMatchObject({ status: 'expired', refund: { status: 'succeeded', reason: 'payment-came-too-late' } });
    expect((await system.hold(ben, scene.showtimeId, ['A1'])).status).toBe(201);
  });

  it('at the same moment, many times: one of them has it', async () => {
    const holds: (Paid & { showtimeId: string })[] = [];
    for (let i = 1; i <= 8; i++) {
      if (i % 2) scene = await system.createShowtime();
      holds.push({ ...(await paidAndExpired(`A${i}`, `B${i}`)), showtimeId: scene.showtimeId });
    }
    const outcomes = await Promise.all(
      holds.map(async (hold, i) => {
        const theirs = () => system.hold(ben, hold.showtimeId, [`B${i + 1}`, `C${i + 1}`]);
        const [first, second] = await Promise.all(i % 2 ? [settle(hold), theirs()] : [theirs(), settle(hold)]);
        const { status } = (i % 2 ? second : first) as HttpResponse;
        return [status, (await seen(hold)).status];
      }),
    );
    for (const outcome of outcomes) expect([[201, 'expired'], [409, 'confirmed']]).toContainEqual(outcome); // prettier-ignore
    await allIsWell();
  });

  it('would both have it if the key of the claims did not decide', async () => {
    const hold = await paidAndExpired('A1', 'A2');
    await system.sql(`ALTER TABLE reservations.seat_claims DROP CONSTRAINT seat_claims_pkey`);
    await system.sql(
      `ALTER TABLE reservations.seat_claims ADD CONSTRAINT seat_claims_pkey PRIMARY KEY (showtime_id, seat, reservation_id)`,
    );
    const [, answer] = await gate.inTurn(
      () => settle(hold),
      () => rival('A2', 'A3'),
    );
    expect([fulfilled(answer).status, (await seen(hold)).status]).toEqual([201, 'confirmed']);
    expect(await breachesOf(hold)).toContain('S1');
  });
});

describe('One payment that everybody settles at once', () => {
  beforeAll(open, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  /** The reaction, the sweeper and the watermark schedule, several of each. */
  async function everybody(hold: Paid): Promise<void> {
    const after = new Date(Date.parse(hold.heldUntil) + 1);
    const sweeper = async (): Promise<unknown> => {
      await execute(new ExpireHolds());
      return reservations.dueHolds({ now: after, limit: 1 });
    };
    await Promise.all([0, 1, 2, 3, 4].flatMap(() => [settle(hold), sweeper(), execute(new SettleOutstandingPayments(0))]));
  }

  const outcomes = (hold: Paid): Promise<Json[]> =>
    system.sql(`SELECT outcome FROM reservations.payment_outcomes WHERE payment_id = $1`, [hold.payment.paymentId]);

  it('has one outcome and one event while the hold lasts', async () => {
    const hold = await paid('A1');
    await everybody(hold);
    expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    expect(await facts(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await allIsWell();
  });

  it('has one outcome and one event after it', async () => {
    const hold = await paid('A1');
    await system.advanceClock({ minutes: 31 });
    await everybody(hold);
    expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    expect(await facts(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await allIsWell();
  });

  it('would be surplus to itself, and go back, if its outcome were not unique', async () => {
    await system.sql(`ALTER TABLE reservations.payment_outcomes DROP CONSTRAINT payment_outcomes_pkey`);
    const hold = await paid('A1');
    await everybody(hold);
    expect(await facts(hold)).toContain('surplus-payment-received');
    expect((await brokenInvariants(system)).filter((breach) => breach.startsWith(`E4 payment ${hold.payment.paymentId}`))).toHaveLength(1);
  });
});

describe('One customer who asks twenty times at once', () => {
  beforeAll(open, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  const seat = (n: number): string => `${'ABCDEFGH'[Math.floor(n / 12)]}${(n % 12) + 1}`;
  const twenty = (seats: number): Promise<HttpResponse[]> =>
    Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        system.hold(
          anna,
          scene.showtimeId,
          Array.from({ length: seats }, (__, n) => seat(i * seats + n)),
        ),
      ),
    );
  const accepted = (answers: HttpResponse[]): number => answers.filter(({ status }) => status === 201).length;
  const refusals = (answers: HttpResponse[]): Set<string> =>
    new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code));

  it('has three holds', async () => {
    const answers = await twenty(1);
    expect(accepted(answers)).toBe(3);
    expect(refusals(answers)).toEqual(new Set(['reservations.too-many-holds']));
  });

  it('has ten seats', async () => {
    const answers = await twenty(4);
    expect(accepted(answers)).toBe(2);
    expect(refusals(answers)).toEqual(new Set(['reservations.too-many-seats-for-showtime']));
  });

  it('would have more if the holds of one customer did not go one after another', async () => {
    const database = system.api.get(Database);
    const prepared = database.prepared.bind(database);
    Object.assign(database, {
      prepared: (sql: string, values: unknown[]) => (sql.includes('pg_advisory_xact_lock') ? Promise.resolve([]) : prepared(sql, values)),
    });
    const open = await gate.close();
    const answers = twenty(1);
    await gate.waiting(4);
    await open();
    expect(accepted(await answers)).toBeGreaterThan(3);
  });
});
