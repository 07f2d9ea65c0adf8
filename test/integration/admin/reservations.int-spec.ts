import type { HttpResponse, Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { amountKeptAtStripe, buyTicket } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const NOBODY = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

describe("An admin and other people's reservations", () => {
  let system: InProcessSystem;
  let admin: { token: string; id: string };
  let anna: Customer;
  let ben: Customer;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    const token = await system.adminToken();
    admin = { token, id: (await system.expectOk('GET', '/auth/me', { token })).id as string };
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => {
    scene = await system.createShowtime();
    await system.sql('DELETE FROM platform.audit_trail');
  });

  async function held(customer: Customer, seats: string[]): Promise<Json> {
    const { status, body } = await system.hold(customer, scene.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  const search = (query: string, token = admin.token): Promise<HttpResponse> => system.get(`/admin/reservations?${query}`, { token });
  const idsOf = async (query: string): Promise<string[]> => (await search(query)).body.data.map(({ id }: Json) => id as string);
  const cancel = (
    id: string,
    body: object = { refund: 'full', reason: 'The projector broke.' },
    token = admin.token,
  ): Promise<HttpResponse> => system.post(`/admin/reservations/${id}/cancel`, body, { token });
  const notes = (subject: string): Promise<Json[]> =>
    system.expectOk('GET', `/admin/audit-trail?subject=${subject}`, { token: admin.token }).then(({ data }) => data as Json[]);
  const cancellations = async (id: string): Promise<number> =>
    (await system.sql(`SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-cancelled.v1'`, [id])).length;

  describe('The door', () => {
    it.each([
      ['GET', '/admin/reservations'],
      ['GET', `/admin/reservations/${NOBODY}`],
      ['POST', `/admin/reservations/${NOBODY}/cancel`],
      ['GET', `/admin/showtimes/${NOBODY}/cancellation`],
    ])('of %s %s is open to admins only', async (method, path) => {
      const body = method === 'POST' ? { refund: 'full', reason: 'Because.' } : undefined;
      expect((await system.call(method, path, { body })).status).toBe(401);
      expect((await system.call(method, path, { body, token: anna.token })).status).toBe(403);
    });

    it('leads nowhere for a reservation or a cancellation that is not there', async () => {
      expect((await system.get(`/admin/reservations/${NOBODY}`, { token: admin.token })).body.code).toBe('reservations.not-found');
      expect((await cancel(NOBODY)).status).toBe(404);
      const progress = await system.get(`/admin/showtimes/${scene.showtimeId}/cancellation`, { token: admin.token });
      expect([progress.status, progress.body.code]).toEqual([404, 'reservations.no-cancellation-run']);
      expect(await notes(NOBODY)).toEqual([]);
    });

    it.each([
      ['showtimeId=x'],
      ['customerId=1'],
      ['status=lost'],
      ['code=short'],
      ['code=UUUUUUUU'],
      ['limit=0'],
      ['limit=101'],
      ['cursor=rubbish'],
      ['colour=red'],
    ])('refuses to search by %s', async (query) => {
      expect((await search(query)).status).toBe(400);
    });

    it.each([
      [{}],
      [{ refund: 'half', reason: 'Because.' }],
      [{ refund: 'full' }],
      [{ refund: 'full', reason: '   ' }],
      [{ refund: 'full', reason: 'x'.repeat(501) }],
      [{ refund: 'full', reason: 'Because.', amount: 5 }],
    ])('refuses to cancel with %j', async (body) => {
      expect((await cancel(NOBODY, body)).status).toBe(400);
    });
  });

  describe('Searching', () => {
    it('shows each as its owner sees it, and whose it is', async () => {
      const { id } = await held(anna, ['A1']);
      const own = await system.reservation(anna, id);
      expect((await search(`showtimeId=${scene.showtimeId}`)).body.data).toEqual([{ ...own, customerId: anna.id }]);
      expect((await system.get(`/admin/reservations/${id}`, { token: admin.token })).body).toEqual({ ...own, customerId: anna.id });
    });

    it('finds by showtime, customer, status and code, and by all of them together', async () => {
      const ofAnna = await held(anna, ['A1']);
      const ofBen = await held(ben, ['A2']);
      const gone = await held(ben, ['A3']);
      await system.expectOk('DELETE', `/reservations/${gone.id}`, { token: ben.token });
      const here = `showtimeId=${scene.showtimeId}`;
      expect(await idsOf(here)).toEqual([gone.id, ofBen.id, ofAnna.id]);
      expect(await idsOf(`${here}&customerId=${ben.id}`)).toEqual([gone.id, ofBen.id]);
      expect(await idsOf(`${here}&status=held`)).toEqual([ofBen.id, ofAnna.id]);
      expect(await idsOf(`${here}&status=cancelled&customerId=${ben.id}&code=${gone.code}`)).toEqual([gone.id]);
      expect(await idsOf(`code=${ofAnna.code}`)).toEqual([ofAnna.id]);
      expect(await idsOf(`code=${ofAnna.code}&customerId=${ben.id}`)).toEqual([]);
      expect(await idsOf(`showtimeId=${NOBODY}`)).toEqual([]);
    });

    it('takes a code as it was read aloud', async () => {
      const { id, code } = await held(anna, ['A1']);
      const aloud = (code as string).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
      expect(await idsOf(`code=${aloud}`)).toEqual([id]);
    });

    it('goes through the pages newest first, undisturbed by a reservation made meanwhile', async () => {
      const made: string[] = [];
      for (const seat of ['A1', 'A2', 'A3']) made.unshift((await held(anna, [seat])).id);
      for (const seat of ['B1', 'B2']) made.unshift((await held(ben, [seat])).id);
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 3; page++) {
        const { body } = await search(`showtimeId=${scene.showtimeId}&limit=2${cursor}`);
        seen.push(...body.data.map(({ id }: Json) => id as string));
        if (page === 0) await held(ben, ['C1']);
        cursor = `&cursor=${body.page.nextCursor}`;
        expect(body.page.nextCursor === null).toBe(page === 2);
      }
      expect(seen).toEqual(made);
    });
  });

  describe('Cancelling', () => {
    it('ends a hold, frees its seats and leaves a note of who did it and why', async () => {
      const { id } = await held(anna, ['A1']);
      const { status, body } = await system.post(
        `/admin/reservations/${id}/cancel`,
        { refund: 'policy', reason: '  Asked for at the desk. ' },
        { token: admin.token, headers: { 'x-request-id': `desk-${id}` } },
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({ id, customerId: anna.id, status: 'cancelled', endReason: 'cancelled-by-admin', refund: null });
      expect((await system.hold(ben, scene.showtimeId, ['A1'])).status).toBe(201);
      expect(await notes(id)).toEqual([
        {
          id: expect.any(String) as string,
          at: expect.any(String) as string,
          actor: admin.id,
          action: 'reservations.cancel-as-admin',
          subject: id,
          details: { was: 'held', refund: 'policy', reason: 'Asked for at the desk.' },
          requestId: `desk-${id}`,
        },
      ]);
    });

    it.each([
      ['everything when told so, even after the policy has run out', 'full', 110, 1_250],
      ['what the policy gives while it stands', 'policy', 24 * 60, 1_250],
      ['nothing where the policy gives nothing', 'policy', 110, 0],
      ['nothing when told so', 'none', 24 * 60, 0],
    ])('gives back %s', async (_, refund, startsInMinutes, back) => {
      scene = await system.createShowtime({ startsInMinutes });
      const before = await amountKeptAtStripe(system);
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
      expect((await cancel(id, { refund, reason: 'Because.' })).status).toBe(200);
      await until(async () => (await amountKeptAtStripe(system)) === before + 1_250 - back, {
        timeoutMs: 10_000,
        what: 'the money to go back',
      });
      await until(
        async () => {
          expect((await system.reservation(anna, id)).refund).toEqual(
            back === 0 ? null : { amount: { amount: back, currency: 'EUR' }, status: 'succeeded', reason: 'reservation-cancelled' },
          );
          return true;
        },
        { timeoutMs: 10_000, what: 'the refund to show' },
      );
    });

    it('is harmless when repeated, whatever is asked for the second time', async () => {
      const before = await amountKeptAtStripe(system);
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
      const first = await cancel(id, { refund: 'none', reason: 'Misbehaved.' });
      const again = await cancel(id, { refund: 'full', reason: 'Another reason.' });
      expect([first.status, again.status]).toEqual([200, 200]);
      expect(again.body).toEqual(first.body);
      expect(await cancellations(id)).toBe(1);
      expect(await notes(id)).toHaveLength(1);
      expect((await amountKeptAtStripe(system)) - before).toBe(1_250);
    });

    it('happens once when ten admins do it at the same moment', async () => {
      const before = await amountKeptAtStripe(system);
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1', 'A2']);
      const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
      expect(await cancellations(id)).toBe(1);
      expect(await notes(id)).toHaveLength(1);
      await until(async () => (await amountKeptAtStripe(system)) === before, { timeoutMs: 10_000, what: 'the money to go back' });
      expect(
        await system.sql('SELECT 1 FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id WHERE p.reservation_id = $1', [
          id,
        ]),
      ).toHaveLength(1);
    });

    it('happens once when the customer cancels at the same moment', async () => {
      const before = await amountKeptAtStripe(system);
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
      const [mine, theirs] = await Promise.all([cancel(id), system.delete(`/reservations/${id}`, { token: anna.token })]);
      expect([mine.status, theirs.status]).toEqual([200, 200]);
      expect(await cancellations(id)).toBe(1);
      const { endReason } = await system.reservation(anna, id);
      expect(await notes(id)).toHaveLength(endReason === 'cancelled-by-admin' ? 1 : 0);
      await until(async () => (await amountKeptAtStripe(system)) === before, { timeoutMs: 10_000, what: 'the money to go back' });
    });

    it('is refused for an expired reservation, and leaves no note', async () => {
      const { id } = await held(anna, ['A1']);
      await system.advanceClock({ minutes: 31 });
      await until(async () => (await system.reservation(anna, id)).status === 'expired', { timeoutMs: 10_000, what: 'the hold to expire' });
      const { status, body } = await cancel(id);
      expect([status, body.code]).toEqual([410, 'reservations.hold-expired']);
      expect(await notes(id)).toEqual([]);
    });

    it('is refused for a completed reservation, and leaves no note', async () => {
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
      await system.advanceClock({ minutes: 24 * 60 + 100 + 61 });
      await until(async () => (await system.reservation(anna, id)).status === 'completed', {
        timeoutMs: 10_000,
        what: 'the show to be over',
      });
      const { status, body } = await cancel(id);
      expect([status, body.code]).toEqual([409, 'reservations.already-completed']);
      expect(await notes(id)).toEqual([]);
    });

    it('does not happen when its note cannot be taken', async () => {
      const { id } = await buyTicket(system, anna, scene.showtimeId, ['A1']);
      await system.sql('ALTER TABLE platform.audit_trail ADD CONSTRAINT out_of_ink CHECK (false) NOT VALID');
      try {
        expect((await cancel(id)).status).toBe(500);
      } finally {
        await system.sql('ALTER TABLE platform.audit_trail DROP CONSTRAINT out_of_ink');
      }
      expect((await system.reservation(anna, id)).status).toBe('confirmed');
      expect(await cancellations(id)).toBe(0);
      expect((await cancel(id)).status).toBe(200);
    });
  });
});
