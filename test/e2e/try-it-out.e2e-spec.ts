import { randomUUID } from 'node:crypto';
import { NONE_YET } from '@app/platform/http/document/path-examples.js';
import sharp from 'sharp';
import {
  cancelReservation,
  cancelShowtime,
  createApiKey,
  createWebhookEndpoint,
  getReservation,
  holdSeats,
  listMovies,
  listShowtimes,
  sendTestEvent,
  setPoster,
  startPayment,
  suggestSeats,
} from '../../clients/typescript/src/index.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { dataOf, HttpClient, type HttpResponse } from '../support/http-client.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { type Operation, SchemaCheck, exampleUrl, namesOf, readOpenApi } from './openapi.js';
import { assertStandaloneInvariants, withStandaloneDatabase } from './standalone-invariants.js';

const ADMIN = { email: 'admin@example.com', password: 'demo-admin-pass' };
const CUSTOMER = { email: 'customer@example.com', password: 'demo-customer-pass' };

/** Executes every GET as Swagger UI does: with the examples of its required parameters. */
describe('"Try it out" on the demo cinema', () => {
  const folder = temporaryFolder();
  let system: RunningProcess;
  let ports: { POSTGRES_PORT: string; SANDBOX_PORT: string };
  let stripeUrl: string;
  let client: HttpClient;
  let tokens: { admin: string; customer: string };
  let reads: Operation[];
  let schemas: SchemaCheck;

  beforeAll(async () => {
    const [PORT, POSTGRES_PORT, SANDBOX_PORT, STORAGE_PORT] = (await Promise.all([freePort(), freePort(), freePort(), freePort()])).map(
      String,
    );
    const url = `http://127.0.0.1:${PORT}`;
    const env = {
      PORT: PORT!,
      POSTGRES_PORT: POSTGRES_PORT!,
      SANDBOX_PORT: SANDBOX_PORT!,
      STORAGE_PORT: STORAGE_PORT!,
      DATA_DIR: folder.path,
    };
    ports = { POSTGRES_PORT: env.POSTGRES_PORT, SANDBOX_PORT: env.SANDBOX_PORT };
    system = await startProcess({ entry: 'standalone', env, healthUrl: `${url}/readyz` });
    stripeUrl = `http://127.0.0.1:${SANDBOX_PORT}`;
    client = new HttpClient(url, ADMIN);
    // They are drawn after the start.
    const posters = async () => (await dataOf(listMovies(client.as()))).data.flatMap(({ poster }) => poster ?? []);
    await until(async () => (await posters()).length > 0, { timeoutMs: 60_000, what: 'the first poster' });
    tokens = { admin: await client.adminToken(), customer: await client.logIn(CUSTOMER.email, CUSTOMER.password) };
  }, 200_000);

  afterAll(async () => {
    await system?.kill('SIGTERM');
    await folder.remove();
  });

  async function readDocument(): Promise<void> {
    const { document, operations } = await readOpenApi(client);
    schemas = new SchemaCheck(document);
    reads = operations.filter(({ method }) => method === 'get');
  }

  /** Leaves something in every list: a paid and a refunded reservation, a cancelled showtime, a poster. */
  async function useTheCinema(): Promise<void> {
    const [admin, customer] = [client.as(tokens.admin), client.as(tokens.customer)];
    const showtimes = await dataOf(listShowtimes({ ...client.as(), query: { limit: 3, sort: '-startsAt' } }));
    const [booked, cancelled] = showtimes.data.map(({ id }) => id) as [string, string];
    for (const isCancelled of [true, false]) {
      const { seats } = await dataOf(suggestSeats({ ...client.as(), path: { id: booked }, body: { count: 1 } }));
      const body = { showtimeId: booked, seats: seats.map(({ label }) => label) };
      const { id } = await dataOf(holdSeats({ ...customer, body }));
      const { clientSecret } = await dataOf(startPayment({ ...customer, path: { id } }));
      await fetch(`${stripeUrl}/v1/payment_intents/${clientSecret!.split('_secret')[0]}/confirm`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('sk_test_docs:')}` },
        body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
      });
      const reservation = () => dataOf(getReservation({ ...customer, path: { id } }));
      await until(async () => (await reservation()).status === 'confirmed', { what: 'the confirmation' });
      if (!isCancelled) continue;
      await dataOf(cancelReservation({ ...customer, path: { id } }));
      await until(async () => (await reservation()).refund?.status === 'succeeded', { what: 'the refund' });
    }
    await dataOf(cancelShowtime({ ...admin, path: { id: cancelled } }));
    await dataOf(createApiKey({ ...admin, body: { client: 'A machine', scopes: ['events:read'] } }));
    const body = { url: `${stripeUrl}/nowhere`, types: ['movies.movie-added.v1' as const] };
    const endpoint = await dataOf(createWebhookEndpoint({ ...admin, body }));
    await dataOf(sendTestEvent({ ...admin, path: { id: endpoint.id } }));
    const { data: movies } = await dataOf(listMovies({ ...client.as(), query: { limit: 1 } }));
    const image = await sharp({ create: { width: 400, height: 600, channels: 3, background: '#345' } })
      .png()
      .toBuffer();
    const poster = new Blob([new Uint8Array(image)], { type: 'image/png' });
    await dataOf(setPoster({ ...admin, path: { id: movies[0]!.id }, body: { poster } }));
    await until(async () => ((await client.expectOk('GET', '//sandbox/mails')).data as unknown[]).length > 0, { what: 'a mail' });
  }

  const isForStaff = ({ path }: Operation): boolean => /^\/api\/v1\/(admin|events|users)\b/.test(path);
  const tokenFor = (operation: Operation): string | undefined =>
    operation.security?.length === 0 ? undefined : tokens[isForStaff(operation) ? 'admin' : 'customer'];

  async function send(operation: Operation): Promise<HttpResponse> {
    const { parameters = [] } = operation;
    const query = parameters.filter(({ in: place, required }) => place === 'query' && required);
    const search = new URLSearchParams(Object.fromEntries(query.map(({ name, example }) => [name, String(example)]))).toString();
    const token = tokenFor(operation);
    const response = await fetch(`${client.url}${exampleUrl(operation)}${search === '' ? '' : `?${search}`}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Nothing of a healthy demo becomes a dead letter or is parked. */
  async function withFailedMessages(work: () => Promise<void>): Promise<void> {
    await withStandaloneDatabase(system, ports, async (sql) => {
      const [letter, event] = [randomUUID(), randomUUID()];
      await sql(`INSERT INTO messaging.dead_letters (id, queue, reason, attempts, body) VALUES ($1, 'test.queue', 'put here', 1, '{}')`, [
        letter,
      ]);
      await sql(
        `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, attempts, refused_since, refused_at, parked_at)
         VALUES ($1, 'test.parked.v1', gen_random_uuid(), 1, now(), '{}', 30, now(), now(), now())`,
        [event],
      );
      try {
        await work();
      } finally {
        await sql('DELETE FROM messaging.dead_letters WHERE id = $1', [letter]);
        await sql('DELETE FROM messaging.outbox WHERE id = $1', [event]);
      }
    });
  }

  async function failedReads(isExcused: (operation: Operation) => boolean): Promise<string[]> {
    expect(reads.length).toBeGreaterThan(35);
    const failed: string[] = [];
    for (const operation of reads) {
      const { status, body } = await send(operation);
      const [name] = namesOf([operation]);
      if ((status < 200 || status > 299) !== isExcused(operation)) failed.push(`${name} answered ${status}: ${JSON.stringify(body)}`);
      const schema = operation.responses[status]?.content?.['application/json']?.schema;
      if (schema !== undefined) failed.push(...schemas.faultsOf(name!, schema, body));
    }
    return failed;
  }
  const saysNoneYet = ({ parameters = [] }: Operation): boolean => parameters.some(({ description }) => description?.includes(NONE_YET));

  it('every GET of an unused cinema answers 2xx, or says that there is none yet', async () => {
    await readDocument();
    expect(reads.filter(saysNoneYet).length).toBeGreaterThan(0);
    expect(await failedReads(saysNoneYet)).toEqual([]);
  }, 60_000);

  it('every GET, executed as the document shows it, answers 2xx', async () => {
    await useTheCinema();
    await withFailedMessages(async () => {
      await readDocument();
      expect(reads.filter(saysNoneYet)).toEqual([]);
      expect(await failedReads(() => false)).toEqual([]);
    });
  }, 120_000);

  it('the invariants hold after the cinema was used', async () => {
    await assertStandaloneInvariants(system, { ...ports, timeoutMs: 30_000 });
  }, 90_000);
});
