import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { QueryBus } from '@nestjs/cqrs';
import { MailToken } from '@app/contracts/auth.js';
import { KnownNetworks } from '../../../libs/auth/src/infrastructure/known-networks.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { readSettings } from '../../../apps/settings.js';
import { until } from '../../support/until.js';

const limits = {
  LOGIN_PER_ACCOUNT_PER_MINUTE: '3',
  LOGIN_PER_ADDRESS_PER_MINUTE: '8',
  REGISTER_PER_ADDRESS_PER_HOUR: '5',
  LOGIN_FAILURES_PER_ACCOUNT_PER_HOUR: '7',
  PASSWORD_RESET_PER_EMAIL_PER_HOUR: '2',
  EMAIL_VERIFICATION_PER_EMAIL_PER_HOUR: '2',
  REFRESH_PER_SESSION_PER_MINUTE: '3',
  REFRESH_PER_ADDRESS_PER_MINUTE: '6',
  TRUSTED_PROXY_HOPS: '1',
};

let system: InProcessSystem;
let second: NestFastifyApplication;
let secondUrl: string;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false, env: limits });
  const port = await freePort();
  const settings = readSettings({ ...system.env, PORT: String(port) });
  second = await createHttpApplication(ApiModule.for(settings), settings);
  await second.listen(port, '127.0.0.1');
  secondUrl = `http://127.0.0.1:${port}/api/v1`;
});
afterAll(async () => {
  await second?.close();
  await system?.close();
});

afterEach(() => {
  vi.restoreAllMocks();
});

let addresses = 0;
const newIpAddress = () => `198.51.${++addresses >> 8}.${addresses & 255}`;
const newEmail = () => `${randomUUID()}@example.org`;
interface Attempt {
  readonly email?: string;
  readonly password?: string;
  readonly address?: string;
  readonly url?: string;
}
const logIn = ({ email = newEmail(), password = 'a guess', address = newIpAddress(), url = `${system.url}/api/v1` }: Attempt) =>
  fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ email, password }),
  });
const logInByForm = (fields: Record<string, string>, address = newIpAddress()) =>
  fetch(`${system.url}/api/v1/auth/access-token`, {
    method: 'POST',
    headers: { 'x-forwarded-for': address },
    body: new URLSearchParams({ password: 'a guess', ...fields }),
  });
