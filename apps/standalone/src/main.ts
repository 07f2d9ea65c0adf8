/** `make start`: serves everything until Ctrl-C and says where it is. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runProcess } from '@app/platform/process/run.js';
import { apiClient } from './api-client.js';
import { seedProgramme } from './programme/seed.js';
import { DEMO_ADMIN, DEMO_CUSTOMER, startStandalone } from './standalone.js';

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

function port(variable: string, fallback: number): number {
  const value = process.env[variable] ?? '';
  if (value === '') return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`${variable} must be a port number, not "${value}".`);
}

await runProcess(async () => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const dataDir = resolve(process.env['DATA_DIR'] ?? '.data');
  const ports = { api: port('PORT', 3000), postgres: port('POSTGRES_PORT', 54329), sandbox: port('SANDBOX_PORT', 12111) };
  say('Starting: the first time takes a little longer.');
  const system = await startStandalone({ dataDir, ports, env: process.env, durable: true, log: (line) => say(`  ${line}`) });
  try {
    const client = apiClient(system.apiUrl);
    await client.register({ ...DEMO_CUSTOMER, fullName: 'Demo Customer' });
    const admin = client.as(await client.logIn(DEMO_ADMIN));
    const { films, showtimes } = await seedProgramme(admin, await client.now());
    say(`
  API          ${system.apiUrl}/api/v1
  Documents    ${system.apiUrl}/docs   (ReDoc: /redoc, OpenAPI: /docs/openapi.json)
  Health       ${system.apiUrl}/readyz
  Stripe       ${system.sandboxUrl}   (a sandbox; any key sk_test_… will do)
  PostgreSQL   127.0.0.1:${ports.postgres}, database cinema, data and password below ${dataDir}
  Broker       ${system.settings.broker.amqpUrl === null ? 'kept in PostgreSQL' : 'RabbitMQ'}

  Admin        ${DEMO_ADMIN.email}      ${DEMO_ADMIN.password}
  Customer     ${DEMO_CUSTOMER.email}   ${DEMO_CUSTOMER.password}

  ${films} films and ${showtimes} showings are new in the programme. Ctrl-C stops everything.`);
  } catch (error) {
    await system.close();
    throw error;
  }
  return system;
});
