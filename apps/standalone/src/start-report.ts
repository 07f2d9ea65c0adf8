/** What `make start` prints when the system is ready: where to look first, all addresses, the demo accounts and the state of the clock. */
import type { ClockReading } from './api-client.js';
import type { SeedResult } from './programme/seed.js';
import { DEMO_ADMIN, DEMO_CUSTOMER } from './demo-accounts.js';

const SANDBOX = '(a sandbox; it takes any key sk_test_…)';

const CHANGED = '(was changed since the first start)';

interface StartReport {
  readonly apiUrl: string;
  readonly stripeUrl: string;
  /** False: another stand-in, which `STRIPE_API_URL` names. */
  readonly isSandbox: boolean;
  readonly postgresPort: number;
  readonly databaseDirectory: string;
  /** Of RabbitMQ; null where the broker is kept in PostgreSQL. */
  readonly broker: string | null;
  readonly clock: ClockReading;
  /** Null where the demo admin can add nothing any more. */
  readonly seeded: SeedResult | null;
  readonly isCustomerChanged: boolean;
}

export function startReport(system: StartReport): string {
  const { apiUrl, stripeUrl, isSandbox, postgresPort, databaseDirectory, broker, clock, seeded, isCustomerChanged } = system;
  return `
  Ready. Look first at ${apiUrl}
  It leads to every document and shows how to book a seat.

  API          ${apiUrl}/api/v1
  Documents    ${apiUrl}/docs   (ReDoc: /redoc, OpenAPI: /docs/openapi.json)
  Health       ${apiUrl}/readyz
  Stripe       ${stripeUrl}   ${isSandbox ? SANDBOX : `(STRIPE_API_URL; its webhooks go to ${apiUrl}/api/v1/webhooks/stripe)`}
  Mails        ${apiUrl}/sandbox/mails   (caught, not delivered)
  PostgreSQL   127.0.0.1:${postgresPort}, database cinema; data and password in ${databaseDirectory}
  Broker       ${broker === null ? 'kept in PostgreSQL' : `RabbitMQ at ${new URL(broker).host}`}
  Clock        ${clockLine(clock, apiUrl)}

  Admin        ${DEMO_ADMIN.email}      ${seeded === null ? CHANGED : DEMO_ADMIN.password}
  Customer     ${DEMO_CUSTOMER.email}   ${isCustomerChanged ? CHANGED : DEMO_CUSTOMER.password}

  ${seeded === null ? 'Nothing was added: the demo admin was changed.' : `Added ${seeded.movies} movies and ${seeded.showtimes} showtimes.`} Ctrl-C stops everything.`;
}

function clockLine({ now, offsetSeconds }: ClockReading, apiUrl: string): string {
  const url = `${apiUrl}/sandbox/clock`;
  if (offsetSeconds === 0) return `real time; POST ${url}/advance moves it`;
  const minutes = Math.round(offsetSeconds / 60);
  return `${now.toISOString()}, ${minutes} minutes ahead; DELETE ${url} sets it back`;
}
