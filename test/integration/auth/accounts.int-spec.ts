import { randomUUID } from 'node:crypto';
import { Users } from '../../../libs/auth/src/domain/users.js';
import { usersContract } from '../../../libs/auth/src/testing/users.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
});
afterAll(() => system?.close());

const password = 'seven quiet rows';
const anEmail = () => `${randomUUID()}@example.org`;
const register = (email: string, own: Record<string, unknown> = {}) =>
  system.post('/auth/register', { email, password, fullName: 'Ada Lovelace', ...own });

describe('Accounts kept in PostgreSQL', () => {
  usersContract(async () => Promise.resolve(system.api.get<Users>(Users, { strict: false })));
});

describe('Opening an account', () => {
  it('answers the account, where it is found, and no token', async () => {
    const email = anEmail();
    const { status, headers, body } = await register(` ${email.toUpperCase()} `);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/api/v1/auth/me');
    expect(body).toEqual({
      id: expect.any(String) as string,
      email,
      fullName: 'Ada Lovelace',
      role: 'customer',
      active: true,
      createdAt: expect.stringMatching(/Z$/) as string,
    });
  });

  it('shows it to its owner', async () => {
    const customer = await system.registerCustomer();
    expect((await system.get('/auth/me', { token: customer.token })).body).toMatchObject({ id: customer.id, email: customer.email });
    expect((await system.get('/auth/me')).status).toBe(401);
  });

  it('tells the others once', async () => {
    const { body } = await register(anEmail());
    const events = await system.sql(`SELECT type, sequence, data FROM messaging.outbox WHERE subject = $1`, [body.id]);
    expect(events).toEqual([
      {
        type: 'auth.user-registered.v1',
        sequence: 1,
        data: { userId: body.id as string, email: body.email as string, fullName: 'Ada Lovelace', role: 'customer' },
      },
    ]);
  });

  it('names every field that is wrong, without opening anything', async () => {
    const { status, body } = await register('ada', { password: 'short', fullName: ' ', isAdmin: true });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/email', '/fullName', '/isAdmin', '/password']);
  });

  it('refuses a role that somebody gives himself', async () => {
    expect((await register(anEmail(), { role: 'admin' })).status).toBe(400);
  });

  it('refuses a password that anybody would try first', async () => {
    expect(await register(anEmail(), { password: 'Qwertyuiop' })).toMatchObject({
      status: 422,
      body: { code: 'auth.password-too-common' },
    });
  });

  it('refuses an address that is in use, however it is written', async () => {
    const email = `zoé-${anEmail()}`;
    await register(email);
    for (const again of [email, email.toUpperCase(), email.normalize('NFD')]) {
      expect(await register(again)).toMatchObject({ status: 409, body: { code: 'auth.email-in-use' } });
    }
  });

  it('opens one account when twenty ask for the same address at once', async () => {
    const email = anEmail();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(email)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(await system.sql('SELECT id FROM auth.users WHERE email = $1', [email])).toHaveLength(1);
  });

  it('would open several if the constraint were not there', async () => {
    const email = anEmail();
    await system.sql('ALTER TABLE auth.users DROP CONSTRAINT users_email_key');
    try {
      const answers = await Promise.all(Array.from({ length: 5 }, () => register(email)));
      expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(1);
    } finally {
      await system.sql('DELETE FROM auth.users WHERE email = $1', [email]);
      await system.sql('ALTER TABLE auth.users ADD CONSTRAINT users_email_key UNIQUE (email)');
    }
  });
});

describe('Signing in', () => {
  it('gives a token that opens the doors', async () => {
    const email = anEmail();
    await register(email);
    const { status, headers, body } = await system.post('/auth/login', { email: email.toUpperCase(), password });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({ accessToken: expect.any(String) as string, tokenType: 'Bearer', expiresIn: 600 });
    expect((await system.get('/auth/me', { token: body.accessToken as string })).body).toMatchObject({ email });
  });

  it('answers one and the same to a wrong password, an unknown address and a deactivated account', async () => {
    const [known, deactivated] = [await system.registerCustomer(), await system.registerCustomer()];
    await system.expectOk('POST', `/users/${deactivated.id}/deactivate`, { token: await system.adminToken() });
    const attempts = [
      { email: known.email, password: 'not the password' },
      { email: anEmail(), password },
      { email: deactivated.email, password: deactivated.password },
    ];
    const answers = await Promise.all(attempts.map((attempt) => system.post('/auth/login', attempt)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, requestId: '' }))).size).toBe(1);
  });

  it('refuses what is no sign-in at all', async () => {
    for (const body of [{}, { email: 'ada@example.org' }, { email: 1, password: 2 }, { email: 'a', password: 'b', extra: 1 }]) {
      expect((await system.post('/auth/login', body)).status).toBe(400);
    }
    expect((await system.post('/auth/login', '[]', { headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await system.post('/auth/login', '{"email":', { headers: { 'content-type': 'application/json' } })).status).toBe(400);
  });
});

describe('Signing in with the OAuth2 form', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    system.post('/auth/access-token', new URLSearchParams(fields).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  it('answers in the words of RFC 6749', async () => {
    const customer = await system.registerCustomer();
    const { status, headers, body } = await form({
      grant_type: 'password',
      username: customer.email,
      password: customer.password,
      scope: '',
    });
    expect(status).toBe(200);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toEqual({ access_token: expect.any(String) as string, token_type: 'bearer', expires_in: 600 });
    expect((await system.get('/auth/me', { token: body.access_token as string })).status).toBe(200);
  });

  it('does not mind the client credentials that an Authorize button sends along', async () => {
    const customer = await system.registerCustomer();
    const basic = `Basic ${Buffer.from('client:secret').toString('base64')}`;
    expect((await form({ username: customer.email, password: customer.password }, { authorization: basic })).status).toBe(200);
  });

  it('refuses in the words of RFC 6749 too', async () => {
    const { email } = await system.registerCustomer();
    const answers = await Promise.all([
      form({ username: email, password: 'not the password' }),
      form({ username: anEmail(), password }),
      form({ username: email }),
      form({ grant_type: 'client_credentials', username: email, password }),
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

describe('The admin of the settings', () => {
  it('is there from the start, once, told to the others once, though several processes began', async () => {
    await system.startWorker();
    const admins = await system.sql<{ id: string; email: string }>(`SELECT id, email FROM auth.users WHERE email LIKE 'admin@%'`);
    expect(admins).toHaveLength(1);
    const events = await system.sql(`SELECT type, data->>'role' AS role FROM messaging.outbox WHERE subject = $1`, [admins[0]!.id]);
    expect(events).toEqual([{ type: 'auth.user-registered.v1', role: 'admin' }]);
    await system.stopWorker();
  });
});
