import type { HttpResponse } from '../../support/http-client.js';
import { ConcurrencyFixture, type PaidHold, valueOf } from './concurrency-fixture.js';

describe('A late payment and another hold of its seats at the same time', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  async function expiredPaidHold(...seats: string[]): Promise<PaidHold> {
    const hold = await fixture.paidHold(...seats);
    await fixture.expire(hold);
    return hold;
  }

  const holdByRival = (seats: string[], showtimeId = fixture.showtime.showtimeId): Promise<HttpResponse> =>
    fixture.system.hold(fixture.rival, showtimeId, seats);

  it('a hold after the late payment is refused with 409 and names the taken seat', async () => {
    const hold = await expiredPaidHold('A1', 'A2');
    const [settled, rival] = await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => holdByRival(['A2', 'A3']),
    );
    expect(settled.status).toBe('fulfilled');
    expect(valueOf(rival)).toMatchObject({ status: 409, body: { conflictingSeats: ['A2'] } });
    await fixture.assertInvariants();
    expect((await fixture.read(hold)).status).toBe('confirmed');
  });

  it('a late payment after the hold is refunded and takes no other seat', async () => {
    const hold = await expiredPaidHold('A1', 'A2');
    const [rival, settled] = await fixture.barrier.runInOrder(
      () => holdByRival(['A2', 'A3']),
      () => fixture.settle(hold),
    );
    expect([valueOf(rival).status, settled.status]).toEqual([201, 'fulfilled']);
    await fixture.assertInvariants();
    const refund = { status: 'succeeded', reason: 'payment-came-too-late' };
    expect(await fixture.read(hold)).toMatchObject({ status: 'expired', refund });
    expect((await holdByRival(['A1'])).status).toBe(201);
  });

  it('late payments and holds at the same time leave each seat one owner', async () => {
    const holds: (PaidHold & { showtimeId: string })[] = [];
    for (let i = 1; i <= 8; i++) {
      if (i % 2) await fixture.createShowtime();
      holds.push({ ...(await expiredPaidHold(`A${i}`, `B${i}`)), showtimeId: fixture.showtime.showtimeId });
    }
    const outcomes = await Promise.all(
      holds.map(async (hold, i) => {
        const rivals = () => holdByRival([`B${i + 1}`, `C${i + 1}`], hold.showtimeId);
        const [first, second] = await Promise.all(i % 2 ? [fixture.settle(hold), rivals()] : [rivals(), fixture.settle(hold)]);
        const { status } = (i % 2 ? second : first) as HttpResponse;
        return [status, (await fixture.read(hold)).status];
      }),
    );
    for (const outcome of outcomes) expect([[201, 'expired'], [409, 'confirmed']]).toContainEqual(outcome); // prettier-ignore
    await fixture.assertInvariants();
  });

  it('without the primary key of the claims, both get the seat', async () => {
    const hold = await expiredPaidHold('A1', 'A2');
    await fixture.system.sql(`ALTER TABLE reservations.seat_claims DROP CONSTRAINT seat_claims_pkey`);
    await fixture.system.sql(
      `ALTER TABLE reservations.seat_claims ADD CONSTRAINT seat_claims_pkey PRIMARY KEY (showtime_id, seat, reservation_id)`,
    );
    const [, rival] = await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => holdByRival(['A2', 'A3']),
    );
    expect([valueOf(rival).status, (await fixture.read(hold)).status]).toEqual([201, 'confirmed']);
    expect(await fixture.breachesOf(hold)).toContain('S1');
  });
});
