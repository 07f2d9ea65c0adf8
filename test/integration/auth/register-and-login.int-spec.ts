import { createHash, randomUUID } from 'node:crypto';
import { canonical } from '@app/platform/http/idempotent.js';
import { Passwords } from '../../../libs/auth/src/domain/passwords.js';
import { Users } from '../../../libs/auth/src/domain/users.js';
import { usersContract } from '../../../libs/auth/src/testing/users.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
});
afterAll(() => system?.close());

const PASSWORD = 'seven quiet rows';
const newEmail = () => `${randomUUID()}@example.org`;
const register = (email: string, own: Record<string, unknown> = {}) =>
  system.post('/auth/register', { email, password: PASSWORD, fullName: 'Ada Lovelace', ...own });

describe('PostgresUsers', () => {
  usersContract(async () => Promise.resolve(system.api.get<Users>(Users, { strict: false })));
});

describe('POST /auth/register', () => {
  it('a new user is answered with 201, a location and no token', async () => {
    const email = newEmail();
    const { status, headers, body } = await register(` ${email.toUpperCase()} `);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/api/v1/auth/me');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      id: expect.any(String) as string,
      email,
      fullName: 'Ada Lovelace',
      role: 'customer',
      staffRoles: [],
      active: true,
      createdAt: expect.stringMatching(/Z$/) as string,
      language: 'en',
      emailVerified: false,
    });
  });

  it('a user reads their own data with a token, and not without', async () => {
    const customer = await system.registerCustomer();
    expect((await system.get('/auth/me', { token: customer.token })).body).toMatchObject({ id: customer.id, email: customer.email });
    expect((await system.get('/auth/me')).status).toBe(401);
  });

  it('a new user publishes the registration and the link that is due', async () => {
    const { body } = await register(newEmail());
    const events = await system.sql(`SELECT type, sequence, data FROM messaging.outbox WHERE subject = $1 ORDER BY sequence`, [body.id]);
    expect(events).toEqual([
      {
        type: 'auth.user-registered.v1',
        sequence: 1,
        data: { userId: body.id as string, email: body.email as string, fullName: 'Ada Lovelace', role: 'customer' },
      },
      expect.objectContaining({ type: 'auth.email-verification-requested.v1', sequence: 2 }),
    ]);
  });

  describe('with an Idempotency-Key', () => {
    const body = () => ({ email: newEmail(), password: PASSWORD, fullName: 'Ada Lovelace' });
    const send = (account: object, key: string) => system.post('/auth/register', account, { headers: { 'idempotency-key': key } });

    it('a registration whose answer was lost is answered again, and made once', async () => {
      const [account, key] = [body(), crypto.randomUUID()];
      const answers = await Promise.all([send(account, key), send(account, key)]);
      answers.push(await send(account, key));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(answers.map(({ body: user }) => JSON.stringify(user))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    });

    it('a key with another body of the same address is refused with 422', async () => {
      const [account, key] = [body(), crypto.randomUUID()];
      await send(account, key);
      const others = [{ password: 'another-password-of-the-spec' }, { email: account.email.toUpperCase(), fullName: 'Ada' }];
      for (const other of others)
        expect(await send({ ...account, ...other }, key)).toMatchObject({
          status: 422,
          body: { code: 'platform.idempotency-key-reused' },
        });
    });

    it('a key that another person used is another key', async () => {
      const key = crypto.randomUUID();
      for (const account of [body(), body()]) {
        const { status, body: user } = await send(account, key);
        expect([status, user['email']]).toEqual([201, account.email]);
      }
    });

    it('a key with an address that is none is refused with 400', async () => {
      for (const email of [undefined, 7, {}, 'ada']) expect((await send({ ...body(), email }, crypto.randomUUID())).status).toBe(400);
    });

    it('a repeat is refused once the account has another password', async () => {
      const [account, key] = [body(), crypto.randomUUID()];
      const { body: user } = await send(account, key);
      await system.database.query('UPDATE auth.users SET password_hash = $2 WHERE id = $1', [
        user.id,
        await system.api.get(Passwords, { strict: false }).hash('the-password-of-another-owner'),
      ]);
      expect(await send(account, key)).toMatchObject({ status: 409, body: { code: 'auth.email-in-use' } });
    });

    it('the row of a key holds nothing about the person', async () => {
      const [account, key] = [body(), crypto.randomUUID()];
      await send(account, key);
      const { rows } = await system.database.query('SELECT * FROM platform.idempotency_keys WHERE key = $1', [key]);
      expect(rows).toHaveLength(1);
      const plain = [canonical(account), account.email].map((text) => createHash('sha256').update(text).digest('base64url'));
      for (const text of [account.email, account.fullName, account.password, ...plain]) expect(JSON.stringify(rows)).not.toContain(text);
    });
  });

  it('every faulty field is named with 400', async () => {
    const { status, body } = await register('ada', { password: 'short', fullName: ' ', isAdmin: true });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/email', '/fullName', '/isAdmin', '/password']);
  });

  it('a role in the request is refused with 400', async () => {
    expect((await register(newEmail(), { role: 'admin' })).status).toBe(400);
  });

  it('a common password is refused with 422', async () => {
    expect(await register(newEmail(), { password: 'Qwertyuiop' })).toMatchObject({
      status: 422,
      body: { code: 'auth.password-too-common' },
    });
  });

  it('an address that is in use is refused with 409, however it is written', async () => {
    const email = `zoé-${newEmail()}`;
    await register(email);
    for (const again of [email, email.toUpperCase(), email.normalize('NFD')]) {
      expect(await register(again)).toMatchObject({ status: 409, body: { code: 'auth.email-in-use' } });
    }
  });

  it('an address with invisible characters, which looks like another, is refused', async () => {
    const email = newEmail();
    for (const hidden of ['\u200b', '\u00ad', '\u202e', '\u2060']) {
      const { status, body } = await register(email.replace('@', `${hidden}@`));
      expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: '/email', rule: 'visible' })]]);
    }
  });

  it('one of twenty requests at the same moment gets an address', async () => {
    const email = newEmail();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(email)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(await system.sql('SELECT id FROM auth.users WHERE email = $1', [email])).toHaveLength(1);
  });

  it('without the constraint every request would get the address', async () => {
    const email = newEmail();
    await system.sql('ALTER TABLE auth.users DROP CONSTRAINT users_email_key');
    try {
      const answers = await Promise.all(Array.from({ length: 5 }, () => register(email)));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    } finally {
      await system.sql('DELETE FROM auth.users WHERE email = $1', [email]);
      await system.sql('ALTER TABLE auth.users ADD CONSTRAINT users_email_key UNIQUE (email)');
    }
  });
});