const post = (path: string, body: object, address = newIpAddress()) =>
  fetch(`${system.url}/api/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
/** Registers from a network of its own. */
const newCustomer = async () => {
  const account = { email: newEmail(), password: 'seven quiet rows' };
  const { id } = (await (await post('register', { ...account, fullName: 'A Customer' })).json()) as { id: string };
  return { id, ...account };
};
const statusesOf = async (count: number, attempt: (index: number) => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await attempt(i)).status);
  return statuses;
};

describe('Limit of failed logins', () => {
  it('failed logins of one account from one address are limited, in any case', async () => {
    const [email, address] = [newEmail(), newIpAddress()];
    expect(await statusesOf(3, () => logIn({ email, address }))).toEqual([401, 401, 401]);
    const refused = await logIn({ email: ` ${email.toUpperCase()}`, address });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'http.too-many-requests', retryAfter: expect.any(Number) as number });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('the owner logs in elsewhere while one address fails', async () => {
    const [{ email, password }, address] = [await system.registerCustomer(), newIpAddress()];
    expect(await statusesOf(4, () => logIn({ email, address }))).toEqual([401, 401, 401, 429]);
    expect((await logIn({ email, password, address })).status).toBe(429);
    expect((await logIn({ email, password })).status).toBe(200);
  });

  it('logins that succeed are not counted', async () => {
    const [{ email, password }, address] = [await system.registerCustomer(), newIpAddress()];
    expect(await statusesOf(2, () => logIn({ email, address }))).toEqual([401, 401]);
    expect(await statusesOf(2, () => logIn({ email, password, address }))).toEqual([200, 200]);
    expect(await statusesOf(2, () => logIn({ email, address }))).toEqual([401, 429]);
  });

  it('many right passwords at the same moment lock nobody out', async () => {
    const { email, password } = await system.registerCustomer();
    // Whether five overlap is the machine's choice, so they are sent until one of them had to wait for the others.
    const address = await until(
      async () => {
        const from = newIpAddress();
        const together = await Promise.all(Array.from({ length: 5 }, () => logIn({ email, password, address: from })));
        return together.some(({ status }) => status === 429) && from;
      },
      { what: 'five logins to overlap' },
    );
    expect(await statusesOf(3, () => logIn({ email, password, address }))).toEqual([200, 200, 200]);
  });

  it('failures of one account do not limit another', async () => {
    const address = newIpAddress();
    expect(await statusesOf(4, () => logIn({ email: 'guessed@example.org', address }))).toEqual([401, 401, 401, 429]);
    expect((await logIn({ email: 'another@example.org', address })).status).toBe(401);
  });

  it('an account is counted under each spelling of its e-mail address', async () => {
    const spellings = (email: string) => [email, `${' '.repeat(250)}${email}`, `${email}${' '.repeat(10_000)}`, email.toUpperCase()];
    const [email, address] = [newEmail(), newIpAddress()];
    expect(await statusesOf(4, (i) => logIn({ email: spellings(email)[i]!, address }))).toEqual([401, 401, 401, 429]);
  });

  it('an e-mail address of 254 characters is counted', async () => {
    const [email, address] = [newEmail().padStart(254, 'ü'), newIpAddress()];
    expect(await statusesOf(4, () => logIn({ email, address }))).toEqual([401, 401, 401, 429]);
  });

  it('the OAuth2 form counts the user name that it uses, together with JSON logins', async () => {
    const [email, address] = [newEmail(), newIpAddress()];
    const byForm = () => logInByForm({ username: ` ${email.toUpperCase()} `, email: newEmail() }, address);
    expect(await statusesOf(2, byForm)).toEqual([400, 400]);
    expect(await statusesOf(2, () => logIn({ email, address }))).toEqual([401, 429]);
    expect((await byForm()).status).toBe(429);
  });

  it('two processes count failed logins together', async () => {
    const [email, address] = [newEmail(), newIpAddress()];
    const urls = [undefined, secondUrl];
    expect(await statusesOf(4, (i) => logIn({ email, address, url: urls[i % 2] }))).toEqual([401, 401, 401, 429]);
  });

  it('failed logins at the same moment are counted exactly', async () => {
    const [email, address] = [newEmail(), newIpAddress()];
    const urls = [undefined, secondUrl];
    const attempts = Array.from({ length: 8 }, (_, i) => logIn({ email, address, url: urls[i % 2] }));
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
  });

  it('a body that names no user is refused with 400 and not limited', async () => {
    for (const body of ['[]', '"x"', '{"email":{}}', '{"email":"\\u0000"}', `{"email":"${'x'.repeat(5_000)}"}`]) {
      const { status } = await fetch(`${system.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': newIpAddress() },
        body,
      });
      expect(status).toBe(400);
    }
  });
});

describe('Limit of failed logins to one account from many networks', () => {
  /** From a network each, as somebody guesses who has many. */
  const guess = (count: number, email: string) => statusesOf(count, () => logIn({ email }));
  const LIMITED = [401, 401, 401, 401, 401, 401, 401, 429];

  it('guesses from many networks are limited together, and for an unknown address too', async () => {
    const { email } = await newCustomer();
    expect(await guess(8, email)).toEqual(LIMITED);
    expect(await guess(8, newEmail())).toEqual(LIMITED);
  });

  it('the owner logs in from a known network all the same', async () => {
    const [{ email, password }, home] = [await newCustomer(), newIpAddress()];
    expect((await logIn({ email, password, address: home })).status).toBe(200);
    expect(await guess(8, email)).toEqual(LIMITED);
    expect((await logIn({ email, password, address: home })).status).toBe(200);
    expect((await logIn({ email, password })).status).toBe(429);
  });

  it('without the list of known networks the owner would be kept out', async () => {
    vi.spyOn(KnownNetworks.prototype, 'include').mockResolvedValue(false);
    const [{ email, password }, home] = [await newCustomer(), newIpAddress()];
    expect((await logIn({ email, password, address: home })).status).toBe(200);
    expect(await guess(8, email)).toEqual(LIMITED);
    expect((await logIn({ email, password, address: home })).status).toBe(429);
  });

  it('an owner elsewhere sets a new password by mail, and logs in', async () => {
    const [{ id, email }, elsewhere] = [await newCustomer(), newIpAddress()];
    await guess(8, email);
    await post('password-reset', { email }, elsewhere);
    const [row] = await system.sql<{ resetId: string }>('SELECT reset_id AS "resetId" FROM auth.users WHERE id = $1', [id]);
    const { token } = (await system.api.get(QueryBus, { strict: false }).execute(new MailToken(row!.resetId)))!;
    const newPassword = 'eight loud rows';
    expect((await post('password-reset/confirm', { token, newPassword }, elsewhere)).status).toBe(204);
    expect((await logIn({ email, password: newPassword, address: elsewhere })).status).toBe(200);
  });

  it('guesses from a known network are limited by that network alone', async () => {
    const [{ email, password }, home] = [await newCustomer(), newIpAddress()];
    await logIn({ email, password, address: home });
    expect(await statusesOf(4, () => logIn({ email, address: home }))).toEqual([401, 401, 401, 429]);
    expect(await guess(8, email)).toEqual(LIMITED);
  });

  it('logins that succeed are not counted', async () => {
    const { email, password } = await newCustomer();
    expect(await statusesOf(9, () => logIn({ email, password }))).toEqual(Array.from({ length: 9 }, () => 200));
  });

  it('no address is stored, only a mark of it', async () => {
    const [{ email, password }, address] = [await newCustomer(), newIpAddress()];
    await logIn({ email, password, address });
    expect(JSON.stringify(await system.sql('SELECT * FROM auth.login_networks'))).not.toContain(address);
  });
});

