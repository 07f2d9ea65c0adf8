/** `make demo`: the whole journey of a seat over HTTP, on free ports and a throw-away database. Exits 0 when every step held. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Stripe from 'stripe';
import { type ApiClient, apiClient } from './api-client.js';
import { seedProgramme } from './programme/seed.js';
import { DEMO_ADMIN, startStandalone, type Standalone } from './standalone.js';

interface Reservation {
  id: string;
  status: string;
  late: boolean;
  seats: { label: string }[];
  refund: { status: string; amount: { amount: number } } | null;
}
interface Seat {
  label: string;
  status: string;
}

const PATIENCE = 15_000;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'movie-reservation-demo-'));
  const [api, postgres, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
  let system: Standalone | null = null;
  let ending = false;
  const end = async (code: number): Promise<never> => {
    ending = true;
    await system?.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
    process.exit(code);
  };
  process.on('SIGINT', () => void end(130));
  process.on('SIGTERM', () => void end(143));
  try {
    system = await step('start PostgreSQL, API, worker and Stripe sandbox', async () => {
      const started = await startStandalone({
        dataDir,
        ports: { api, postgres, sandbox },
        env: { LOG_LEVEL: 'error' },
        durable: false,
        log: () => undefined,
      });
      return [started, started.apiUrl];
    });
    await walk(system);
    say('\nEvery seat has one owner, and no money was kept without a ticket.');
    await end(0);
  } catch (error) {
    if (ending) return;
    say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    await end(1);
  }
}

async function walk({ apiUrl, sandboxUrl }: Standalone): Promise<void> {
  const visitor = apiClient(apiUrl);
  const { hostname, port } = new URL(sandboxUrl);
  const stripe = new Stripe('sk_test_demo', { host: hostname, port: Number(port), protocol: 'http', telemetry: false });

  await step('seed the programme', async () => {
    const admin = visitor.as(await visitor.logIn(DEMO_ADMIN));
    const { films, showtimes } = await seedProgramme(admin, await visitor.now());
    return [null, `${films} films, ${showtimes} showings`];
  });
  const [buyer, rival] = await step('register two customers', async () => {
    return [await Promise.all([newCustomer(visitor, 'buyer'), newCustomer(visitor, 'rival')]), '201, signed in'];
  });
  const showtimeId = await step('browse the coming showings', async () => {
    const soon = new Date((await visitor.now()).getTime() + 24 * 3_600_000).toISOString();
    const { data } = await visitor.ok<{ data: { id: string; movie: { title: string }; startsAtLocal: string }[] }>(
      'GET',
      `/showtimes?from=${soon}&limit=1`,
    );
    const [found] = data;
    if (found === undefined) throw new Error('nothing is on');
    return [found.id, `${found.movie.title}, ${found.startsAtLocal}`];
  });
  const free = await step('look at the seat map', async () => {
    const seats = await freeSeats(visitor, showtimeId);
    return [seats, `${seats.length} seats available`];
  });
  const take = (): string[] => free.splice(0, 2);

  const first = take();
  const held = await step(`hold ${first.join(' and ')}`, () => hold(buyer, showtimeId, first));
  await step('a rival tries the same seats', async () => {
    const { status, body } = await rival.call('POST', '/reservations', { showtimeId, seats: first });
    expect(status === 409, `the rival got ${status}`);
    return [null, `409, ${(body as { conflictingSeats: string[] }).conflictingSeats.join(' and ')} taken`];
  });
  const intent = await step('start the payment', () => startPayment(buyer, held));
  await step('pay with the stripe SDK', () => pay(stripe, intent));
  await step('the webhook confirms the reservation', () => become(buyer, held, 'confirmed'));
  await step('cancel it', async () => {
    const { status } = await buyer.ok<Reservation>('DELETE', `/reservations/${held}`);
    return [null, status];
  });
  await step('the money comes back', () => refunded(buyer, held));

  const second = take();
  const lost = await step(`hold ${second.join(' and ')} and do not pay`, () => hold(buyer, showtimeId, second));
  await step('move the clock 31 minutes', async () => [await visitor.advance(31), (await visitor.now()).toISOString()]);
  await step('the hold expires', () => become(buyer, lost, 'expired'));

  const third = take();
  const late = await step(`hold ${third.join(' and ')}, let the bank think for 31 minutes`, () =>
    holdAndPayLate(buyer, visitor, showtimeId, third, sandboxUrl, stripe),
  );
  await step('the late money finds the seats free', async () => {
    await settle(sandboxUrl, late.intent);
    return become(buyer, late.id, 'confirmed');
  });
  const fourth = take();
  const missed = await step(`hold ${fourth.join(' and ')}, let the bank think again`, () =>
    holdAndPayLate(buyer, visitor, showtimeId, fourth, sandboxUrl, stripe),
  );
  await step('the rival takes the seats meanwhile', () => hold(rival, showtimeId, fourth));
  await step('the late money goes back in full', async () => {
    await settle(sandboxUrl, missed.intent);
    return refunded(buyer, missed.id);
  });
}

async function newCustomer(visitor: ApiClient, name: string): Promise<ApiClient> {
  const account = { email: `${name}@example.com`, password: 'demo-journey-pass' };
  await visitor.register({ ...account, fullName: `The ${name}` });
  return visitor.as(await visitor.logIn(account));
}

async function freeSeats(visitor: ApiClient, showtimeId: string): Promise<string[]> {
  const { rows } = await visitor.ok<{ rows: { seats: Seat[] }[] }>('GET', `/showtimes/${showtimeId}/seats`);
  return rows.flatMap(({ seats }) => seats.filter(({ status }) => status === 'available').map(({ label }) => label));
}

async function hold(customer: ApiClient, showtimeId: string, seats: string[]): Promise<[string, string]> {
  const { id, status } = await customer.ok<Reservation>('POST', '/reservations', { showtimeId, seats });
  return [id, `201, ${status}`];
}

async function startPayment(customer: ApiClient, reservationId: string): Promise<[string, string]> {
  const { clientSecret } = await customer.ok<{ clientSecret: string }>('POST', `/reservations/${reservationId}/payment`);
  const intent = clientSecret.split('_secret_')[0]!;
  return [intent, intent];
}

async function pay(stripe: Stripe, intent: string): Promise<[null, string]> {
  const { status } = await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
  return [null, status];
}

/** The payment is confirmed in time, but the bank answers only after the hold has expired. */
async function holdAndPayLate(
  customer: ApiClient,
  visitor: ApiClient,
  showtimeId: string,
  seats: string[],
  sandboxUrl: string,
  stripe: Stripe,
): Promise<[{ id: string; intent: string }, string]> {
  const [id] = await hold(customer, showtimeId, seats);
  const [intent] = await startPayment(customer, id);
  await knob(sandboxUrl, `payment_intents/${intent}/hold_processing`);
  const [, status] = await pay(stripe, intent);
  await visitor.advance(31);
  await become(customer, id, 'expired');
  return [{ id, intent }, `${status}, expired`];
}

