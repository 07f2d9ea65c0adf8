import { jest } from '@jest/globals';
import { newId } from '@app/kernel/id.js';
import { Broker } from '@app/platform/messaging/broker.js';
import type { HttpResponse, Customer, Json } from '../../support/http-client.js';
import { pay } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const QUEUE = 'reservations.confirm-reservation-when-payment-succeeded';
const NOBODY = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
const WAIT = { timeoutMs: 15_000 };

describe('Messages that died', () => {
  let system: InProcessSystem;
  let token: string;
  let anna: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    anna = await system.registerCustomer();
  });
  afterAll(() => system.close());
  beforeEach(async () => {
    await system.sql('DELETE FROM messaging.dead_letters');
    await system.sql('DELETE FROM platform.audit_trail');
  });

  const list = (query = ''): Promise<HttpResponse> => system.get(`/admin/dead-letters?${query}`, { token });
  const show = async (id: string): Promise<Json> => system.expectOk('GET', `/admin/dead-letters/${id}`, { token });
  const redrive = (body: unknown): Promise<HttpResponse> => system.post('/admin/dead-letters/redrive', body, { token });
  const notes = async (): Promise<Json[]> =>
    (await system.expectOk('GET', '/admin/audit-trail?action=messaging.redrive-dead-letters', { token })).data as Json[];

  /** A payment for a reservation nobody made: a rule says no, for ever. */
  async function hopeless(): Promise<Json> {
    const event = newId();
    const paymentId = newId();
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, correlation_id, data)
       VALUES ($1, 'payments.payment-succeeded.v1', $2, 1, now(), 'a-test', $3)`,
      [event, paymentId, { paymentId, reservationId: newId(), amount: { amount: 1_250, currency: 'EUR' } }],
    );
    return until(async () => ((await list('limit=100')).body.data as Json[]).find(({ messageId }) => messageId === event), {
      ...WAIT,
      what: 'the message to die',
    });
  }

  /** A payment whose reaction fails for a reason that can be mended. */
  async function mendable(customer = anna): Promise<{ reservationId: string; letterId: string; mend: () => Promise<void> }> {
    const scene = await system.createShowtime();
    const { body } = await system.hold(customer, scene.showtimeId, ['A1']);
    await system.sql('ALTER TABLE reservations.payment_outcomes RENAME TO payment_outcomes_mislaid');
    await pay(system, customer, body.id);
    const [letter] = await until(
      async () => {
        const { data } = (await list(`queue=${QUEUE}&status=waiting`)).body;
        return data.length > 0 ? (data as Json[]) : undefined;
      },
      { ...WAIT, what: 'the message to die' },
    );
    const mend = async (): Promise<void> => {
      await system.sql('ALTER TABLE reservations.payment_outcomes_mislaid RENAME TO payment_outcomes');
    };
    return { reservationId: body.id, letterId: letter.id, mend };
  }

  const confirmed = (id: string): Promise<unknown> =>
    until(async () => (await system.reservation(anna, id)).status === 'confirmed', { ...WAIT, what: 'the reservation to be confirmed' });
  const confirmations = async (id: string): Promise<number> =>
    (await system.sql(`SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`, [id])).length;

  async function insertLetter(queue: string, body = '{}', messageId: string | null = newId(), id = newId()): Promise<string> {
    await system.sql(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ($1, $2, $3, 'put here', 1, $4)`,
      [id, queue, messageId, body],
    );
    return id;
  }

  it.each([
    ['GET', '/admin/dead-letters'],
    ['GET', `/admin/dead-letters/${NOBODY}`],
    ['POST', '/admin/dead-letters/redrive'],
  ])('are for admins only: %s %s', async (method, path) => {
    const body = method === 'POST' ? { queue: QUEUE } : undefined;
    expect((await system.call(method, path, { body })).status).toBe(401);
    expect((await system.call(method, path, { body, token: anna.token })).status).toBe(403);
  });

  it.each([
    [{}],
    [{ ids: [] }],
    [{ ids: ['x'] }],
    [{ ids: null }],
    [{ queue: '' }],
    [{ ids: [NOBODY], queue: QUEUE }],
    [{ ids: [NOBODY, NOBODY] }],
  ])('are not sent back by %j', async (body) => {
    expect((await redrive(body)).status).toBe(400);
  });

  it('are not listed by nonsense', async () => {
    for (const query of ['status=lost', 'queue=', 'limit=0', 'cursor=x', 'colour=red']) expect((await list(query)).status).toBe(400);
  });

  it('are sent back by no more than a hundred names a call', async () => {
    expect((await redrive({ ids: Array.from({ length: 101 }, () => newId()) })).status).toBe(400);
  });

  it('show where and why they died, and what they said', async () => {
    const letter = await hopeless();
    expect(letter).toEqual({
      id: expect.any(String) as string,
      status: 'waiting',
      queue: QUEUE,
      messageId: expect.any(String) as string,
      reason: 'ReservationNotFound: There is no such reservation.',
      attempts: 1,
      diedAt: expect.any(String) as string,
      redrivenAt: null,
    });
    expect(await show(letter.id)).toEqual({
      ...letter,
      body: expect.objectContaining({ id: letter.messageId, type: 'payments.payment-succeeded.v1', correlationid: 'a-test' }) as object,
      text: null,
    });
  });

  it('show what is not a JSON object as it came', async () => {
    for (const text of ['hello {', '[1]', 'null', '']) {
      expect(await show(await insertLetter('x.y', text))).toMatchObject({ body: null, text });
    }
  });

  it('are not there under an unknown id', async () => {
    expect((await system.get(`/admin/dead-letters/${NOBODY}`, { token })).status).toBe(404);
    const known = await insertLetter(QUEUE);
    const { status, body } = await redrive({ ids: [known, NOBODY] });
    expect([status, body.code, body.unknownIds]).toEqual([404, 'messaging.dead-letter-not-found', [NOBODY]]);
    expect((await show(known)).status).toBe('waiting');
    expect(await notes()).toEqual([]);
  });

  it('are listed newest first, page by page, by queue and by what became of them', async () => {
    const ids = Array.from({ length: 5 }, newId).sort().reverse();
    for (const [i, id] of ids.entries()) await insertLetter(i % 2 === 0 ? 'x.even' : 'x.odd', '{}', newId(), id);
    await system.sql('UPDATE messaging.dead_letters SET redriven_at = now() WHERE id = $1', [ids[0]]);
    const of = async (query: string): Promise<string[]> => ((await list(query)).body.data as Json[]).map(({ id }) => id as string);
    expect(await of('')).toEqual(ids);
    expect(await of('queue=x.odd')).toEqual([ids[1], ids[3]]);
    expect(await of('status=redriven')).toEqual([ids[0]]);
    expect(await of('queue=x.even&status=waiting')).toEqual([ids[2], ids[4]]);
    const first = (await list('limit=3')).body;
    await insertLetter('x.late');
    const second = (await list(`limit=3&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...second.data].map(({ id }: Json) => id as string)).toEqual(ids);
    expect(second.page.nextCursor).toBeNull();
  });

  it('have their effect once they are sent back, and only once', async () => {
    const { reservationId, letterId, mend } = await mendable();
    await mend();
    const { status, body } = await redrive({ ids: [letterId] });
    expect([status, body]).toEqual([200, { redriven: 1, skipped: 0, failed: [], waiting: 0 }]);
    await confirmed(reservationId);
    expect(await show(letterId)).toMatchObject({ status: 'redriven', redrivenAt: expect.any(String) as string });
    expect((await redrive({ ids: [letterId] })).body).toEqual({ redriven: 0, skipped: 1, failed: [], waiting: 0 });
    expect((await redrive({ queue: QUEUE })).body).toEqual({ redriven: 0, skipped: 0, failed: [], waiting: 0 });
    expect(await confirmations(reservationId)).toBe(1);
  });

  it('have one effect when ten admins send the same one back at the same moment', async () => {
    const { reservationId, letterId, mend } = await mendable();
    await mend();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => redrive(i % 2 === 0 ? { ids: [letterId] } : { queue: QUEUE })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(answers.reduce((sum, { body }) => sum + (body.redriven as number), 0)).toBe(1);
    await confirmed(reservationId);
    expect(await confirmations(reservationId)).toBe(1);
    expect(await notes()).toHaveLength(10);
  });

  it('would be sent by several of them if a call did not claim its letters first', async () => {
    await system.sql(
      `CREATE FUNCTION messaging.disown() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.redriving_until = NULL; RETURN NEW; END'`,
    );
    await system.sql('CREATE TRIGGER disown BEFORE UPDATE ON messaging.dead_letters FOR EACH ROW EXECUTE FUNCTION messaging.disown()');
    try {
      const { reservationId, letterId, mend } = await mendable();
      await mend();
      // The second takes the letter while the first is about to send it.
      const broker = system.api.get<Broker>(Broker, { strict: false });
      const redeliver = broker.redeliver.bind(broker);
      const both = Promise.withResolvers<void>();
      let sending = 0;
      jest.spyOn(broker, 'redeliver').mockImplementation(async (...letter) => {
        if (++sending === 2) both.resolve();
        await both.promise;
        return redeliver(...letter);
      });
      const first = redrive({ ids: [letterId] });
      await until(() => sending === 1, { ...WAIT, what: 'the first to have taken the letter' });
      const answers = [await redrive({ ids: [letterId] }), await first];
      expect(answers.map(({ body }) => body.redriven as number)).toEqual([1, 1]);
      await confirmed(reservationId);
      // The inbox takes the copies.
      expect(await confirmations(reservationId)).toBe(1);
    } finally {
      jest.restoreAllMocks();
      await system.sql('DROP FUNCTION messaging.disown CASCADE');
    }
  });

  it('wait again when they die again', async () => {
    const { reservationId, letterId, mend } = await mendable();
    const before = await show(letterId);
    expect((await redrive({ ids: [letterId] })).body).toMatchObject({ redriven: 1 });
    await until(
      async () => {
        const again = await show(letterId);
        return again.status === 'waiting' && again.diedAt > before.diedAt;
      },
      { ...WAIT, what: 'the message to die again' },
    );
    await mend();
    expect((await redrive({ ids: [letterId] })).body).toMatchObject({ redriven: 1 });
    await confirmed(reservationId);
    expect(await confirmations(reservationId)).toBe(1);
  });

  it('are not lost when their queue is no more', async () => {
    const id = await insertLetter('reservations.a-reaction-of-long-ago');
    const { status, body } = await redrive({ ids: [id] });
    expect(status).toBe(200);
    expect(body).toEqual({
      redriven: 0,
      skipped: 0,
      failed: [{ id, queue: 'reservations.a-reaction-of-long-ago', reason: 'There is no queue reservations.a-reaction-of-long-ago' }],
      waiting: 1,
    });
    expect((await show(id)).status).toBe('waiting');
  });

  it('leave by the hundred, oldest first, and say how many wait still', async () => {
    await system.sql(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'put here', 1, 'hello' FROM generate_series(1, 150)`,
      [QUEUE],
    );
    await system.stopWorker();
    try {
      expect((await redrive({ queue: QUEUE })).body).toEqual({ redriven: 100, skipped: 0, failed: [], waiting: 50 });
      expect((await redrive({ queue: QUEUE })).body).toEqual({ redriven: 50, skipped: 0, failed: [], waiting: 0 });
      expect((await redrive({ queue: QUEUE })).body).toEqual({ redriven: 0, skipped: 0, failed: [], waiting: 0 });
      await system.sql('DELETE FROM messaging.deliveries');
    } finally {
      await system.startWorker();
    }
  });

  it('leave a note of who sent which back', async () => {
    const gone = await insertLetter('reservations.a-reaction-of-long-ago');
    const letter = await hopeless();
    await redrive({ ids: [letter.id] });
    await redrive({ queue: 'reservations.a-reaction-of-long-ago' });
    expect(await notes()).toMatchObject([
      {
        subject: 'reservations.a-reaction-of-long-ago',
        details: { queue: 'reservations.a-reaction-of-long-ago', redriven: [], failed: [gone] },
      },
      { subject: letter.id, details: { ids: [letter.id], redriven: [letter.id], failed: [] } },
    ]);
  });
});
