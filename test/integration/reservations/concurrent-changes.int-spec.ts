import { newId } from '@app/kernel/id.js';
import type { Json } from '../../support/http-client.js';
import { ConcurrencyFixture, type PaidHold, valueOf } from './concurrency-fixture.js';

const twoPayments = ({ id, total }: Json) =>
  [newId(), newId()].map((paymentId) => ({ payment: { paymentId, reservationId: id as string, amount: total } }));

/** `lock`: a statement with the id as its parameter, in a transaction that stays open meanwhile. */
async function whileLocked({ system }: ConcurrencyFixture, lock: string, id: string, work: () => Promise<void>): Promise<void> {
  const client = await system.database.connect();
  try {
    await client.query('BEGIN');
    await client.query(lock, [id]);
    await work();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('Two changes of one reservation at the same time', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  it('a payment after the expiry reclaims the seats and confirms late', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    const [expired, settled] = await fixture.barrier.runInOrder(
      () => fixture.expire(hold),
      () => fixture.settle(hold),
    );
    expect([valueOf(expired), settled.status]).toEqual([1, 'fulfilled']);
    expect(await fixture.read(hold)).toMatchObject({ status: 'confirmed', late: true, endedAt: null });
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'hold-expired', 'reservation-confirmed']);
    await fixture.assertInvariants();
  });

  it('an expiry during a payment skips the hold', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    const [settled, expired] = await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => fixture.expire(hold),
    );
    expect([settled.status, valueOf(expired)]).toEqual(['fulfilled', 0]);
    expect(await fixture.expire(hold)).toBe(0);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await fixture.assertInvariants();
  });

  it('many expiries and payments in any order confirm every paid hold', async () => {
    const holds: PaidHold[] = [];
    for (const row of 'ABCDEF') {
      await fixture.createShowtime();
      holds.push(await fixture.paidHold(`${row}1`), await fixture.paidHold(`${row}2`, `${row}3`));
    }
    const { settle, expire } = { settle: fixture.settle.bind(fixture), expire: fixture.expire.bind(fixture) };
    await Promise.all(holds.flatMap((hold, i) => (i % 2 ? [settle(hold), expire(hold)] : [expire(hold), settle(hold)])));
    for (const hold of holds) expect((await fixture.read(hold)).status).toBe('confirmed');
    await fixture.assertInvariants();
  });

  it('a payment after the cancellation comes too late and is refunded', async () => {
    const hold = await fixture.paidHold('A1');
    const [cancelled, settled] = await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => fixture.settle(hold),
    );
    expect([valueOf(cancelled).status, settled.status]).toEqual([200, 'fulfilled']);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-cancelled', 'payment-came-too-late']);
    await fixture.assertInvariants();
    const refund = { status: 'succeeded', reason: 'payment-came-too-late' };
    expect(await fixture.read(hold)).toMatchObject({ status: 'cancelled', refund });
  });

  it('a cancellation after the payment refunds it by the policy', async () => {
    const hold = await fixture.paidHold('A1');
    const [settled, cancelled] = await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => fixture.cancel(hold),
    );
    expect([settled.status, valueOf(cancelled).status]).toEqual(['fulfilled', 200]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed', 'reservation-cancelled']);
    await fixture.assertInvariants();
    const refund = { status: 'succeeded', reason: 'reservation-cancelled' };
    expect(await fixture.read(hold)).toMatchObject({ status: 'cancelled', refund });
  });

  it('a cancellation of a hold keeps no payment that was settled just before', async () => {
    await fixture.createShowtime({ startsInMinutes: 90 });
    const hold = await fixture.paidHold('A1');
    const quote = await fixture.quote(hold);
    expect(quote).toMatchObject({ refund: { amount: 0 }, kept: { amount: 0 } });
    const [settled, refused] = await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => fixture.cancel(hold, `?keptAtMost=${quote.kept.amount}`),
    );
    const { status, body } = valueOf(refused);
    expect([settled.status, status, body.code]).toEqual(['fulfilled', 409, 'reservations.more-would-be-kept']);
    const now = { refund: { amount: 0, currency: 'EUR' }, kept: { amount: 1_250, currency: 'EUR' } };
    expect([body, await fixture.quote(hold)]).toMatchObject([now, now]);
    expect((await fixture.cancel(hold, '?keptAtMost=0')).status).toBe(409);
    expect((await fixture.read(hold)).status).toBe('confirmed');
    expect((await fixture.cancel(hold, `?keptAtMost=${body.kept.amount}`)).body).toMatchObject({
      status: 'cancelled',
      refund: { amount: { amount: 0 } },
    });
    await fixture.assertInvariants();
  });

  it('an expiry during an extension skips the hold, which stays held', async () => {
    const hold = await fixture.hold('A1');
    const [extended, expired] = await fixture.barrier.runInOrder(
      () => fixture.extend(hold),
      () => fixture.expire(hold),
    );
    expect([valueOf(extended).status, valueOf(expired)]).toEqual([200, 0]);
    expect(await fixture.expire(hold)).toBe(0);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'hold-extended']);
  });

  it('an expiry skips a hold that another transaction has locked, and does not wait', async () => {
    const [hold, other] = [await fixture.hold('A1'), await fixture.hold('A2')];
    const ids = [hold.id, other.id] as string[];
    const at = new Date(Date.parse(other.heldUntil as string) + 1);
    await whileLocked(fixture, `SELECT FROM reservations.reservations WHERE id = $1 FOR UPDATE`, hold.id as string, async () =>
      expect(await fixture.reservations.changeSkippingLocked(ids, (reservation) => reservation.expire(at))).toBe(1),
    );
    expect([(await fixture.read(hold)).status, (await fixture.read(other)).status]).toEqual(['held', 'expired']);
  });

  it('an extension after the expiry is refused with 410', async () => {
    const hold = await fixture.hold('A1');
    const [expired, extended] = await fixture.barrier.runInOrder(
      () => fixture.expire(hold),
      () => fixture.extend(hold),
    );
    expect([valueOf(expired), valueOf(extended).status]).toEqual([1, 410]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'hold-expired']);
  });

  it('of two late payments one revives the reservation, the other is surplus', async () => {
    const hold = await fixture.hold('A1', 'A2');
    await fixture.expire(hold);
    const [one, other] = twoPayments(hold);
    await fixture.barrier.runInOrder(
      () => fixture.settle(one!),
      () => fixture.settle(other!),
    );
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'hold-expired', 'reservation-confirmed', 'surplus-payment-received']);
    expect((await fixture.read(hold)).late).toBe(true);
    expect((await fixture.breachesOf(hold)).filter((rule) => /^[SH]/.test(rule))).toEqual([]);
  });

  it('two cancellations end the reservation once', async () => {
    const hold = await fixture.hold('A1');
    const cancelled = await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => fixture.cancel(hold),
    );
    expect(cancelled.map((result) => valueOf(result).status)).toEqual([200, 200]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-cancelled']);
  });
});

