import { newId } from '@app/kernel/id.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { ConcurrencyFixture, valueOf } from './concurrency-fixture.js';

/** The showtime starts in an hour: its check-in is open. */
const SOON = { startsInMinutes: 60 };

async function startedFixture(): Promise<{ fixture: ConcurrencyFixture; admin: string; adminId: string }> {
  const fixture = await ConcurrencyFixture.start();
  const admin = await fixture.system.adminToken();
  return { fixture, admin, adminId: (await fixture.system.expectOk('GET', '/auth/me', { token: admin })).id };
}

describe('Check-ins', () => {
  let fixture: ConcurrencyFixture;
  let admin: string;
  let adminId: string;
  beforeAll(async () => ({ fixture, admin, adminId } = await startedFixture()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(async () => {
    fixture.showtime = await fixture.system.createShowtime(SOON);
  });

  const checkIn = ({ code }: Json, token = admin): Promise<HttpResponse> => fixture.system.post('/admin/check-ins', { code }, { token });
  const markNoShows = (id = fixture.showtime.showtimeId): Promise<HttpResponse> =>
    fixture.system.post(`/admin/showtimes/${id}/no-shows`, undefined, { token: admin });

  async function ticket(...seats: string[]): Promise<Json> {
    const hold = await fixture.paidHold(...seats);
    await fixture.settle(hold);
    return hold;
  }

  it('a customer is let in once, and a second scan says when and by whom', async () => {
    const reservation = await ticket('A1', 'A2');
    const written = (reservation.code as string).toLowerCase();
    const first = await checkIn({ code: `${written.slice(0, 4)}-${written.slice(4)}` });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ id: reservation.id, status: 'confirmed', admittedBy: adminId, noShow: false });
    const second = await checkIn(reservation);
    expect(second.status).toBe(409);
    const { code, admittedAt, admittedBy } = second.body;
    expect({ code, admittedAt, admittedBy }).toEqual({
      code: 'reservations.already-admitted',
      admittedAt: first.body.admittedAt,
      admittedBy: adminId,
    });
    const own = await fixture.read(reservation);
    expect([own.admittedAt, 'admittedBy' in own]).toEqual([first.body.admittedAt, false]);
    expect(await fixture.eventsOf(reservation)).toEqual(['seats-held', 'reservation-confirmed', 'customer-admitted']);
  });

  it('a customer who was let in is not told by whom by any refusal', async () => {
    const reservation = await ticket('A1');
    const { admittedAt } = (await checkIn(reservation)).body;
    const { token } = fixture.customer;
    for (const { status, body } of [
      await fixture.cancel(reservation),
      await fixture.system.put(`/reservations/${reservation.id}/seats`, { seats: ['A2'] }, { token }),
    ]) {
      expect([status, body.code, body.admittedAt]).toEqual([409, 'reservations.already-admitted', admittedAt]);
      expect(JSON.stringify(body)).not.toContain(adminId);
    }
  });

  it('of two scans at once one is admitted', async () => {
    const reservation = await ticket('A1');
    const [first, second] = await fixture.barrier.runInOrder(
      () => checkIn(reservation),
      () => checkIn(reservation),
    );
    expect([valueOf(first).status, valueOf(second).status]).toEqual([200, 409]);
    expect(valueOf(second).body.admittedAt).toBe(valueOf(first).body.admittedAt);
    const entries = await fixture.system.sql(`SELECT FROM platform.audit_trail WHERE subject = $1`, [reservation.id]);
    expect(entries).toHaveLength(1);
  });

  it('of a scan and a cancellation of the same moment the first holds', async () => {
    const [cancelled, admitted] = [await ticket('A1'), await ticket('A2')];
    const [, refused] = await fixture.barrier.runInOrder(
      () => fixture.cancel(cancelled),
      () => checkIn(cancelled),
    );
    const [, tooLate] = await fixture.barrier.runInOrder(
      () => checkIn(admitted),
      () => fixture.cancel(admitted),
    );
    const codes = [refused, tooLate].map((answer) => valueOf(answer).body.code);
    expect(codes).toEqual(['reservations.not-confirmed', 'reservations.already-admitted']);
    expect((await fixture.read(admitted)).status).toBe('confirmed');
  });

  it('a hold, an unknown code, a bad code and a customer are refused', async () => {
    const hold = await fixture.hold('A1');
    const answers = [
      await checkIn(hold),
      await checkIn({ code: '00000000' }),
      await checkIn({ code: 'UUUUUUUU' }),
      await checkIn(hold, fixture.customer.token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 404, 400, 403]);
  });

  it('the day before, check-in is not open yet', async () => {
    await fixture.createShowtime();
    const { status, body } = await checkIn(await ticket('A1'));
    expect([status, body.code]).toEqual([422, 'reservations.check-in-not-open']);
    expect(Date.parse(body.opensAt as string)).toBe(Date.parse(fixture.showtime.startsAt) - 2 * 3_600_000);
  });

  it('who did not come is marked once after the end', async () => {
    const [came, absent] = [await ticket('A1'), await ticket('A2')];
    await checkIn(came);
    expect((await markNoShows()).body).toMatchObject({ status: 422, code: 'reservations.showtime-not-over' });
    expect((await markNoShows(newId())).status).toBe(404);
    await fixture.system.advanceClock({ minutes: 161 });
    const answers = await Promise.all([markNoShows(), markNoShows()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ body }) => body.marked as number).sort()).toEqual([0, 1]);
    expect([(await fixture.read(came)).noShow, (await fixture.read(absent)).noShow]).toEqual([false, true]);
    expect((await checkIn(absent)).body).toMatchObject({ status: 422, code: 'reservations.check-in-closed' });
    await fixture.assertInvariants();
  });
});

describe('Without row locks, check-ins', () => {
  it('without row locks, two scans at once are both admitted', async () => {
    const { fixture, admin } = await startedFixture();
    try {
      await fixture.removeRowLocks();
      fixture.showtime = await fixture.system.createShowtime(SOON);
      const hold = await fixture.paidHold('A1');
      await fixture.settle(hold);
      const { code } = hold as unknown as Json;
      const scan = () => fixture.system.post('/admin/check-ins', { code }, { token: admin });
      const answers = await fixture.barrier.runInOrder(scan, scan);
      expect(answers.map((answer) => valueOf(answer).status)).toEqual([200, 200]);
    } finally {
      await fixture.close();
    }
  }, 60_000);
});