describe('Limits of mails, links and refreshes', () => {
  it.each(['password-reset', 'email-verification'])('%s is limited by the e-mail address', async (path) => {
    // The mail of the registration counts.
    const [{ email }, known] = [await newCustomer(), path === 'password-reset' ? [204, 204, 429] : [204, 429, 429]];
    expect(await statusesOf(3, () => post(path, { email }, '192.0.2.1'))).toEqual(known);
    expect((await post(path, { email: ` ${email.toUpperCase()}` }, '192.0.2.1')).status).toBe(429);
  });

  it.each(['password-reset', 'email-verification', 'verify-email', 'password-reset/confirm'])(
    '%s is limited by the network',
    async (path) => {
      const address = newIpAddress();
      const body = () => (/confirm|verify-/.test(path) ? { token: 'x', newPassword: 'eight loud rows' } : { email: newEmail() });
      const given = path === 'verify-email' ? () => ({ token: 'x' }) : body;
      const statuses = await statusesOf(9, () => post(path, given(), address));
      expect(statuses.slice(0, 8)).not.toContain(429);
      expect(statuses[8]).toBe(429);
    },
  );

  it('refreshes are limited by the session, from all networks, and by the network', async () => {
    const { email, password } = await newCustomer();
    const { refreshToken } = (await (await logIn({ email, password })).json()) as { refreshToken: string };
    expect(await statusesOf(4, () => post('refresh', { refreshToken }))).toEqual([200, 200, 200, 429]);
    const address = newIpAddress();
    const others = await statusesOf(7, () => post('refresh', { refreshToken: `${randomUUID()}.x` }, address));
    expect(others).toEqual([401, 401, 401, 401, 401, 401, 429]);
  });
});

describe('Limit of logins from one address', () => {
  const LIMITED = [...Array.from({ length: 8 }, () => 401), 429];

  it('logins from one address are limited, for any users', async () => {
    const address = newIpAddress();
    expect(await statusesOf(9, () => logIn({ address }))).toEqual(LIMITED);
    expect((await logInByForm({ username: newEmail() }, address)).status).toBe(429);
    expect((await logIn({})).status).toBe(401);
  });

  it('a network of IPv6 addresses is counted as one address', async () => {
    expect(await statusesOf(9, (i) => logIn({ address: `2001:db8:1:2::${i + 1}` }))).toEqual(LIMITED);
    expect((await logIn({ address: '2001:db8:1:3::1' })).status).toBe(401);
  });

  it('ports that a proxy writes are not part of an address', async () => {
    const address = newIpAddress();
    expect(await statusesOf(9, (i) => logIn({ address: `${address}:${40_000 + i}` }))).toEqual(LIMITED);
  });

  it('only the trusted proxy is believed about an address', async () => {
    const address = newIpAddress();
    expect(await statusesOf(9, () => logIn({ address: `${newIpAddress()}, ${address}` }))).toEqual(LIMITED);
  });
});

describe('Limit of POST /auth/register', () => {
  it('registrations from one IP address are limited', async () => {
    const address = newIpAddress();
    const register = () =>
      fetch(`${system.url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'seven quiet rows', fullName: 'A Customer' }),
      });
    expect(await statusesOf(6, register)).toEqual([201, 201, 201, 201, 201, 429]);
  });
});