describe('POST /auth/login', () => {
  it('a login answers a token that is accepted', async () => {
    const email = newEmail();
    await register(email);
    const { status, headers, body } = await system.post('/auth/login', { email: email.toUpperCase(), password: PASSWORD });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      accessToken: expect.any(String) as string,
      tokenType: 'Bearer',
      expiresIn: 600,
      refreshToken: expect.any(String) as string,
    });
    expect((await system.get('/auth/me', { token: body.accessToken as string })).body).toMatchObject({ email });
  });

  it('wrong password, unknown address and deactivated user get the same answer', async () => {
    const [known, deactivated] = [await system.registerCustomer(), await system.registerCustomer()];
    await system.expectOk('POST', `/users/${deactivated.id}/deactivate`, { token: await system.adminToken() });
    const attempts = [
      { email: known.email, password: 'not the password' },
      { email: newEmail(), password: PASSWORD },
      { email: deactivated.email, password: deactivated.password },
    ];
    const answers = await Promise.all(attempts.map((attempt) => system.post('/auth/login', attempt)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, requestId: '' }))).size).toBe(1);
  });

  it('a malformed login is refused with 400', async () => {
    for (const body of [{}, { email: 'ada@example.org' }, { email: 1, password: 2 }, { email: 'a', password: 'b', extra: 1 }]) {
      expect((await system.post('/auth/login', body)).status).toBe(400);
    }
    expect((await system.post('/auth/login', '[]', { headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await system.post('/auth/login', '{"email":', { headers: { 'content-type': 'application/json' } })).status).toBe(400);
  });
});

describe('POST /auth/access-token', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    system.post('/auth/access-token', new URLSearchParams(fields).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  it('the OAuth2 form is answered as RFC 6749 says', async () => {
    const customer = await system.registerCustomer();
    const { status, headers, body } = await form({
      grant_type: 'password',
      username: customer.email,
      password: customer.password,
      scope: '',
    });
    expect(status).toBe(200);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      expires_in: 600,
      refresh_token: expect.any(String) as string,
    });
    expect((await system.get('/auth/me', { token: body.access_token as string })).status).toBe(200);
  });

  it('client credentials in the Authorization header are ignored', async () => {
    const customer = await system.registerCustomer();
    const basic = `Basic ${Buffer.from('client:secret').toString('base64')}`;
    expect((await form({ username: customer.email, password: customer.password }, { authorization: basic })).status).toBe(200);
  });

  it('a refused OAuth2 form is answered as RFC 6749 says', async () => {
    const { email } = await system.registerCustomer();
    const answers = await Promise.all([
      form({ username: email, password: 'not the password' }),
      form({ username: newEmail(), password: PASSWORD }),
      form({ username: email }),
      form({ grant_type: 'client_credentials', username: email, password: PASSWORD }),
      system.post('/auth/access-token', '', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual([
      [400, 'invalid_grant'],
      [400, 'invalid_grant'],
      [400, 'invalid_request'],
      [400, 'unsupported_grant_type'],
      [400, 'invalid_request'],
    ]);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });
});
