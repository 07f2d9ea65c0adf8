import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { MailToken } from '@app/contracts/auth.js';
import { newId } from '@app/kernel/id.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Session } from '../../../libs/auth/src/domain/session.js';
import { Sessions } from '../../../libs/auth/src/domain/sessions.js';
import { Users } from '../../../libs/auth/src/domain/users.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { TransactionBarrier } from '../reservations/transaction-barrier.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false, longLockWaits: true });
});
afterAll(() => system?.close());

/** More than an owner may send in a minute (`REFRESH_PER_SESSION_PER_MINUTE`). */
const MANY = 31;

const logIn = async () => {
  const customer = await system.registerCustomer();
  const { body } = await system.post('/auth/login', { email: customer.email, password: customer.password });
  return { customer, tokens: body as unknown as { accessToken: string; refreshToken: string } };
};
const refresh = (refreshToken: string) => system.post('/auth/refresh', { refreshToken });
const rotatedLongAgo = (refreshToken: string) =>
  system.sql(`UPDATE auth.sessions SET rotated_at = rotated_at - interval '11 seconds' WHERE id = $1`, [refreshToken.split('.')[0]]);

describe('POST /auth/refresh', () => {
  it('a refresh gives tokens that work, and no token is stored readable', async () => {
    const { customer, tokens } = await logIn();
    const { status, headers, body } = await refresh(tokens.refreshToken);
    expect({ status, cache: headers.get('cache-control') }).toEqual({ status: 200, cache: 'no-store' });
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: expect.any(Number) as number });
    expect((await system.get('/auth/me', { token: body.accessToken as string })).body).toMatchObject({ id: customer.id });
    const stored = JSON.stringify(await system.sql(`SELECT * FROM auth.sessions WHERE user_id = $1`, [customer.id]));
    for (const token of [tokens.refreshToken, body.refreshToken as string]) expect(stored).not.toContain(token.split('.')[1]);
  });

  it('ten refreshes at the same moment get the same successor, which works', async () => {
    const { tokens } = await logIn();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(tokens.refreshToken)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.refreshToken as string}`)).size).toBe(1);
    expect((await refresh(answers[0]?.body.refreshToken as string)).status).toBe(200);
  });

  it('an old token ends the session, and its access tokens are refused', async () => {
    const { tokens } = await logIn();
    const { body } = await refresh(tokens.refreshToken);
    await rotatedLongAgo(tokens.refreshToken);
    expect(await refresh(tokens.refreshToken)).toMatchObject({ status: 401, body: { code: 'auth.refresh-token-invalid' } });
    expect((await refresh(body.refreshToken as string)).status).toBe(401);
    await until(async () => (await system.get('/auth/me', { token: body.accessToken as string })).status === 401, {
      what: 'the refusal of the access token',
    });
  });

  it('a refresh that is rolled back leaves the token good', async () => {
    const { tokens } = await logIn();
    await system.sql(`CREATE FUNCTION auth.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''away''; END'`);
    await system.sql(
      `CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON auth.sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION auth.fail()`,
    );
    try {
      expect((await refresh(tokens.refreshToken)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await system.sql(`DROP FUNCTION auth.fail() CASCADE`);
    }
    expect((await refresh(tokens.refreshToken)).status).toBe(200);
  });

  it('an unknown token is refused', async () => {
    for (const token of ['x', `${randomUUID()}.x`]) expect((await refresh(token)).status).toBe(401);
  });
});

