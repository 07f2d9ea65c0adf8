import fc from 'fast-check';
import sharp from 'sharp';
import { addGenre, createApiKey, createWebhookEndpoint, giveRole } from '../../clients/typescript/src/index.js';
import { type Customer, dataOf } from '../support/http-client.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { type Operation, SchemaCheck, apiOperations, readOpenApi } from './openapi.js';
import { type FuzzRequest, type KnownValues, RequestGenerator, type Sender } from './openapi-requests.js';

const REQUESTS_PER_OPERATION = 60;
/** In all: fewer operations than today would not excuse fewer requests. */
const MIN_REQUESTS = 5_000;
const CONCURRENT_REQUESTS = 4;
const SEED = 20_261_121;
/** RFC 6749 prescribes the error responses of this path. */
const OAUTH_PATH = '/api/v1/auth/access-token';
const LEAKED_INTERNALS =
  /node_modules|\bat [\w.<>]+ \(|\.[jt]s:\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|VALUES|SET|WHERE)\b|QueryFailedError|violates|syntax error|pg_|ECONN/;

describe('Fuzzing with the OpenAPI document', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql' });
  let operations: Operation[];
  let generator: RequestGenerator;
  let schemas: SchemaCheck;
  let tokens: Record<Sender, string | undefined>;

  beforeAll(async () => {
    const { document, operations: all } = await readOpenApi(system.api);
    operations = apiOperations(all).sort((a, b) => rankOf(a) - rankOf(b));
    const [customer, seller, reporter, other] = (await system.api.registerCustomers(4)) as [Customer, Customer, Customer, Customer];
    const known = await fillSystem(customer, other);
    const token = await system.api.adminToken();
    const admin = system.api.as(token);
    await dataOf(giveRole({ ...admin, path: { id: seller.id, role: 'box-office' } }));
    await dataOf(giveRole({ ...admin, path: { id: reporter.id, role: 'reporting' } }));
    const { key } = await dataOf(createApiKey({ ...admin, body: { client: 'A machine', scopes: ['events:read'] } }));
    tokens = {
      anonymous: undefined,
      customer: customer.token,
      'box-office': seller.token,
      reporting: reporter.token,
      machine: key,
      admin: token,
    };
    generator = new RequestGenerator(document, known);
    schemas = new SchemaCheck(document);
  }, 120_000);

  /** Reads see what the writes left. What ends something comes last, because nothing can follow it. */
  function rankOf({ method, path }: Operation): number {
    if (method === 'delete' || /\/(cancel|deactivate)$/.test(path)) return 2;
    return method === 'get' ? 1 : 0;
  }

  async function fillSystem(customer: Customer, other: Customer): Promise<KnownValues> {
    const { api } = system;
    const { theatreId, roomId, movieId, showtimeId } = await api.createShowtime();
    const { body: hold } = await api.hold(customer, showtimeId, ['A1', 'A2']);
    const { body: payment } = await api.startPayment(customer, hold.id as string);
    const admin = api.as(await api.adminToken());
    const genre = await dataOf(addGenre({ ...admin, body: { name: 'Noir' } }));
    const body = { url: `${system.sandboxUrl}/nowhere`, types: ['movies.movie-added.v1'] };
    const endpoint = await dataOf(createWebhookEndpoint({ ...admin, body }));
    const file = await sharp({ create: { width: 40, height: 60, channels: 3, background: '#345' } })
      .png()
      .toBuffer();
    const startsAt = new Date((await api.now()).getTime() + 90_000_000).toISOString();
    const fields = { theatreId, roomId, movieId, showtimeId, reservationId: hold.id, customerId: customer.id, genreId: genre.id };
    const collections = {
      ...{ theatres: theatreId, rooms: roomId, movies: movieId, showtimes: showtimeId },
      ...{ reservations: hold.id, genres: genre.id, users: other.id, payments: payment.id, 'webhook-endpoints': endpoint.id },
    };
    const account = { email: other.email, username: other.email, password: other.password, refreshToken: 'x' };
    const byName = { ...fields, genreIds: [genre.id], ...collections, ...account, startsAt, seats: ['B1', 'B2'] };
    const ids = [theatreId, roomId, movieId, showtimeId, other.id, hold.id, payment.id, genre.id] as string[];
    return { byName, ids, file };
  }

  async function send({ method }: Operation, { sender, path, query, headers, body }: FuzzRequest) {
    const url = `${system.api.url}${path}${query === '' ? '' : `?${query}`}`;
    const token = tokens[sender];
    const response = await fetch(url, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined || method === 'get' ? {} : { body: body as string }),
    });
    return { url, status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  }

  /** Where the document says nothing about a body, one that is sent is refused by the parser. */
  const OF_UNASKED_BODIES = [400, 413, 415];

  /** The operation documents each status that it answers with, and the schema of the answer. */
  function schemaFault(
    { method, responses, requestBody }: Operation,
    { body }: FuzzRequest,
    { status, type, text }: Awaited<ReturnType<typeof send>>,
  ): string | null {
    const isUnasked = requestBody === undefined && method !== 'get' && body !== undefined;
    if (isUnasked && OF_UNASKED_BODIES.includes(status)) return null;
    const documented = responses[status];
    if (documented === undefined) return `has an undocumented ${status}`;
    const schema = documented.content?.[type.split(';')[0]!]?.schema;
    if (schema === undefined || !type.includes('json'))
      return text !== '' && schema === undefined ? `has an undocumented ${type} with ${status}` : null;
    const [fault] = schemas.faultsOf('', schema, JSON.parse(text));
    return fault === undefined ? null : `does not match its schema${fault}`;
  }

  function faultOf({ path }: Operation, { status, type, text }: Awaited<ReturnType<typeof send>>): string | null {
    if (status >= 500 && status !== 503) return 'fails';
    if (status >= 400 && !type.startsWith('application/problem+json') && path !== OAUTH_PATH) return 'is no problem document';
    return status >= 400 && LEAKED_INTERNALS.test(text) ? 'shows internals' : null;
  }

  it('every request is answered, or refused with a problem without internals', async () => {
    const faults = new Map<string, string>();
    const statuses = new Set<number>();
    const served = new Set<Sender>();
    let count = 0;
    for (const [i, operation] of operations.entries()) {
      // A seed of its own: with one for all, every operation would be sent by the same people in the same order.
      const requests = fc.sample(generator.requestsFor(operation), { seed: SEED + i, numRuns: REQUESTS_PER_OPERATION });
      const sendNext = async (): Promise<void> => {
        for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
          const response = await send(operation, request);
          statuses.add(response.status);
          if (response.status < 300) served.add(request.sender);
          count += 1;
          const fault = faultOf(operation, response) ?? schemaFault(operation, request, response);
          const { sender, headers, body } = request;
          const details = `${sender} ${response.url} ${JSON.stringify(headers).slice(0, 500)} ${String(body ?? '').slice(0, 500)}\n  → ${response.status} ${response.text}`;
          const name = `${operation.method.toUpperCase()} ${operation.path} ${fault}`;
          if (fault !== null && !faults.has(name)) faults.set(name, details.slice(0, 1_500));
        }
      };
      await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, sendNext));
    }
    expect([...faults].map(([name, details]) => `${name}\n  ${details}`)).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(MIN_REQUESTS);
    // Control: some requests succeeded, a poster was stored and found, and each kind of refusal occurred.
    for (const status of [200, 201, 204, 302, 400, 401, 403, 404, 409, 412, 413, 415, 422])
      expect([status, statuses.has(status)]).toEqual([status, true]);
    // Every sender was let in somewhere.
    expect([...served].sort()).toEqual(Object.keys(tokens).sort());
    expect(await system.count('reservations.reservations')).toBeGreaterThan(0);
  }, 300_000);
});
