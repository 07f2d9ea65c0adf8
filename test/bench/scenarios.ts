/** What is measured, and what each is compared with. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { reacted, relayed } from './event-rates.js';
import { arrivals, load, type LoadRequest, percentile } from './load.js';
import { paidToConfirmed } from './paid-to-confirmed.js';
import type { MeasuredSystem } from './system.js';

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

export interface Scenario {
  /** For `only=`: its first word. */
  readonly name: string;
  readonly unit: '/s' | 'ms' | 'MB' | '';
  /** The scenario that this one is divided by. */
  readonly against?: string;
  /** Of the ratio, where there is one, or else of the median. */
  readonly goal?: Goal;
  /** Null where it cannot be measured on this machine. */
  readonly measure: (system: MeasuredSystem, seconds: number) => Promise<number | null>;
}

const COLUMNS = 12;
const LABELS = Array.from({ length: 8 * COLUMNS }, (_, i) => `${'ABCDEFGH'[Math.floor(i / COLUMNS)]}${(i % COLUMNS) + 1}`);

/** Where the next hold finds free seats: each pair of each showtime once. */
class FreeSeats {
  #next = 0;

  take(system: MeasuredSystem, count: number): { showtimeId: string; seats: string[] } | null {
    const { showtimeIds } = system;
    const [place, showtime] = [Math.floor(this.#next / showtimeIds.length), this.#next % showtimeIds.length];
    if ((place + 1) * count > LABELS.length) return null;
    this.#next++;
    return { showtimeId: showtimeIds[showtime]!, seats: LABELS.slice(place * count, (place + 1) * count) };
  }
}

const free = new FreeSeats();
const counters = new Map<string, number>();

/** 0, 1, 2 … for each name. */
function nextOf(name: string): number {
  const next = counters.get(name) ?? 0;
  counters.set(name, next + 1);
  return next;
}

function nextShowtime({ showtimeIds }: MeasuredSystem, name: string): string {
  return showtimeIds[nextOf(name) % showtimeIds.length]!;
}

const get = (path: string, token?: string): LoadRequest => ({ method: 'GET', path, ...(token === undefined ? {} : { token }) });

function reads(
  name: string,
  request: (system: MeasuredSystem) => LoadRequest,
  compared: Pick<Scenario, 'against' | 'goal'> = {},
): Scenario {
  const measure: Scenario['measure'] = async (system, seconds) => (await load(system.api, () => request(system), { seconds })).perSecond;
  return { name, unit: '/s', ...compared, measure };
}

function bare(name: string, request: (system: MeasuredSystem) => LoadRequest): Scenario {
  return { name, unit: '/s', measure: async (system, seconds) => (await load(system.bare, () => request(system), { seconds })).perSecond };
}

function holdRequest(system: MeasuredSystem): LoadRequest | null {
  const places = free.take(system, 2);
  if (places === null) return null;
  const { customers, showtimeIds } = system;
  const n = nextOf('customer');
  // Each round of the showtimes begins with another customer, so that nobody holds much of one showtime.
  const { token } = customers[(n + Math.floor(n / showtimeIds.length)) % customers.length]!;
  return { method: 'POST', path: '/api/v1/reservations', token, body: places };
}

/** Customers whose first page is full. */
const READERS = 100;
const PAGE_ITEMS = 20;

/** Before anything is measured: a list of nothing costs nothing, and a statement that was planned for an empty table keeps its plan. */
export async function fillPages(system: MeasuredSystem): Promise<void> {
  let n = 0;
  const next = (): LoadRequest | null => {
    const body = n < READERS * PAGE_ITEMS ? free.take(system, 2) : null;
    return body === null ? null : { method: 'POST', path: '/api/v1/reservations', token: system.customers[n++ % READERS]!.token, body };
  };
  assertOnly([201], (await load(system.api, next, { seconds: 60 })).statuses);
  await system.database.query('ANALYZE');
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'pgbench: the bare hold', unit: '/s', measure: pgbench },
  bare('bare: hello', () => get('/hello')),
  bare('bare: hold in five statements', () => ({
    method: 'POST',
    path: '/holds',
    body: { showtimeId: crypto.randomUUID(), seats: ['A1', 'A2'] },
  })),
  bare('bare: seat map in one query', ({ showtime }) => get(`/showtimes/${showtime.showtimeId}/seats`)),
  bare('bare: seat maps of many showtimes, one query each', (system) => get(`/showtimes/${nextShowtime(system, 'bare map')}/seats`)),
  bare('bare: 20 reservations in one query', () => get('/reservations')),
  {
    name: 'holds: two seats, distinct',
    unit: '/s',
    against: 'pgbench: the bare hold',
    goal: { atLeast: 1 },
    measure: async (system, seconds) => {
      const { perSecond, statuses } = await load(system.api, () => holdRequest(system), { seconds });
      assertOnly([201], statuses);
      return perSecond;
    },
  },
  {
    name: 'contended holds: 500 callers at 50 seats',
    unit: '/s',
    against: 'holds: two seats, distinct',
    goal: { atLeast: 1 },
    measure: contendedHolds,
  },
  reads('seat map of one showtime', ({ showtime }) => get(`/api/v1/showtimes/${showtime.showtimeId}/seats`), {
    against: 'bare: seat map in one query',
    goal: { atLeast: 2 },
  }),
  reads('seat maps of many showtimes', (system) => get(`/api/v1/showtimes/${nextShowtime(system, 'map')}/seats`), {
    against: 'bare: seat maps of many showtimes, one query each',
    goal: { atLeast: 0.7 },
  }),
  {
    name: 'seat map of one showtime, 304',
    unit: '/s',
    measure: async ({ api, showtime }, seconds) => {
      const path = `/api/v1/showtimes/${showtime.showtimeId}/seats`;
      const headers = { 'if-none-match': (await fetch(api + path)).headers.get('etag')! };
      const { perSecond, statuses } = await load(api, () => ({ method: 'GET', path, headers }), { seconds });
      assertOnly([304], statuses);
      return perSecond;
    },
  },
  reads('seat map of one showtime, compressed', ({ showtime }) => ({
    ...get(`/api/v1/showtimes/${showtime.showtimeId}/seats`),
    headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
  })),
  reads('list of showtimes', () => get('/api/v1/showtimes'), { against: 'bare: 20 reservations in one query', goal: { atLeast: 0.7 } }),
  reads('list of movies', () => get('/api/v1/movies'), { against: 'bare: 20 reservations in one query', goal: { atLeast: 0.7 } }),
  reads('programme of a day', ({ showtime: { theatreId, startsAt } }) =>
    get(`/api/v1/theatres/${theatreId}/programme?date=${startsAt.slice(0, 10)}`),
  ),
  reads('my reservations', ({ customers }) => get('/api/v1/reservations', customers[nextOf('mine') % READERS]!.token), {
    against: 'bare: 20 reservations in one query',
    goal: { atLeast: 0.7 },
  }),
  reads('trivial authenticated route: an id that is no UUID', ({ customers }) => get('/api/v1/reservations/none', customers[0]!.token), {
    against: 'bare: hello',
    goal: { atLeast: 0.5 },
  }),
  { name: 'login', unit: '/s', measure: logIns },
  { name: 'relay of events to RabbitMQ', unit: '/s', goal: { atLeast: 3_000 }, measure: relayed },
  { name: 'reactions to events', unit: '/s', goal: { atLeast: 1_500 }, measure: reacted },
  { name: 'on-sale: 2,000 people a second at 500 seats, 99th percentile', unit: 'ms', goal: { atMost: 1_000 }, measure: onSale },
  { name: 'on-sale: answers that were faults', unit: '', goal: { atMost: 0 }, measure: () => Promise.resolve(lastOnSale.faults) },
  {
    name: 'paid to confirmed, 95th percentile',
    unit: 'ms',
    goal: { atMost: 100 },
    measure: (system, seconds) => paidToConfirmed(system, seconds, () => holdRequest(system)),
  },
  { name: 'paid to confirmed beside 300 holds/s, 95th percentile', unit: 'ms', goal: { atMost: 250 }, measure: paidBesideHolds },
  {
    name: 'memory of the api after the load',
    unit: 'MB',
    goal: { atMost: 200 },
    measure: ({ pids }) => Promise.resolve(residentMegabytes(pids.api)),
  },
  {
    name: 'memory of the worker after the load',
    unit: 'MB',
    goal: { atMost: 200 },
    measure: ({ pids }) => Promise.resolve(residentMegabytes(pids.worker)),
  },
  { name: 'start of the api', unit: 'ms', goal: { atMost: 3_000 }, measure: ({ startMs }) => Promise.resolve(startMs.api) },
];

async function contendedHolds(system: MeasuredSystem): Promise<number> {
  const showtimeId = system.contendedIds[nextOf('contended') % system.contendedIds.length]!;
  let asked = 0;
  const next = (): LoadRequest | null => {
    if (asked >= 500) return null;
    const n = asked++;
    const token = system.customers[n % system.customers.length]!.token;
    return { method: 'POST', path: '/api/v1/reservations', token, body: { showtimeId, seats: [LABELS.at(-1 - (n % 50))!] } };
  };
  const { perSecond, statuses } = await load(system.api, next, { seconds: 60, connections: 250 });
  assertOnly([201, 409], statuses);
  if (statuses[201] !== 50) throw new Error(`Of 50 seats ${statuses[201] ?? 0} were held`);
  return perSecond;
}

const ON_SALE = { perSecond: 2_000, rows: 20, seatsPerRow: 25 } as const;
const lastOnSale = { faults: 0 };

/** Everybody wants one seat of the same showtime. Throws where a seat has two owners, or where one is left. */
async function onSale(system: MeasuredSystem, seconds: number): Promise<number> {
  const { showtimeId } = await system.client.createShowtime(ON_SALE);
  const seats = ON_SALE.rows * ON_SALE.seatsPerRow;
  const next = (): LoadRequest => {
    const n = nextOf('on-sale');
    const seat = n % seats;
    const label = `${String.fromCharCode(65 + Math.floor(seat / ON_SALE.seatsPerRow))}${(seat % ON_SALE.seatsPerRow) + 1}`;
    const { token } = system.customers[n % system.customers.length]!;
    return { method: 'POST', path: '/api/v1/reservations', token, body: { showtimeId, seats: [label] } };
  };
  const answers = await arrivals(system.api, next, { perSecond: ON_SALE.perSecond, seconds });
  lastOnSale.faults = answers.filter(({ status }) => status >= 500).length;
  const { rows } = await system.database.query<{ sold: number }>(
    `SELECT count(*)::int AS sold FROM reservations.seat_claims WHERE showtime_id = $1`,
    [showtimeId],
  );
  const held = answers.filter(({ status }) => status === 201).length;
  if (held !== rows[0]!.sold || (seconds > 2 && held !== seats))
    throw new Error(`Of ${seats} seats ${held} were held, and ${rows[0]!.sold} have an owner`);
  return percentile(
    answers.map(({ latencyMs }) => latencyMs),
    0.99,
  );
}

async function paidBesideHolds(system: MeasuredSystem, seconds: number): Promise<number> {
  const holds = arrivals(system.api, () => holdRequest(system)!, { perSecond: 300, seconds });
  const [lag, answers] = await Promise.all([paidToConfirmed(system, seconds, () => holdRequest(system)), holds]);
  assertOnly([201], Object.fromEntries(answers.map(({ status }) => [status, 1])));
  return lag;
}

async function logIns({ api, client }: MeasuredSystem, seconds: number): Promise<number> {
  const { email, password } = await client.registerCustomer();
  const request: LoadRequest = { method: 'POST', path: '/api/v1/auth/login', body: { email, password } };
  const { perSecond, statuses } = await load(api, () => request, { seconds });
  assertOnly([200], statuses);
  return perSecond;
}

function residentMegabytes(pid: number): number | null {
  const status = `/proc/${pid}/status`;
  return existsSync(status) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1_024 : null;
}

async function pgbench({ databaseUrl }: MeasuredSystem, seconds: number): Promise<number | null> {
  const program = installedPgbench();
  if (program === null) return null;
  const script = new URL('./hold.pgbench.sql', import.meta.url).pathname;
  const options = ['-n', '-c', '64', '-j', '2', '-T', String(Math.ceil(seconds)), '-M', 'prepared', '-f', script, databaseUrl];
  const { stdout } = await promisify(execFile)(program, options);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
}

/** Of Debian's package postgresql-contrib. */
function installedPgbench(): string | null {
  const folder = '/usr/lib/postgresql';
  const found = existsSync(folder) ? readdirSync(folder).map((version) => `${folder}/${version}/bin/pgbench`) : [];
  return found.find((program) => existsSync(program)) ?? null;
}

function assertOnly(expected: readonly number[], statuses: Readonly<Record<number, number>>): void {
  const others = Object.keys(statuses).filter((status) => !expected.includes(Number(status)));
  if (others.length > 0) throw new Error(`Answers were ${JSON.stringify(statuses)}`);
}
