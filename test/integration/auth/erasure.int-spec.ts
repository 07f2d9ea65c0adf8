import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { DAY_MS } from '@app/kernel/durations.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { EraseMailsOfErasedUsers } from '../../../libs/notifications/src/application/jobs/erase-mails-of-erased-users.js';
import { SubmitRefund } from '../../../libs/payments/src/application/jobs/submit-refund.js';
import { EndReservationsOfErasedUsers } from '../../../libs/reservations/src/application/jobs/end-reservations-of-erased-users.js';
import { UpcomingReservationsHandler } from '../../../libs/reservations/src/application/queries/upcoming-reservations.js';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

const REVOKED = { status: 401, body: { code: 'auth.token-revoked' } };

describe('DELETE /auth/me', () => {
  let system: InProcessSystem;
  let scene: ShowtimeFixture;
  let admin: string;
  let seat = 0;
  beforeAll(async () => {
    system = await startInProcessSystem();
    scene = await system.createShowtime({ rows: 4, seatsPerRow: 20 });
    admin = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const nextSeat = (): string => `${'ABCD'.charAt(Math.floor(seat / 20))}${(seat++ % 20) + 1}`;
  const erase = ({ token, password }: Customer, own = password) => system.delete('/auth/me', { token, body: { password: own } });
  const statusOf = async (id: string) => (await system.expectOk('GET', `/admin/reservations/${id}`, { token: admin })).status as string;
  const untilCancelled = (id: string) => until(async () => (await statusOf(id)) === 'cancelled', { what: 'the end of the reservation' });
  const untilRefused = (token: string) =>
    until(async () => (await system.get('/auth/me', { token })).status === 401, { what: 'the end of the access' });

  /** Tables of every schema with a row that has this text anywhere. */
  async function tablesWith(text: string): Promise<string[]> {
    const tables = await system.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const found: string[] = [];
    for (const { name } of tables)
      if ((await system.sql(`SELECT FROM ${name} t WHERE strpos(t::text, $1) > 0 LIMIT 1`, [text])).length > 0) found.push(name);
    return found;
  }

  const addBouncedMail = ({ id, email }: Customer) =>
    system.sql(
      `INSERT INTO notifications.mails (id, kind, fact_id, user_id, facts, status, address, answer, requested_at)
       VALUES ($1, 'password-reset', $2, $3, '{}', 'bounced', $4, '550 ' || $4, now())`,
      [randomUUID(), randomUUID(), id, email],
    );

  async function revenue(): Promise<Json[]> {
    // Yesterday: money that moved before midnight is in the second report too.
    const from = new Date((await system.now()).getTime() - DAY_MS).toISOString().slice(0, 10);
    const range = { from, to: scene.startsAt.slice(0, 10), groupBy: 'theatre' };
    return (await system.expectOk('GET', `/admin/reports/revenue?${new URLSearchParams(range).toString()}`, { token: admin }))
      .data as Json[];
  }

  it('nothing names the person any more, and the books are the same to the cent', async () => {
    const customer = await system.registerCustomer();
    const name = `Quillfeather ${randomUUID()}`;
    await system.expectOk('PATCH', '/auth/me', { token: customer.token, body: { fullName: name } });
    for (const act of ['promote', 'demote']) await system.expectOk('POST', `/users/${customer.id}/${act}`, { token: admin });
    const paid = await buyTicket(system, customer, scene.showtimeId, [nextSeat(), nextSeat()]);
    await system.expectOk('POST', `/admin/reservations/${paid.id}/cancel`, { token: admin, body: { refund: 'none', reason: 'A test.' } });
    await addBouncedMail(customer);
    await system.expectOk('POST', '/auth/password-reset', { body: { email: customer.email } });
    await assertInvariants(system);
    const before = await revenue();
    expect(before).toMatchObject([{ received: 2_500, refunded: 0 }]);
    expect(await tablesWith(customer.email)).toEqual(['auth.users', 'messaging.outbox', 'notifications.mails']);
    expect(await tablesWith(name)).toEqual(['auth.users']);

    expect(await erase(customer)).toMatchObject({ status: 204, body: '' });
    await until(async () => (await tablesWith(customer.email)).length === 0, { what: 'the end of the address' });
    expect(await tablesWith(name)).toEqual([]);
    await assertInvariants(system);
    expect(await revenue()).toEqual(before);
    expect(await system.sql('SELECT total FROM reservations.reservations WHERE customer_id = $1', [customer.id])).toEqual([
      { total: 2_500 },
    ]);
    expect((await system.get(`/users/${customer.id}`, { token: admin })).status).toBe(404);
    const trail = await system.expectOk('GET', `/admin/audit-trail?subject=${customer.id}`, { token: admin });
    expect(trail.data).toHaveLength(2);
  }, 60_000);

  it('without the cleaning of kept events the address would stay in the outbox', async () => {
    vi.spyOn(Outbox.prototype, 'removeFields').mockResolvedValue();
    const customer = await system.registerCustomer();
    await erase(customer);
    expect(await tablesWith(customer.email)).toContain('messaging.outbox');
  });

  it('sessions and tokens end at once, and the address can be registered again', async () => {
    const customer = await system.registerCustomer();
    const { email, password } = customer;
    const { refreshToken } = await system.expectOk('POST', '/auth/login', { body: { email, password } });
    expect((await erase(customer)).status).toBe(204);
    await untilRefused(customer.token);
    expect(await system.hold(customer, scene.showtimeId, [nextSeat()])).toMatchObject(REVOKED);
    expect((await system.post('/auth/refresh', { refreshToken })).status).toBe(401);
    expect((await system.post('/auth/login', { email, password })).status).toBe(401);
    expect(await system.sql('SELECT FROM auth.sessions WHERE user_id = $1', [customer.id])).toEqual([]);
    const again = await system.post('/auth/register', { email, password, fullName: 'Another Person' });
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(customer.id);
    const token = await system.logIn(email, password);
    expect((await system.get('/reservations', { token })).body).toMatchObject({ data: [] });
  });

  it('a wrong or missing password, and no token, erase nothing', async () => {
    const customer = await system.registerCustomer();
    expect(await erase(customer, 'wrong')).toMatchObject({ status: 422, body: { code: 'auth.password-wrong' } });
    expect((await system.delete('/auth/me', { token: customer.token })).status).toBe(400);
    expect((await system.delete('/auth/me', { body: { password: customer.password } })).status).toBe(401);
    expect((await system.get('/auth/me', { token: customer.token })).status).toBe(200);
  });

  it('the last active admin is refused', async () => {
    const password = system.env['ADMIN_PASSWORD']!;
    const refused = await system.delete('/auth/me', { token: admin, body: { password } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'auth.last-admin' } });
  });

  it('a hold is cancelled, and its seat is free', async () => {
    const [customer, other] = await system.registerCustomers(2);
    const label = nextSeat();
    const { body: held } = await system.hold(customer!, scene.showtimeId, [label]);
    expect((await erase(customer!)).status).toBe(204);
    await untilCancelled(held.id);
    expect((await system.hold(other!, scene.showtimeId, [label])).status).toBe(201);
  });

  it('a paid reservation ahead is named and refused, until it is cancelled', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buyTicket(system, customer, scene.showtimeId, [nextSeat()]);
    expect(await erase(customer)).toMatchObject({ status: 409, body: { code: 'auth.reservations-ahead', reservationIds: [id] } });
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    expect((await erase(customer)).status).toBe(204);
    await assertInvariants(system);
  }, 60_000);

  it('of thousands of reservations ahead the next thousand are named', async () => {
    const till = await system.registerCustomer();
    const { id } = await buyTicket(system, till, scene.showtimeId, [nextSeat()]);
    await system.sql(
      `INSERT INTO reservations.reservations
       SELECT (jsonb_populate_record(sold, jsonb_build_object('id', gen_random_uuid(), 'code', 'COPY' || n))).*
       FROM reservations.reservations sold, generate_series(1, 1001) n WHERE id = $1`,
      [id],
    );
    const { status, body } = await erase(till);
    await system.sql(`DELETE FROM reservations.reservations WHERE code LIKE 'COPY%'`);
    expect([status, body.code, body.reservationIds.length]).toEqual([409, 'auth.reservations-ahead', 1_000]);
  }, 60_000);

  it('a refund under way arrives after the person is erased, to the cent', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buyTicket(system, customer, scene.showtimeId, [nextSeat()]);
    const submit = vi.spyOn(SubmitRefund.prototype, 'run').mockRejectedValue(new Error('Stripe is away'));
    await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    await until(() => Promise.resolve(submit.mock.calls.length > 0), { what: 'the refund to be tried' });
    expect((await erase(customer)).status).toBe(204);
    const refunds = () =>
      system.sql<{ status: string }>(
        'SELECT r.status FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id WHERE p.reservation_id = $1',
        [id],
      );
    expect(await refunds()).toEqual([{ status: 'requested' }]);
    submit.mockRestore();
    await until(async () => (await refunds())[0]?.status === 'succeeded', { what: 'the refund to arrive' });
    await assertInvariants(system);
    expect(await tablesWith(customer.email)).toEqual([]);
  }, 60_000);

  it('two erasures at once erase once', async () => {
    const customer = await system.registerCustomer();
    const answers = await Promise.all([erase(customer), erase(customer), erase(customer)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404]);
    const events = await system.sql(`SELECT FROM messaging.outbox WHERE subject = $1 AND type = 'auth.user-erased.v1'`, [customer.id]);
    expect(events).toHaveLength(1);
  });

  it('an event that comes again ends nothing of the next person with the address', async () => {
    const customer = await system.registerCustomer();
    const { email, password } = customer;
    await erase(customer);
    await system.expectOk('POST', '/auth/register', { body: { email, password, fullName: 'Another Person' } });
    const next = { ...customer, token: await system.logIn(email, password) };
    const { body: held } = await system.hold(next, scene.showtimeId, [nextSeat()]);
    const handled = () =>
      system.sql(
        `SELECT FROM messaging.inbox i JOIN messaging.outbox o ON o.id = i.message_id
         WHERE o.subject = $1 AND o.type = 'auth.user-erased.v1' AND i.queue LIKE '%user-erased'`,
        [customer.id],
      );
    const untilHandled = () => until(async () => (await handled()).length === 2, { what: 'both reactions' });
    await untilHandled();
    const event = `messaging.outbox WHERE subject = $1 AND type = 'auth.user-erased.v1'`;
    await system.sql(`DELETE FROM messaging.inbox WHERE message_id IN (SELECT id FROM ${event})`, [customer.id]);
    await system.sql(`UPDATE messaging.outbox SET published_at = NULL WHERE id IN (SELECT id FROM ${event})`, [customer.id]);
    await untilHandled();
    expect(await statusOf(held.id)).toBe('held');
  });

  it('an address that a refused mail keeps is removed although the event is lost', async () => {
    const customer = await system.registerCustomer();
    const comparison = vi.spyOn(EraseMailsOfErasedUsers.prototype, 'run').mockResolvedValue();
    await system.stopWorker();
    await erase(customer);
    await system.sql(`DELETE FROM messaging.outbox WHERE subject = $1 AND type = 'auth.user-erased.v1'`, [customer.id]);
    await addBouncedMail(customer);
    await system.startWorker();
    await until(() => Promise.resolve(comparison.mock.calls.length > 1), { what: 'two comparisons' });
    expect(await tablesWith(customer.email)).toEqual(['notifications.mails']);
    comparison.mockRestore();
    await until(async () => (await tablesWith(customer.email)).length === 0, { what: 'the end of the address' });
  });

  it('a payment on its way goes back when the person is erased meanwhile', async () => {
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, scene.showtimeId, [nextSeat()]);
    const { body: payment } = await system.startPayment(customer, held.id);
    await Promise.all([
      erase(customer),
      system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' }),
    ]);
    const left = await system.sql('SELECT FROM auth.users WHERE id = $1', [customer.id]);
    // Confirmed before the erasure looked: refused. Otherwise the money goes back.
    if (left.length === 0) await untilCancelled(held.id);
    await assertInvariants(system);
  }, 60_000);

  it('what is confirmed while the person is erased goes back in full', async () => {
    const customer = await system.registerCustomer();
    const { id } = await buyTicket(system, customer, scene.showtimeId, [nextSeat()]);
    vi.spyOn(UpcomingReservationsHandler.prototype, 'execute').mockResolvedValueOnce([]);
    expect((await erase(customer)).status).toBe(204);
    await untilCancelled(id);
    await assertInvariants(system);
    const { refund } = await system.expectOk('GET', `/admin/reservations/${id}`, { token: admin });
    expect(refund).toMatchObject({ amount: { amount: 1_250 }, status: 'succeeded' });
  }, 60_000);

  it('logging in, refreshing and holding at the same moment leave nothing behind', async () => {
    const customer = await system.registerCustomer();
    const { email, password } = customer;
    const { refreshToken } = await system.expectOk('POST', '/auth/login', { body: { email, password } });
    const requests = Array.from({ length: 4 }, () => [
      system.post('/auth/login', { email, password }),
      system.post('/auth/refresh', { refreshToken }),
      system.hold(customer, scene.showtimeId, [nextSeat()]),
    ]);
    const [erased, ...answers] = await Promise.all([erase(customer), ...requests.flat()]);
    expect(erased.status).toBe(204);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const issued = answers.flatMap(({ body }) => (body?.accessToken as string | undefined) ?? []);
    for (const token of [customer.token, ...issued]) await untilRefused(token);
    expect(await system.sql('SELECT FROM auth.sessions WHERE user_id = $1', [customer.id])).toEqual([]);
    const live = () =>
      system.sql(`SELECT FROM reservations.reservations WHERE customer_id = $1 AND status IN ('held', 'confirmed')`, [customer.id]);
    await until(async () => (await live()).length === 0, { what: 'the end of all holds' });
  });

  it('a hold ends although the event is lost, by the comparison alone', async () => {
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, scene.showtimeId, [nextSeat()]);
    const comparison = vi.spyOn(EndReservationsOfErasedUsers.prototype, 'run').mockResolvedValue();
    await system.stopWorker();
    await erase(customer);
    await system.sql(`DELETE FROM messaging.outbox WHERE subject = $1 AND type = 'auth.user-erased.v1'`, [customer.id]);
    await system.startWorker();
    await until(() => Promise.resolve(comparison.mock.calls.length > 1), { what: 'two comparisons' });
    expect(await statusOf(held.id)).toBe('held');
    comparison.mockRestore();
    await untilCancelled(held.id);
  });
});
