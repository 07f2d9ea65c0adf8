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
const anAddress = () => `192.0.2.${++addresses}`;
const logIn = (email: string, address = anAddress(), url = `${system.url}/api/v1`) =>
  fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ email, password: 'a guess' }),
  });
const inARow = async (count: number, attempt: () => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await attempt()).status);
  return statuses;
};

describe('Guessing passwords', () => {
  it('is slowed down for one account, wherever the guesses come from and however its address is written', async () => {
    const email = `${randomUUID()}@example.org`;
    expect(await inARow(3, () => logIn(email))).toEqual([401, 401, 401]);
    const refused = await logIn(` ${email.toUpperCase()}`);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'http.too-many-requests', retryAfter: expect.any(Number) as number });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('leaves the other accounts alone', async () => {
    await inARow(4, () => logIn('guessed@example.org'));
    expect((await logIn('another@example.org')).status).toBe(401);
  });

  it('is slowed down for one address, whoever the guesses are for', async () => {
    const address = anAddress();
    const statuses = await inARow(9, () => logIn(`${randomUUID()}@example.org`, address));
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 401), 429]);
    expect((await logIn(`${randomUUID()}@example.org`)).status).toBe(401);
  });

  it('is counted by all processes together', async () => {
    const email = `${randomUUID()}@example.org`;
    const statuses = [
      await logIn(email),
      await logIn(email, anAddress(), secondUrl),
      await logIn(email),
      await logIn(email, anAddress(), secondUrl),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
  });

  it('counts exactly when all guess at once', async () => {
    const email = `${randomUUID()}@example.org`;
    const urls = [`${system.url}/api/v1`, secondUrl];
    const statuses = await Promise.all(
      Array.from({ length: 12 }, (_, i) => logIn(email, anAddress(), urls[i % 2]).then(({ status }) => status)),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  it('is counted for the OAuth2 form too', async () => {
    const email = `${randomUUID()}@example.org`;
    const viaForm = () =>
      fetch(`${system.url}/api/v1/auth/access-token`, {
        method: 'POST',
        headers: { 'x-forwarded-for': anAddress() },
        body: new URLSearchParams({ username: email, password: 'a guess' }),
      });
    expect(await inARow(2, () => logIn(email))).toEqual([401, 401]);
    expect(await inARow(2, viaForm)).toEqual([400, 429]);
  });

  it('does not trip over bodies that name nobody', async () => {
    for (const body of ['[]', '"x"', '{"email":{}}', '{"email":"\\u0000"}', `{"email":"${'x'.repeat(5_000)}"}`]) {
      const { status } = await fetch(`${system.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': anAddress() },
        body,
      });
      expect(status).toBe(400);
    }
  });
});

describe('Opening accounts by the dozen', () => {
  it('is slowed down for one address', async () => {
    const address = anAddress();
    const register = () =>
      fetch(`${system.url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'seven quiet rows', fullName: 'Somebody' }),
      });
    expect(await inARow(6, register)).toEqual([201, 201, 201, 201, 201, 429]);
  });
});
