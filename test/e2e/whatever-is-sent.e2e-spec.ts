import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { MultiProcessSystem } from '../support/multi-process-system.js';

type Schema = {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly enum?: unknown[];
  readonly example?: unknown;
  readonly examples?: unknown[];
};

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; schema?: Schema; example?: unknown }[];
  readonly requestBody?: { content: Record<string, { schema?: Schema }> };
}

interface Call {
  readonly who: 'anonymous' | 'customer' | 'admin';
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** Odd enough to break a careless parser, column or cast. */
const ODD_TEXT = [
  '', ' ', '\0', 'a\0b', '\ud800', 'x\udfffy', '😀'.repeat(200), 'a'.repeat(5_000), `' OR 1=1 --`, '%', '\\', '%00', '-1', '0', '00', '1e9', '1.5', '١',
  '99999999999999999999', '2147483648', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '__proto__', 'constructor', 'toString', '2026-02-30', '2026-02-28',
  '0000-00-00', '9999-12-31', '2026-11-21T19:00:00Z', '2026-11-21T19:00', '9999-12-31T23:59:59.999Z', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z',
  '2026-03-29T02:30', '24:00', 'Europe/Berlin', 'Europe/Nowhere', 'EUR', 'eur', 'XXX', 'A1', 'ZZ999999999', 'a@b.example', 'a@b', '../../etc/passwd', '<script>',
  'İ', 'ﬀ', '\u202e', '\r\nX-Injected: 1', newId(), 'W10', 'eyJhIjoxfQ', 'WyJhIl0', 'WyIyMDI2LTExLTIxVDE5OjAwOjAwWiIsIngiXQ',
]; // prettier-ignore
const ODD_VALUES: unknown[] = [
  null, true, false, 0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324, [], {}, [[]], [null], [1, 'a'], { a: 1 }, { length: 3 }, ['A1', 'A1'],
]; // prettier-ignore

/** RFC 6749 prescribes its refusals. */
const OAUTH = '/api/v1/auth/access-token';
const RUNS = 60;
const SEED = 20_261_121;
const LEAKS =
  /node_modules|\bat [\w.<>]+ \(|\.[jt]s:\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|VALUES|SET|WHERE)\b|QueryFailedError|violates|syntax error|pg_|ECONN/;

describe('Whatever is sent to the API', () => {
  let cluster: MultiProcessSystem;
  let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
  let tokens: Record<Call['who'], string | undefined>;
  /** By the name of the field, or of the collection in the path. */
  let real: Readonly<Record<string, unknown>>;
  let ids: string[];

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 1, rabbit: false, env: { LOG_LEVEL: 'silent', ACCESS_TOKEN_SECONDS: '3600' } });
    const { api } = cluster;
    document = await api.expectOk('GET', '//docs/openapi.json');
    const [customer, other] = await api.registerCustomers(2);
    const scene = await api.createShowtime();
    const { body: held } = await api.hold(customer!, scene.showtimeId, ['A1', 'A2']);
    const { body: payment } = await api.startPayment(customer!, held.id as string);
    const genre = await api.expectOk('POST', '/genres', { token: await api.adminToken(), body: { name: 'Noir' } });
    tokens = { anonymous: undefined, customer: customer!.token, admin: await api.adminToken() };
    const { theatreId, roomId, movieId, showtimeId } = scene;
    const startsAt = new Date((await api.now()).getTime() + 90_000_000).toISOString();
    real = {
      ...{
        theatreId,
        roomId,
        movieId,
        showtimeId,
        reservationId: held.id,
        customerId: customer!.id,
        genreId: genre.id,
        genreIds: [genre.id],
      },
      ...{
        theatres: theatreId,
        rooms: roomId,
        movies: movieId,
        showtimes: showtimeId,
        reservations: held.id,
        genres: genre.id,
        users: other!.id,
      },
      ...{ startsAt, seats: ['B1', 'B2'], refreshToken: 'x', email: other!.email, username: other!.email, password: other!.password },
    };
    ids = [theatreId, roomId, movieId, showtimeId, other!.id, held.id, payment.id, genre.id] as string[];
  }, 120_000);
  afterAll(() => cluster.close());

  const resolve = (schema: Schema | undefined): Schema => {
    if (schema?.$ref !== undefined) return resolve(document.components.schemas[schema.$ref.split('/').at(-1)!]);
    if (schema?.allOf?.length === 1) return resolve(schema.allOf[0]);
    return schema ?? {};
  };

  const oddText = (): fc.Arbitrary<string> =>
    fc.oneof(fc.constantFrom(...ODD_TEXT), fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...ids));

  /** Mostly what the document asks for, now and then something else. */
  function valueOf(given: Schema | undefined, depth = 0, name = ''): fc.Arbitrary<unknown> {
    const schema = resolve(given);
    const asked =
      real[name] === undefined
        ? rightKind(schema, depth)
        : fc.oneof({ weight: 6, arbitrary: fc.constant(real[name]) }, rightKind(schema, depth));
    const odd = fc.oneof(fc.constantFrom(...ODD_VALUES), oddText(), fc.jsonValue({ maxDepth: 3 }));
    return fc.oneof({ weight: 10, arbitrary: asked }, { weight: 1, arbitrary: odd });
  }

  function rightKind(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const known: unknown[] = [
      ...(schema.enum ?? []),
      ...(schema.examples ?? []),
      ...(schema.example === undefined ? [] : [schema.example]),
    ];
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    if (schema.properties !== undefined && depth < 4) {
      const fields = Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, valueOf(inner, depth + 1, name)]));
      const asked = fc.record(fields, { requiredKeys: [] });
      const whole = fc.record(fields);
      const more = fc.tuple(whole, oddText(), fc.constantFrom(...ODD_VALUES)).map(([fine, name, value]) => ({ ...fine, [name]: value }));
      return fc.oneof({ weight: 8, arbitrary: whole }, { weight: 3, arbitrary: asked }, more);
    }
    const right: fc.Arbitrary<unknown> =
      type === 'array'
        ? fc.array(valueOf(schema.items, depth + 1), { maxLength: 12 })
        : type === 'number' || type === 'integer'
          ? fc.oneof(fc.integer({ min: -2, max: 200 }), fc.integer(), fc.double())
          : type === 'boolean'
            ? fc.boolean()
            : oddText();
    return known.length > 0 ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, right) : right;
  }

  function callOf(path: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<Call> {
    const pathValues = fc.record(
      Object.fromEntries(
        [...path.matchAll(/(\w+)\/\{(\w+)\}/g)].map(([, collection, name]) => [
          name!,
          fc.oneof(
            { weight: 6, arbitrary: fc.constant(String((real[collection!] as string | undefined) ?? ids[0])) },
            { weight: 1, arbitrary: fc.constantFrom(...ids) },
            { weight: 1, arbitrary: oddText().filter((text) => text !== '' && text.isWellFormed()) },
          ),
        ]),
      ),
    );
    const queryNames = parameters.filter((parameter) => parameter.in === 'query');
    const query = fc.array(
      fc.oneof(
        ...(queryNames.length === 0
          ? [fc.constant('')]
          : queryNames.map(({ name, schema, example }) =>
              fc
                .oneof(oddText(), valueOf({ ...resolve(schema), ...(example === undefined ? {} : { example }) }, 0, name).map(String))
                .map((value) => `${name}=${encoded(value)}`),
            )),
        fc.constantFrom('nobody=asked', 'limit=1&limit=2', 'status[x]=1', 'q[]=a', '__proto__[a]=1', '%ff=%ff'),
      ),
      { maxLength: 3, size: '-1' },
    );
    const [media, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const isForm = media === 'application/x-www-form-urlencoded';
    const json = valueOf(content?.schema).map((value) =>
      isForm
        ? new URLSearchParams(Object.entries(value ?? {}).map(([name, inner]): [string, string] => [name, String(inner)])).toString()
        : JSON.stringify(value),
    );
    const body =
      media === undefined
        ? fc.option(json, { nil: undefined, freq: 1 })
        : fc.oneof(
            { weight: 8, arbitrary: json },
            fc.constantFrom(undefined, '', '{', 'null', '[]', '"a"', '{"__proto__":{}}', '{"a":1,"a":2}'),
          );
    const type = fc.oneof(
      { weight: 20, arbitrary: fc.constant(isForm ? media : 'application/json') },
      fc.constantFrom('text/plain', 'multipart/form-data', 'application/json; charset=x'),
    );
    return fc
      .record({
        who: fc.constantFrom('anonymous' as const, 'customer' as const, 'admin' as const, 'admin' as const),
        values: pathValues,
        query,
        body,
        type,
        key: fc.option(fc.constantFrom('once', 'twice', ' ', 'é', 'k'.repeat(300), 'a b'), { nil: undefined, freq: 4 }),
        signature: fc.option(
          fc.constantFrom('t=1,v1=00', 't=,v1=', 'v1=', ',,,', `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`),
          { nil: undefined, freq: 4 },
        ),
      })
      .map(({ who, values, query: parts, body: text, type: contentType, key, signature }) => ({
        who,
        path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded((values as Record<string, string>)[name]!)),
        query: parts.filter(Boolean).join('&'),
        headers: {
          ...(text === undefined ? {} : { 'content-type': contentType }),
          ...(key === undefined ? {} : { 'idempotency-key': encodeURI(key) }),
          ...(signature === undefined ? {} : { 'stripe-signature': signature }),
        },
        body: text,
      }));
  }

  const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

  it('is answered, or refused with a problem that tells the client and nobody else’s secrets', async () => {
    const wrong = new Map<string, string>();
    const statuses = new Map<number, number>();
    // What ends something comes last, and a clock that runs ahead would make every later call late.
    const ends = (method: string, path: string): boolean => method === 'delete' || /\/(cancel|deactivate)$/.test(path);
    const operations = Object.entries(document.paths)
      .filter(([path]) => !path.startsWith('/sandbox/'))
      .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ method, path, operation })))
      .sort((a, b) => Number(ends(a.method, a.path)) - Number(ends(b.method, b.path)));
    for (const { method, path, operation } of operations) {
      for (const call of fc.sample(callOf(path, operation), { seed: SEED, numRuns: RUNS })) {
        const url = `${cluster.api.url}${call.path}${call.query === '' ? '' : `?${call.query}`}`;
        const token = tokens[call.who];
        const answer = await fetch(url, {
          method: method.toUpperCase(),
          redirect: 'manual',
          headers: { ...call.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
          ...(call.body === undefined || method === 'get' ? {} : { body: call.body }),
        });
        const text = await answer.text();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const type = answer.headers.get('content-type') ?? '';
        const fault =
          answer.status >= 500 && answer.status !== 503
            ? 'fails'
            : answer.status >= 400 && !type.startsWith('application/problem+json') && path !== OAUTH
              ? 'is no problem document'
              : answer.status >= 400 && LEAKS.test(text)
                ? 'leaks'
                : null;
        const name = `${method.toUpperCase()} ${path} ${fault}`;
        if (fault !== null && !wrong.has(name)) {
          wrong.set(
            name,
            `${call.who} ${method.toUpperCase()} ${url} ${JSON.stringify(call.headers)} ${call.body ?? ''}\n  → ${answer.status} ${text}`.slice(
              0,
              1_500,
            ),
          );
        }
      }
    }
    expect([...wrong].map(([name, detail]) => `${name}\n  ${detail}`)).toEqual([]);
    // The negative control: much of it was right, much of it was refused, and an answer of each kind was looked at.
    for (const status of [200, 201, 400, 401, 403, 404, 409, 415, 422]) expect([status, statuses.has(status)]).toEqual([status, true]);
    expect(await cluster.count('reservations.reservations')).toBeGreaterThan(0);
  }, 300_000);
});