async function settle(sandboxUrl: string, intent: string): Promise<void> {
  await knob(sandboxUrl, `payment_intents/${intent}/settle`, { outcome: 'succeed' });
}

async function knob(sandboxUrl: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${sandboxUrl}/sandbox/${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
}

async function become(customer: ApiClient, id: string, status: string): Promise<[null, string]> {
  const reached = await patiently(`the reservation to be ${status}`, async () => {
    const reservation = await customer.ok<Reservation>('GET', `/reservations/${id}`);
    return reservation.status === status ? reservation : null;
  });
  return [null, reached.late ? `${status}, late` : status];
}

async function refunded(customer: ApiClient, id: string): Promise<[null, string]> {
  const refund = await patiently('the refund', async () => {
    const { refund } = await customer.ok<Reservation>('GET', `/reservations/${id}`);
    return refund?.status === 'succeeded' ? refund : null;
  });
  return [null, `refund of ${refund.amount.amount} ${refund.status}`];
}

async function patiently<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== null) return seen;
    await pause(25);
  }
  throw new Error(`waited ${PATIENCE / 1_000} s in vain for ${what}`);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

async function step<T>(what: string, work: () => Promise<[T, string] | [T]>): Promise<T> {
  const begun = performance.now();
  const [result, seen = ''] = await work();
  say(`${String(Math.round(performance.now() - begun)).padStart(6)} ms  ${what}${seen === '' ? '' : `: ${seen}`}`);
  return result;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
