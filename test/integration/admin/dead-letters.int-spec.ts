import { vi } from 'vitest';
import { newId } from '@app/kernel/id.js';
import { Broker } from '@app/platform/messaging/broker.js';
import type { HttpResponse, Customer, Json } from '../../support/http-client.js';
import { pay } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const QUEUE = 'reservations.confirm-reservation-when-payment-succeeded';
const UNKNOWN_ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

describe('Dead letters', () => {
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
  const auditEntries = async (): Promise<Json[]> =>
    (await system.expectOk('GET', '/admin/audit-trail?action=messaging.redrive-dead-letters', { token })).data as Json[];

  /** Money of a payment that does not exist: a rule refuses it every time. */
  async function refusedLetter(reservationId = newId()): Promise<Json> {
    const event = newId();
    const paymentId = newId();
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, correlation_id, data)
       VALUES ($1, 'payments.payment-succeeded.v1', $2, 1, now(), 'a-test', $3)`,
      [event, paymentId, { paymentId, reservationId, amount: { amount: 1_250, currency: 'EUR' } }],
    );
    return until(async () => ((await list('limit=100')).body.data as Json[]).find(({ messageId }) => messageId === event), {
      what: 'the message to die',
    });
  }

  /** A payment whose reaction fails for a reason that can be repaired. */
  async function repairableLetter(customer = anna): Promise<{ reservationId: string; letterId: string; repair: () => Promise<void> }> {
    const scene = await system.createShowtime();
    const { body } = await system.hold(customer, scene.showtimeId, ['A1']);
    await system.sql('ALTER TABLE reservations.payment_outcomes RENAME TO payment_outcomes_hidden');
    await pay(system, customer, body.id);
    const [letter] = await until(
      async () => {
        const { data } = (await list(`queue=${QUEUE}&status=waiting`)).body;
        return data.length > 0 ? (data as Json[]) : undefined;
      },
      { what: 'the message to die' },
    );
    const repair = async (): Promise<void> => {
      await system.sql('ALTER TABLE reservations.payment_outcomes_hidden RENAME TO payment_outcomes');
    };
    return { reservationId: body.id, letterId: letter.id, repair };
  }

  const confirmed = (id: string): Promise<unknown> =>
    until(async () => (await system.reservation(anna, id)).status === 'confirmed', { what: 'the reservation to be confirmed' });
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
    ['GET', `/admin/dead-letters/${UNKNOWN_ID}`],
    ['POST', '/admin/dead-letters/redrive'],
  ])('dead letters are for admins only: %s %s', async (method, path) => {
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
    [{ ids: [UNKNOWN_ID], queue: QUEUE }],
    [{ ids: [UNKNOWN_ID, UNKNOWN_ID] }],
  ])('a redrive with %j is refused', async (body) => {
    expect((await redrive(body)).status).toBe(400);
  });

  it('invalid filters are refused', async () => {
    for (const query of ['status=lost', 'queue=', 'limit=0', 'cursor=x', 'colour=red']) expect((await list(query)).status).toBe(400);
  });

  it('a redrive of more than a hundred ids is refused', async () => {
    expect((await redrive({ ids: Array.from({ length: 101 }, () => newId()) })).status).toBe(400);
  });

  it('a letter shows where and why it died, and its message', async () => {
    const letter = await refusedLetter();
    expect(letter).toEqual({
      id: expect.any(String) as string,
      status: 'waiting',
      queue: QUEUE,
      messageId: expect.any(String) as string,
      reason: 'PaymentUnknown: There is no such payment whose money has arrived.',
      attempts: 1,
      diedAt: expect.any(String) as string,
      redrivenAt: null,
      dismissedAt: null,
    });
    expect(await show(letter.id)).toEqual({
      ...letter,
      body: expect.objectContaining({ id: letter.messageId, type: 'payments.payment-succeeded.v1', correlationid: 'a-test' }) as object,
      text: null,
    });
  });

  it('a message about money that payments does not have confirms nothing', async () => {
    const { showtimeId } = await system.createShowtime();
    const { id } = (await system.hold(anna, showtimeId, ['A1'])).body;
    expect(await refusedLetter(id)).toMatchObject({ reason: expect.stringContaining('PaymentUnknown') as string });
    expect((await system.reservation(anna, id)).status).toBe('held');
  });

  it('a message that is no JSON object is shown as text', async () => {
    for (const text of ['hello {', '[1]', 'null', '']) {
      expect(await show(await insertLetter('x.y', text))).toMatchObject({ body: null, text });
    }
  });

  it('an unknown id is answered with 404', async () => {
    expect((await system.get(`/admin/dead-letters/${UNKNOWN_ID}`, { token })).status).toBe(404);
    const known = await insertLetter(QUEUE);
    const { status, body } = await redrive({ ids: [known, UNKNOWN_ID] });
    expect([status, body.code, body.unknownIds]).toEqual([404, 'messaging.dead-letter-not-found', [UNKNOWN_ID]]);
    expect((await show(known)).status).toBe('waiting');
    expect(await auditEntries()).toEqual([]);
  });

  it('letters are listed newest first, by queue and status, page by page', async () => {
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

  it('a redriven letter has its effect once', async () => {
    const { reservationId, letterId, repair } = await repairableLetter();
    await repair();
    const { status, body } = await redrive({ ids: [letterId] });
    expect([status, body]).toEqual([200, { redriven: 1, skipped: 0, failed: [], waiting: 0 }]);
    await confirmed(reservationId);
    expect(await show(letterId)).toMatchObject({ status: 'redriven', redrivenAt: expect.any(String) as string });
    expect((await redrive({ ids: [letterId] })).body).toEqual({ redriven: 0, skipped: 1, failed: [], waiting: 0 });
    expect((await redrive({ queue: QUEUE })).body).toEqual({ redriven: 0, skipped: 0, failed: [], waiting: 0 });
    expect(await confirmations(reservationId)).toBe(1);
  });

  it('a letter that ten admins redrive at once has one effect', async () => {
    const { reservationId, letterId, repair } = await repairableLetter();
    await repair();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => redrive(i % 2 === 0 ? { ids: [letterId] } : { queue: QUEUE })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(answers.reduce((sum, { body }) => sum + (body.redriven as number), 0)).toBe(1);
    await confirmed(reservationId);
    expect(await confirmations(reservationId)).toBe(1);
    expect(await auditEntries()).toHaveLength(10);
  });

  it('without a claim a letter is sent by several calls', async () => {
    await system.sql(
      `CREATE FUNCTION messaging.drop_claim() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.redriving_until = NULL; RETURN NEW; END'`,
    );
    await system.sql(
      'CREATE TRIGGER drop_claim BEFORE UPDATE ON messaging.dead_letters FOR EACH ROW EXECUTE FUNCTION messaging.drop_claim()',
    );
    try {
      const { reservationId, letterId, repair } = await repairableLetter();
      await repair();
      // The second call claims the letter while the first one is about to send it.
      const broker = system.api.get<Broker>(Broker, { strict: false });
      const redeliver = broker.redeliver.bind(broker);
      const both = Promise.withResolvers<void>();
      let sending = 0;
      vi.spyOn(broker, 'redeliver').mockImplementation(async (...letter) => {
        if (++sending === 2) both.resolve();
        await both.promise;
        return redeliver(...letter);
      });
      const first = redrive({ ids: [letterId] });
      await until(() => sending === 1, { what: 'the first call to claim the letter' });
      const answers = [await redrive({ ids: [letterId] }), await first];
      expect(answers.map(({ body }) => body.redriven as number)).toEqual([1, 1]);
      await confirmed(reservationId);
      // The inbox makes the copies harmless.
      expect(await confirmations(reservationId)).toBe(1);
    } finally {
      vi.restoreAllMocks();
      await system.sql('DROP FUNCTION messaging.drop_claim CASCADE');
    }
  });

  it('a letter that dies again waits again', async () => {
    const { reservationId, letterId, repair } = await repairableLetter();
    const before = await show(letterId);
    expect((await redrive({ ids: [letterId] })).body).toMatchObject({ redriven: 1 });
    await until(
      async () => {
        const again = await show(letterId);
        return again.status === 'waiting' && again.diedAt > before.diedAt;
      },
      { what: 'the message to die again' },
    );
    await repair();
    expect((await redrive({ ids: [letterId] })).body).toMatchObject({ redriven: 1 });
    await confirmed(reservationId);
    expect(await confirmations(reservationId)).toBe(1);
  });

  it('a letter is kept when its queue is missing', async () => {
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

  it('a redrive sends a hundred letters and counts those that wait', async () => {
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

  it('a redrive has an audit entry with its letters', async () => {
    const withoutQueue = await insertLetter('reservations.a-reaction-of-long-ago');
    const letter = await refusedLetter();
    await redrive({ ids: [letter.id] });
    await redrive({ queue: 'reservations.a-reaction-of-long-ago' });
    expect(await auditEntries()).toMatchObject([
      {
        subject: 'reservations.a-reaction-of-long-ago',
        details: { queue: 'reservations.a-reaction-of-long-ago', redriven: [], failed: [withoutQueue] },
      },
      { subject: letter.id, details: { ids: [letter.id], redriven: [letter.id], failed: [] } },
    ]);
  });
});
