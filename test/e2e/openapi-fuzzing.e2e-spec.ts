import fc from 'fast-check';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { type Operation, SchemaCheck, apiOperations, readOpenApi } from './openapi.js';
import { type FuzzRequest, type KnownValues, RequestGenerator } from './openapi-requests.js';

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
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql', env: { LOG_LEVEL: 'silent' } });
  let operations: Operation[];
  let generator: RequestGenerator;
  let schemas: SchemaCheck;
  let tokens: Record<FuzzRequest['sender'], string | undefined>;

  beforeAll(async () => {
    const { document, operations: all } = await readOpenApi(system.api);
    // An operation that ends something comes last, because nothing can follow it.
    operations = apiOperations(all).sort((a, b) => Number(isFinal(a)) - Number(isFinal(b)));
    const { known, customerToken } = await fillSystem();
    tokens = { anonymous: undefined, customer: customerToken, admin: await system.api.adminToken() };
    generator = new RequestGenerator(document, known);
    schemas = new SchemaCheck(document);
  }, 120_000);

  const isFinal = ({ method, path }: Operation): boolean => method === 'delete' || /\/(cancel|deactivate)$/.test(path);

  async function fillSystem(): Promise<{ known: KnownValues; customerToken: string }> {
    const { api } = system;
    const [customer, other] = await api.registerCustomers(2);
    const { theatreId, roomId, movieId, showtimeId } = await api.createShowtime();
    const { body: hold } = await api.hold(customer!, showtimeId, ['A1', 'A2']);
    const { body: payment } = await api.startPayment(customer!, hold.id as string);
    const genre = await api.expectOk('POST', '/genres', { token: await api.adminToken(), body: { name: 'Noir' } });
    const startsAt = new Date((await api.now()).getTime() + 90_000_000).toISOString();
    const fields = { theatreId, roomId, movieId, showtimeId, reservationId: hold.id, customerId: customer!.id, genreId: genre.id };
    const collections = {
      ...{ theatres: theatreId, rooms: roomId, movies: movieId, showtimes: showtimeId },
      ...{ reservations: hold.id, genres: genre.id, users: other!.id },
    };
    const account = { email: other!.email, username: other!.email, password: other!.password, refreshToken: 'x' };
    const byName = { ...fields, genreIds: [genre.id], ...collections, ...account, startsAt, seats: ['B1', 'B2'] };
    const ids = [theatreId, roomId, movieId, showtimeId, other!.id, hold.id, payment.id, genre.id] as string[];
    return { known: { byName, ids }, customerToken: customer!.token };
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

  /** An answer that the operation documents has the schema that it documents. The router and the parser may refuse before an operation is known. */
  function schemaFault({ responses }: Operation, { status, type, text }: Awaited<ReturnType<typeof send>>): string | null {
    const schema = responses[status]?.content?.[type.split(';')[0]!]?.schema;
    if (schema === undefined || !type.includes('json'))
      return status < 300 && responses[status] === undefined ? `has an undocumented ${status}` : null;
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
    let count = 0;
    for (const operation of operations) {
      const requests = fc.sample(generator.requestsFor(operation), { seed: SEED, numRuns: REQUESTS_PER_OPERATION });
      const sendNext = async (): Promise<void> => {
        for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
          const response = await send(operation, request);
          statuses.add(response.status);
          count += 1;
          const fault = faultOf(operation, response) ?? schemaFault(operation, response);
          const { sender, headers, body } = request;
          const details = `${sender} ${response.url} ${JSON.stringify(headers)} ${String(body ?? '')}\n  → ${response.status} ${response.text}`;
          const name = `${operation.method.toUpperCase()} ${operation.path} ${fault}`;
          if (fault !== null && !faults.has(name)) faults.set(name, details.slice(0, 1_500));
        }
      };
      await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, sendNext));
    }
    expect([...faults].map(([name, details]) => `${name}\n  ${details}`)).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(MIN_REQUESTS);
    // Control: some requests succeeded, and each kind of refusal occurred.
    for (const status of [200, 201, 400, 401, 403, 404, 409, 415, 422]) expect([status, statuses.has(status)]).toEqual([status, true]);
    expect(await system.count('reservations.reservations')).toBeGreaterThan(0);
  }, 300_000);
});