describe('While the sales status of a showtime is being changed', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  /** As the beginning of a cancellation run, which has not committed. */
  const withShowtimeLocked = (work: () => Promise<void>) =>
    whileLocked(fixture, `SELECT pg_advisory_xact_lock(hashtextextended('showtime ' || $1::uuid, 0))`, fixture.showtime.showtimeId, work);

  it('no hold of that showtime expires, and the expiry does not wait', async () => {
    const hold = await fixture.hold('A1');
    await withShowtimeLocked(async () => expect(await fixture.expire(hold)).toBe(0));
    expect(await fixture.expire(hold)).toBe(1);
  });

  it('no-shows of that showtime wait until the status is known', async () => {
    const hold = await fixture.paidHold('A1');
    await fixture.settle(hold);
    const seen: unknown[] = [];
    let marked: Promise<number> | undefined;
    await withShowtimeLocked(async () => {
      marked = fixture.reservations.changeNotAdmitted(fixture.showtime.showtimeId, ({ id }) => seen.push(id));
      await fixture.barrier.waitForBlocked(1);
      expect(seen).toEqual([]);
    });
    await marked;
    expect(seen).toEqual([hold.id]);
  });

  it('a payment that has its outcome waits for nothing', async () => {
    const hold = await fixture.paidHold('A1');
    await fixture.settle(hold);
    await withShowtimeLocked(async () => void (await fixture.settle(hold)));
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
  });
});

describe('Without row locks, two changes of one reservation', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => {
    fixture = await ConcurrencyFixture.start();
    await fixture.removeRowLocks();
  }, 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  it('without row locks, a payment after an expiry confirms without the seats', async () => {
    const hold = await fixture.paidHold('A1');
    await fixture.barrier.runInOrder(
      () => fixture.expire(hold),
      () => fixture.settle(hold),
    );
    expect((await fixture.read(hold)).status).toBe('confirmed');
    expect(await fixture.breachesOf(hold)).toContain('S3');
  });

  it('without row locks, a payment after a cancellation confirms without seats', async () => {
    const hold = await fixture.paidHold('A1');
    await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => fixture.settle(hold),
    );
    expect(await fixture.breachesOf(hold)).toContain('S3');
  });

  it('without row locks, a hold that was just extended expires', async () => {
    const hold = await fixture.hold('A1');
    const [extended] = await fixture.barrier.runInOrder(
      () => fixture.extend(hold),
      () => fixture.expire(hold),
    );
    expect([valueOf(extended).status, (await fixture.read(hold)).status]).toEqual([200, 'expired']);
  });

  it('without row locks, a second late payment undoes the revival', async () => {
    const hold = await fixture.hold('A1');
    await fixture.expire(hold);
    const [one, other] = twoPayments(hold);
    await fixture.barrier.runInOrder(
      () => fixture.settle(one!),
      () => fixture.settle(other!),
    );
    expect((await fixture.read(hold)).status).toBe('expired');
    expect(await fixture.breachesOf(hold)).toContain('H2');
  });

  it('without row locks, two cancellations end a reservation twice', async () => {
    const hold = await fixture.hold('A1');
    await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => fixture.cancel(hold),
    );
    expect(await fixture.breachesOf(hold)).toContain('H2');
  });
});
