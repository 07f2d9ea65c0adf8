import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { freePort } from '../../support/free-port.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { readSettings } from '../../../apps/settings.js';

const limits = {
  LOGIN_PER_ACCOUNT_PER_MINUTE: '3',
  LOGIN_PER_ADDRESS_PER_MINUTE: '8',
  REGISTER_PER_ADDRESS_PER_HOUR: '5',
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

let addresses = 0;
const newIpAddress = () => `192.0.2.${++addresses}`;
const logIn = (email: string, address = newIpAddress(), url = `${system.url}/api/v1`) =>
  fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ email, password: 'a guess' }),
  });
const statusesOf = async (count: number, attempt: () => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await attempt()).status);
  return statuses;
};

describe('Limits of POST /auth/login', () => {
  it('logins of one user are limited, from any network and in any case', async () => {
    const email = `${randomUUID()}@example.org`;
    expect(await statusesOf(3, () => logIn(email))).toEqual([401, 401, 401]);
    const refused = await logIn(` ${email.toUpperCase()}`);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'http.too-many-requests', retryAfter: expect.any(Number) as number });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('the limit of one user does not limit another', async () => {
    await statusesOf(4, () => logIn('guessed@example.org'));
    expect((await logIn('another@example.org')).status).toBe(401);
  });

  it('logins from one IP address are limited, for any users', async () => {
    const address = newIpAddress();
    const statuses = await statusesOf(9, () => logIn(`${randomUUID()}@example.org`, address));
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 401), 429]);
    expect((await logIn(`${randomUUID()}@example.org`)).status).toBe(401);
  });

  it('two processes count the logins together', async () => {
    const email = `${randomUUID()}@example.org`;
    const statuses = [
      await logIn(email),
      await logIn(email, newIpAddress(), secondUrl),
      await logIn(email),
      await logIn(email, newIpAddress(), secondUrl),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
  });

  it('logins at the same moment are counted exactly', async () => {
    const email = `${randomUUID()}@example.org`;
    const urls = [`${system.url}/api/v1`, secondUrl];
    const statuses = await Promise.all(
      Array.from({ length: 12 }, (_, i) => logIn(email, newIpAddress(), urls[i % 2]).then(({ status }) => status)),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  it('logins through the OAuth2 form are counted too', async () => {
    const email = `${randomUUID()}@example.org`;
    const viaForm = () =>
      fetch(`${system.url}/api/v1/auth/access-token`, {
        method: 'POST',
        headers: { 'x-forwarded-for': newIpAddress() },
        body: new URLSearchParams({ username: email, password: 'a guess' }),
      });
    expect(await statusesOf(2, () => logIn(email))).toEqual([401, 401]);
    expect(await statusesOf(2, viaForm)).toEqual([400, 429]);
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
