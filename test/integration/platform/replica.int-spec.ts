import pg from 'pg';
import type { Finding } from '@app/platform/operations/findings/finding.js';
import { migrate } from '../../../migrations/run.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { buyTicket } from '../../support/payments.js';
import { type Standby, startStandby } from '../../support/postgres-standby.js';
import { type DedicatedPostgres, startDedicatedPostgres } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const MAX_LAG_SECONDS = 10;

describe('A standby for reading', () => {
  let primary: DedicatedPostgres;
  let standby: Standby;
  let onStandby: pg.Client;
  let system: InProcessSystem;

  beforeAll(async () => {
    primary = await startDedicatedPostgres();
    await migrate(primary.url);
    standby = await startStandby(primary);
    onStandby = new pg.Client({ connectionString: standby.url });
    onStandby.on('error', () => undefined);
    await onStandby.connect();
    const env = {
      DATABASE_URL: primary.url,
      DATABASE_READ_URL: standby.url,
      DATABASE_READ_MAX_LAG_SECONDS: String(MAX_LAG_SECONDS),
    };
    system = await startInProcessSystem({ env });
    await untilRead();
  }, 120_000);
  afterAll(async () => {
    await system.close();
    await onStandby.end().catch(() => undefined);
    await standby.remove();
    await primary.remove();
  }, 60_000);

  const readsSince = async (since: string): Promise<number> =>
    (
      await onStandby.query(
        `SELECT FROM pg_stat_activity
         WHERE application_name = 'movie-reservation-read' AND query LIKE '%movies.movies%' AND query_start > $1::timestamptz`,
        [since],
      )
    ).rowCount ?? 0;
  /** Until a request for movies reaches the standby. */
  const untilRead = async (): Promise<void> => {
    const { rows } = await onStandby.query<{ since: string }>('SELECT clock_timestamp()::text AS since');
    const isRead = async () => (await system.get('/movies')).status === 200 && (await readsSince(rows[0]!.since)) > 0;
    await until(isRead, { what: 'a read of the standby' });
  };
  const titles = async (token?: string): Promise<string[]> => {
    const { status, body } = await system.get('/movies?limit=100', token === undefined ? {} : { token });
    expect(status).toBe(200);
    return (body.data as { title: string }[]).map(({ title }) => title);
  };
  const addMovie = async (title: string, token: string): Promise<void> => {
    await system.expectOk('POST', '/movies', { token, body: { title, description: 'About waiting.', runtimeMinutes: 90 } });
  };

  it('strangers see what it has until it is too old; who has a token sees the primary', async () => {
    const token = await system.adminToken();
    await onStandby.query('SELECT pg_wal_replay_pause()');
    await addMovie('The Late Arrival', token);
    expect(await titles()).not.toContain('The Late Arrival');
    expect(await titles(token)).toContain('The Late Arrival');
    await until(async () => (await titles()).includes('The Late Arrival'), { what: 'a read of the primary' });
    await onStandby.query('SELECT pg_wal_replay_resume()');
  }, 60_000);

  it('reservations and decisions never come from it', async () => {
    await onStandby.query('SELECT pg_wal_replay_pause()');
    const { showtimeId } = await system.createShowtime();
    const customer = await system.registerCustomer();
    expect((await buyTicket(system, customer, showtimeId, ['A1'])).status).toBe('confirmed');
    const { body } = await system.get(`/showtimes/${showtimeId}/seats`);
    expect(JSON.stringify(body)).toContain('A1');
    await onStandby.query('SELECT pg_wal_replay_resume()');
  }, 60_000);

  it('an idle primary is no lag, and doctor says how old the standby is', async () => {
    await untilRead();
    const { stdout } = await cliOf(system, ['doctor', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.filter(({ part }) => part === 'standby')).toMatchObject([{ status: 'ok' }]);
  }, 60_000);

  it('a read of a standby that is lost is answered by the primary', async () => {
    await untilRead();
    standby.kill();
    for (let read = 0; read < 30; read++) expect((await system.get('/movies?limit=5')).status).toBe(200);
    const { stdout } = await cliOf(system, ['doctor', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.filter(({ part }) => part === 'standby')).toMatchObject([{ status: 'warning' }]);
  }, 60_000);
});
