/**
 * What must hold after every run: a seat has one owner, and no money is kept without a ticket. Compares the rows of all contexts and the
 * ledger of the Stripe sandbox. The letters are S for seats, H for holds, M for money, E for events, R for reports, P for processes.
 */
import { EVENT_INVARIANTS, undeliveredEvents, unroutedAtRabbitmq } from './invariants/events.js';
import { PAYMENT_INVARIANTS, moneyBreaches } from './invariants/money.js';
import { PROCESS_INVARIANTS } from './invariants/processes.js';
import { REPORT_INVARIANTS } from './invariants/reports.js';
import { RESERVATION_INVARIANTS } from './invariants/reservations.js';
import { readStripeLedger } from './invariants/stripe-ledger.js';
import { until } from './until.js';

/** An `InProcessSystem`, a `MultiProcessSystem`, or anything else with a sandbox and a database. */
export interface SystemUnderTest {
  readonly sandboxUrl: string;
  sql<Row extends object>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  /** For a system with RabbitMQ. */
  unroutedMessages?(): Promise<number>;
}

/**
 * Returns one line a breach, which begins with the name of the invariant. Work that is still under way is a breach too: first comes what causes
 * events, then the events, then the reports that are made of them, and no event may be stored meanwhile.
 */
export async function brokenInvariants(system: SystemUnderTest): Promise<string[]> {
  const rowsBefore = await outboxRows(system);
  const breaches = await breachesOf(system, { ...RESERVATION_INVARIANTS, ...PAYMENT_INVARIANTS });
  breaches.push(...(await moneyBreaches(system, await readStripeLedger(system))));
  breaches.push(...(await breachesOf(system, EVENT_INVARIANTS)), ...(await undeliveredEvents(system)));
  breaches.push(...(await unroutedAtRabbitmq(system)));
  breaches.push(...(await breachesOf(system, { ...REPORT_INVARIANTS, ...PROCESS_INVARIANTS })));
  const stored = (await outboxRows(system)) - rowsBefore;
  return stored === 0 ? breaches : [...breaches, `E2 ${stored} events were stored during the check`];
}

async function breachesOf(system: SystemUnderTest, invariants: Readonly<Record<string, string>>): Promise<string[]> {
  const breaches: string[] = [];
  for (const [name, statement] of Object.entries(invariants)) {
    const rows = await system.sql<{ breach: string }>(statement);
    breaches.push(...rows.map(({ breach }) => `${name} ${breach}`));
  }
  return breaches;
}

async function outboxRows(system: SystemUnderTest): Promise<number> {
  const [row] = await system.sql<{ count: number }>('SELECT count(*)::int AS count FROM messaging.outbox');
  return row?.count ?? 0;
}

/**
 * For systems of which a process was killed with SIGKILL: a message that it was working on comes again when its lease ends, by default after 30 s
 * with the broker kept in PostgreSQL.
 */
export const AFTER_SIGKILL_MS = 45_000;

/** Waits until no invariant is broken. Throws an Error that lists the breaches which remain after `timeoutMs`. */
export async function assertInvariants(system: SystemUnderTest, { timeoutMs = 20_000 }: { timeoutMs?: number } = {}): Promise<void> {
  let breaches: string[] = [];
  await until(async () => (breaches = await brokenInvariants(system)).length === 0, {
    timeoutMs,
    what: 'the invariants to hold',
    intervalMs: 200,
  }).catch((error: unknown) => {
    if (breaches.length === 0) throw error;
    throw new Error(`${breaches.length} broken invariants:\n${breaches.slice(0, 50).join('\n')}`);
  });
}
