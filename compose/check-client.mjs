// What a customer and an admin do with the containers, through their published ports; Node alone. `check-engine.mjs` calls it.
import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';

const TIMEOUT_MS = 30_000;

export const ADMIN = { email: 'admin@cinema.test', password: 'an-admin-of-the-check' };
export const STRIPE_KEY = 'sk_test_0123456789abcdef';

const agent = new Agent({ keepAlive: true });

export const disconnect = () => agent.destroy();

/** Returns what was made, for the other steps. */
export async function bookAndPay(api, stripe) {
  const admin = await login(api, ADMIN);
  const movie = await call(api, 'POST', '/movies', { title: 'A container', description: 'About a container.', runtimeMinutes: 90 }, admin);
  const theatre = await call(api, 'POST', '/theatres', { name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' }, admin);
  const room = await call(
    api,
    'POST',
    `/theatres/${theatre.id}/rooms`,
    { name: 'Room 1', seatPlan: { layout: Array(10).fill('s'.repeat(20)) }, cleaningMinutes: 15 },
    admin,
  );
  const startsAt = `${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)}T20:15:00`;
  const showtime = await call(
    api,
    'POST',
    '/showtimes',
    { movieId: movie.id, roomId: room.id, startsAt, prices: { standard: 1200 } },
    admin,
  );
  const customer = await register(api, 'me@example.org');
  const held = await until('a seat can be held', () =>
    call(api, 'POST', '/reservations', { showtimeId: showtime.id, seats: ['A1'] }, customer).catch(() => null),
  );
  await pay(api, stripe, { customer, id: held.id });
  return { admin, customer, movie, showtime };
}

async function pay(api, stripe, { customer, id }) {
  const { clientSecret } = await call(api, 'POST', `/reservations/${id}/payment`, undefined, customer);
  await send(`${stripe}/v1/payment_intents/${clientSecret.split('_secret')[0]}/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${STRIPE_KEY}:`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'payment_method=pm_card_visa',
  });
  await until(
    'the reservation is confirmed',
    async () => (await call(api, 'GET', `/reservations/${id}`, undefined, customer)).status === 'confirmed',
  );
}

/** Holds a seat, pays, and waits for the ticket. */
export async function payAgain(api, stripe, cinema, seat) {
  const { id } = await holdAgain(api, cinema, seat);
  await pay(api, stripe, { customer: cinema.customer, id });
}

/** Holds a seat as soon as that is possible again. */
async function holdAgain(api, { customer, showtime }, seat) {
  const hold = () => call(api, 'POST', '/reservations', { showtimeId: showtime.id, seats: [seat] }, customer).catch(() => null);
  return until('a seat can be held again', hold, 3 * TIMEOUT_MS);
}

/** Returns the address that browsers fetch. */
export async function poster(api, { admin, movie }) {
  const boundary = 'a-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="poster"; filename="poster.png"\r\ncontent-type: image/png\r\n\r\n`;
  const stored = await send(`${api}/movies/${movie.id}/poster`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), png(320, 480), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  if (stored.status >= 300) throw new Error(`POST poster answered ${stored.status}: ${stored.text}`);
  const { poster: addresses } = JSON.parse(stored.text);
  const page = await send(new URL(addresses.small, api).href);
  const url = page.headers.location ?? '';
  if (!url.startsWith(`${new URL(api).origin}/posters/`)) throw new Error(`The poster's address answered ${page.status}, ${url}`);
  const { status } = await send(url);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return url;
}

/** Holds a seat, looks at it, and gives it up, again and again. */
export async function load(api, { client, cinema: { customer, showtime }, answers, isOver }) {
  const seat = `${String.fromCharCode(66 + client)}${client + 1}`;
  while (!isOver()) {
    const held = await counted('POST', '/reservations', { showtimeId: showtime.id, seats: [seat] });
    await counted('GET', `/showtimes/${showtime.id}/seats`);
    if (held?.id) await counted('DELETE', `/reservations/${held.id}`);
    await pause(50);
  }
  async function counted(method, path, body) {
    answers.count += 1;
    try {
      return await call(api, method, path, body, customer);
    } catch (error) {
      answers.failed.push(
        `${new Date().toISOString()} ${method} ${path.replaceAll(/[0-9a-f-]{36}/g, '…')} ${error.code ?? ''} ${error.message}`,
      );
      return null;
    }
  }
}

/**
 * Holds a seat and gives it up, again and again, while machines are lost. What is not answered is sent again under the same key. `ledger` keeps what was acknowledged:
 * the status of each reservation, how many requests were answered otherwise, and the longest time without an acknowledgement.
 */
export async function bookThroughLosses(api, { client, cinema: { customer, showtime }, ledger, isOver }) {
  const seats = [`${String.fromCharCode(66 + client)}${client + 1}`];
  while (!isOver()) {
    const key = randomUUID();
    const held = await acknowledged('POST', '/reservations', { showtimeId: showtime.id, seats }, { 'idempotency-key': key });
    ledger.statuses.set(held.id, 'held');
    // 409: it was cancelled, and the answer was lost.
    await acknowledged('DELETE', `/reservations/${held.id}`, undefined, {}, [409]);
    ledger.statuses.set(held.id, 'cancelled');
    await pause(20);
  }

  async function acknowledged(method, path, body, headers, others = []) {
    const begun = performance.now();
    for (;;) {
      const { status, text } = await request(api, method, path, { body, token: customer, headers }).catch((error) => ({
        status: 0,
        text: error.message,
      }));
      if ((status < 300 && status >= 200) || others.includes(status)) {
        const now = performance.now();
        ledger.longestGapMs = Math.max(ledger.longestGapMs, now - ledger.lastAt);
        ledger.lastAt = now;
        return JSON.parse(text);
      }
      ledger.unanswered += 1;
      ledger.last = `${method} ${status} ${text.slice(0, 200)}`;
      if (performance.now() - begun > 4 * TIMEOUT_MS) throw new Error(`Without success: ${ledger.last}`);
      await pause(100);
    }
  }
}

/** Throws where a reservation is not as it was acknowledged. */
export async function assertKept(api, { customer }, { statuses }) {
  for (const [id, status] of statuses) {
    const found = await call(api, 'GET', `/reservations/${id}`, undefined, customer);
    if (found.status !== status) throw new Error(`Reservation ${id} was acknowledged as ${status} and is ${found.status}.`);
  }
}

/** Returns the access token of a new customer. */
export async function register(api, email) {
  const me = { email, password: 'a seat in the middle' };
  await call(api, 'POST', '/auth/register', { ...me, fullName: 'Me' });
  return login(api, me);
}

async function login(api, { email, password }) {
  return (await call(api, 'POST', '/auth/login', { email, password })).accessToken;
}

export function request(api, method, path, { body, token, headers = {} }) {
  const own = { ...(body ? { 'content-type': 'application/json' } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return send(`${api}${path}`, { method, headers: { ...own, ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
}

async function call(api, method, path, body, token) {
  const { status, text } = await request(api, method, path, { body, token });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 300)}`);
  return text === '' ? null : JSON.parse(text);
}

export function send(url, { method = 'GET', headers = {}, body } = {}) {
  const isTls = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    // The proxy signs the certificate of localhost itself.
    const options = {
      method,
      headers: { ...headers, ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) },
      ...(isTls ? { rejectUnauthorized: false } : { agent }),
    };
    const sent = (isTls ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('No answer.')));
    sent.on('error', reject).end(body);
  });
}

export async function until(what, ask, timeoutMs = TIMEOUT_MS) {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - begun > timeoutMs) throw new Error(`It took too long until ${what}.`);
    await pause(250);
  }
}

/** A grey picture. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width + 1) * height, 0));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
