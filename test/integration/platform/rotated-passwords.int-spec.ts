import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Finding } from '@app/platform/operations/findings/finding.js';
import { cliOf } from '../../support/cli.js';
import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';

const ROLE = `rotated_${randomBytes(6).toString('hex')}`;
const RECIPE = readFileSync(join(import.meta.dirname, '../../../docs/compose.md'), 'utf8');
/** Characters that break a URL or a command line. */
const newPassword = (): string => `p@ss/w#rd:%41? ${randomBytes(12).toString('hex')}`;

/** The command that docs/compose.md gives to change a password, without the containers. */
function recipeOf(change: string): string {
  const [command] = [...RECIPE.matchAll(/^C exec (?:postgres|rabbitmq) (.*)$/gm)]
    .map(([, each]) => each!)
    .filter((each) => each.includes(change));
  return command!;
}

describe('Every password is replaced while the system runs', () => {
  const { path: folder, remove } = temporaryFolder();
  const secret = (name: string): string => join(folder, name);
  const write = (name: string, value: string): void => writeFileSync(secret(name), `${value}\n`);
  const running: InProcessSystem[] = [];
  let database: FreshDatabase;
  let rabbitmq: RabbitmqHandle;
  let admin: pg.Client;
  let env: Record<string, string>;

  beforeAll(async () => {
    [database, rabbitmq] = [await freshDatabase(), await freshVhost()];
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    for (const name of ['database', 'broker', 'jwt']) write(name, newPassword() + newPassword());
    await admin.query(`CREATE ROLE ${ROLE} LOGIN SUPERUSER PASSWORD ${pg.escapeLiteral(read('database'))}`);
    const [databaseUrl, amqpUrl] = [new URL(database.url), new URL(rabbitmq.url)];
    Object.assign(databaseUrl, { username: ROLE, password: '' });
    Object.assign(amqpUrl, { username: ROLE, password: '' });
    await rabbitmq.control('add_user', ROLE, read('broker'));
    await rabbitmq.control('set_permissions', '-p', amqpUrl.pathname.slice(1), ROLE, '.*', '.*', '.*');
    env = {
      DATABASE_URL: databaseUrl.href,
      DATABASE_PASSWORD_FILE: secret('database'),
      AMQP_URL: amqpUrl.href,
      AMQP_PASSWORD_FILE: secret('broker'),
      JWT_SECRET: '',
      JWT_SECRET_FILE: secret('jwt'),
    };
  }, 120_000);
  afterAll(async () => {
    for (const system of running) await system.close();
    await rabbitmq.control('delete_user', ROLE).catch(() => undefined);
    await admin.query(`DROP ROLE IF EXISTS ${ROLE}`);
    await admin.end();
    await database.drop();
    await remove();
  }, 60_000);

  function read(name: string): string {
    return readFileSync(secret(name), 'utf8').trim();
  }
  async function start(own: Record<string, string> = {}): Promise<InProcessSystem> {
    const system = await startInProcessSystem({ env: { ...env, ...own } });
    running.push(system);
    await untilPublished();
    return system;
  }
  const untilPublished = (): Promise<unknown> =>
    until(async () => (await admin.query('SELECT FROM messaging.outbox WHERE published_at IS NULL')).rowCount === 0, {
      what: 'an empty outbox',
    });
  async function faultsOf(system: InProcessSystem, own: Record<string, string> = {}): Promise<string[]> {
    const { stdout } = await cliOf(system, ['doctor', '--json'], own);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return findings.filter(({ status, part }) => status === 'fault' && ['database', 'broker'].includes(part)).map(({ part }) => part);
  }

  it('what runs goes on, what starts has the new ones, and the old ones end', async () => {
    const before = await start();
    const { showtimeId } = await before.createShowtime();
    const customer: Customer = await before.registerCustomer();
    expect((await before.hold(customer, showtimeId, ['A1'])).status).toBe(201);
    const reservations = async (): Promise<number> => (await before.get('/reservations', { token: customer.token })).status;
    // More connections than one request needs.
    expect(await Promise.all(Array.from({ length: 8 }, reservations))).toEqual(Array.from({ length: 8 }, () => 200));
    const old = { database: read('database'), broker: read('broker'), jwt: read('jwt') };

    // As docs/compose.md says: the server first.
    expect(recipeOf('ALTER ROLE movie_reservation')).toContain("ALTER ROLE movie_reservation PASSWORD 'NEW'");
    expect(recipeOf('rabbitmqctl change_password')).toBe("rabbitmqctl change_password movie_reservation 'NEW'");
    for (const name of ['database', 'broker', 'jwt']) write(name, newPassword() + newPassword());
    await admin.query(`ALTER ROLE ${ROLE} PASSWORD ${pg.escapeLiteral(read('database'))}`);
    await rabbitmq.control('change_password', ROLE, read('broker'));

    // What is connected stays connected. Where one more connection is needed, a request is refused, and does not fail.
    expect(await reservations()).toBe(200);
    const statuses = await Promise.all(Array.from({ length: 30 }, reservations));
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);

    write('previous-jwt', old.jwt);
    const after = await start({ JWT_PREVIOUS_SECRET_FILE: secret('previous-jwt') });
    // A customer who logged in before stays logged in.
    expect((await after.hold(customer, showtimeId, ['A2'])).status).toBe(201);
    await untilPublished();
    expect(await faultsOf(after)).toEqual([]);
    for (const [name, value] of Object.entries(old)) write(`old-${name}`, value);
    const oldFiles = { DATABASE_PASSWORD_FILE: secret('old-database'), AMQP_PASSWORD_FILE: secret('old-broker') };
    expect((await faultsOf(after, oldFiles)).sort()).toEqual(['broker', 'database']);

    const later = await start();
    expect((await later.get('/reservations', { token: customer.token })).status).toBe(401);
  }, 180_000);
});