describe('A token that is invented', () => {
  it('an attacker who knows the id of a session can neither end nor refresh it', async () => {
    const { tokens } = await logIn();
    const [sessionId = ''] = tokens.refreshToken.split('.');
    for (const invented of [sessionId, `${sessionId}.x`, `${sessionId}.x.y`, `${tokens.refreshToken}x`]) {
      expect((await refresh(invented)).status).toBe(401);
      expect((await system.post('/auth/logout', { refreshToken: invented })).status).toBe(204);
    }
    expect((await refresh(tokens.refreshToken)).status).toBe(200);
  });

  it('an attacker who knows the id of a session uses up no refresh of its owner', async () => {
    const { tokens } = await logIn();
    const invented = `${tokens.refreshToken.split('.')[0]}.${'x'.repeat(43)}`;
    const answers = await Promise.all(Array.from({ length: MANY }, () => refresh(invented)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect((await refresh(tokens.refreshToken)).status).toBe(200);
  });
});

describe('POST /auth/logout', () => {
  it('a logout ends the session and says the same to an unknown token', async () => {
    const { tokens } = await logIn();
    expect((await system.post('/auth/logout', { refreshToken: tokens.refreshToken })).status).toBe(204);
    expect((await system.post('/auth/logout', { refreshToken: 'x' })).status).toBe(204);
    expect((await refresh(tokens.refreshToken)).status).toBe(401);
    await until(async () => (await system.get('/auth/me', { token: tokens.accessToken })).status === 401, {
      what: 'the refusal of the access token',
    });
  });
});

describe('/auth/me', () => {
  it('a profile is changed, and nothing else of the user', async () => {
    const { customer, tokens } = await logIn();
    const change = (body: object) => system.call('PATCH', '/auth/me', { token: tokens.accessToken, body });
    expect(await change({ language: 'de' })).toMatchObject({
      status: 200,
      body: { id: customer.id, language: 'de', email: customer.email },
    });
    expect((await change({ role: 'admin' })).status).toBe(400);
    expect(await change({ language: 'tlh' })).toMatchObject({
      status: 422,
      body: { code: 'auth.unknown-language', languages: expect.arrayContaining(['de', 'en']) },
    });
  });

  it('a new password ends the other sessions and not this one', async () => {
    const { customer, tokens } = await logIn();
    const { body: other } = await system.post('/auth/login', { email: customer.email, password: customer.password });
    const change = (currentPassword: string) =>
      system.call('PUT', '/auth/me/password', { token: tokens.accessToken, body: { currentPassword, newPassword: 'eight loud rows' } });
    expect(await change('wrong')).toMatchObject({ status: 422, body: { code: 'auth.password-wrong' } });
    expect((await change(customer.password)).status).toBe(204);
    expect((await refresh(other.refreshToken as string)).status).toBe(401);
    expect((await refresh(tokens.refreshToken)).status).toBe(200);
  });

  it('of two changes of the password at the same moment one is refused', async () => {
    const { customer, tokens } = await logIn();
    const change = (newPassword: string) =>
      system.call('PUT', '/auth/me/password', { token: tokens.accessToken, body: { currentPassword: customer.password, newPassword } });
    const answers = await Promise.all([change('eight loud rows'), change('nine loud rows')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
  });

  it('a session that begins with a password as it is changed ends with the others', async () => {
    const { customer } = await logIn();
    const of = <T>(token: abstract new (...parts: never[]) => T): T => system.api.get<T>(token, { strict: false });
    const [users, sessions, now] = [of(Users), of(Sessions), new Date()];
    const lifetimes = { unusedMs: 60_000, wholeMs: 60_000 };
    const session = Session.begin({ id: newId(), userId: customer.id, refreshToken: 'a token', lifetimes, now });
    const { passwordHash } = (await users.withId(customer.id))!.state;
    const barrier = await TransactionBarrier.install(system, 'auth.sessions');
    const [begun] = await barrier.runInOrder(
      () => sessions.add(session, passwordHash),
      () =>
        of(Transactions).run(async () => {
          await users.change(customer.id, (user) => user.changePassword('another hash'));
          await sessions.endAll(customer.id, { now });
        }),
    );
    expect(begun).toEqual({ status: 'fulfilled', value: true });
    expect(await sessions.change(session.state.id, ({ state }) => state.endedAt)).toEqual(now);
  });
});

describe('Links that are sent by mail', () => {
  const requestOf = async (userId: string, type: string): Promise<string> => {
    const rows = await system.sql(`SELECT data FROM messaging.outbox WHERE subject = $1 AND type = $2 ORDER BY sequence DESC`, [
      userId,
      type,
    ]);
    return (rows[0] as { data: { requestId: string } }).data.requestId;
  };
  const tokenOf = (requestId: string) => system.api.get(QueryBus, { strict: false }).execute(new MailToken(requestId));

  it('an address is verified once', async () => {
    const { customer, tokens } = await logIn();
    const requestId = await requestOf(customer.id, 'auth.email-verification-requested.v1');
    const { token } = (await tokenOf(requestId)) ?? { token: '' };
    expect((await system.post('/auth/verify-email', { token })).status).toBe(204);
    expect(await system.post('/auth/verify-email', { token })).toMatchObject({ status: 422, body: { code: 'auth.mail-token-invalid' } });
    expect(await tokenOf(requestId)).toBeNull();
    expect((await system.get('/auth/me', { token: tokens.accessToken })).body).toMatchObject({ emailVerified: true });
  });

  it('of two resets with one link at once one is refused, and every session ends', async () => {
    const { customer, tokens } = await logIn();
    const ask = (email: string) => system.post('/auth/password-reset', { email });
    expect([(await ask(customer.email)).status, (await ask('nobody@example.org')).status]).toEqual([204, 204]);
    const { token } = (await tokenOf(await requestOf(customer.id, 'auth.password-reset-requested.v1'))) ?? { token: '' };
    const reset = (newPassword: string) => system.post('/auth/password-reset/confirm', { token, newPassword });
    const answers = await Promise.all([reset('eight loud rows'), reset('nine loud rows')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
    expect((await refresh(tokens.refreshToken)).status).toBe(401);
  });
});
