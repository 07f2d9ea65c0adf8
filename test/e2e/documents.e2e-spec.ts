import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { HttpClient, RequestOptions } from '../support/http-client.js';

type Content = Record<string, { schema?: object; example?: unknown; examples?: Record<string, { value: Problem }> }>;

interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly type: string;
  readonly errors?: readonly object[];
  readonly retryAfter?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly default?: unknown };
  readonly example?: unknown;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { content: Content };
  readonly responses: Record<string, { description?: string; headers?: Record<string, object>; content?: Content }>;
  readonly security?: readonly object[];
}

interface Schema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly required?: readonly string[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const PROBLEM = 'application/problem+json';
const TITLES: Readonly<Record<string, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

describe('The documents', () => {
  let cluster: MultiProcessSystem;
  let system: HttpClient;
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, object>> };
  let operations: Operation[];

  beforeAll(async () => {
    // Built: the fields are read from the sources by the compiler's plugin.
    cluster = await MultiProcessSystem.start({ apis: 1, rabbit: false });
    system = cluster.api;
    document = await system.expectOk('GET', '//docs/openapi.json');
    ajv.addSchema({ $id: 'api', components: document.components });
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined).map((method) => ({ ...item[method]!, method, path })),
    );
  }, 60_000);
  afterAll(() => cluster.close());

  /** With the path's parameters filled in by example. */
  const exampleUrl = ({ path, parameters = [] }: Operation): string =>
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters.find((parameter) => parameter.name === name)?.example));
  const problemsOf = ({ responses }: Operation): (readonly [status: string, problem: Problem])[] =>
    Object.entries(responses).flatMap(([status, { content }]) =>
      Object.values(content?.[PROBLEM]?.examples ?? {}).map(({ value }) => [status, value] as const),
    );
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const faultsOf = (what: string, schema: object | undefined, example: unknown): string[] => {
    if (example === undefined) return [`${what}: no example`];
    const own = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
    return ajv.validate(own, example) ? [] : [`${what}: ${ajv.errorsText()}`];
  };
  const named = (found: Operation[]): string[] => found.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

  it('describe the whole API in OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(operations.length).toBeGreaterThan(40);
    for (const path of Object.keys(document.paths)) expect(path).toMatch(/^\/(api\/v1|sandbox)\//);
  });

  it('give every operation a summary and a tag', () => {
    expect(named(operations.filter(({ summary }) => !/^[A-Z“"].*[^.]$/.test(summary ?? '')))).toEqual([]);
    expect(named(operations.filter(({ tags }) => tags?.length !== 1))).toEqual([]);
  });

  it('give every operation an id of its own that begins with a verb', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z0-9]*)*$/.test(id ?? ''))).toEqual([]);
  });

  it('name every parameter of a path', () => {
    const lacking = operations.filter(({ path, parameters = [] }) =>
      [...path.matchAll(/\{(\w+)\}/g)].some(
        ([, name]) => !parameters.some((parameter) => parameter.in === 'path' && parameter.name === name && parameter.required === true),
      ),
    );
    expect(named(lacking)).toEqual([]);
  });

  it('tell what comes back, with a schema for everything that has a body', () => {
    const success = ({ responses }: Operation): [string, Operation['responses'][string]][] =>
      Object.entries(responses).filter(([status]) => /^[23]/.test(status));
    expect(named(operations.filter((operation) => success(operation).length === 0))).toEqual([]);
    const silent = operations.filter((operation) =>
      success(operation).some(
        ([status, { content }]) => /^20[01]$/.test(status) && !Object.values(content ?? {}).some(({ schema }) => schema !== undefined),
      ),
    );
    expect(named(silent)).toEqual([]);
  });

  it('tell how each operation may refuse, always as a problem', () => {
    const api = operations.filter(({ path }) => path.startsWith('/api/'));
    const refusals = ({ responses }: Operation): string[] => Object.keys(responses).filter((status) => /^[45]/.test(status));
    expect(named(api.filter((operation) => !refusals(operation).includes('503')))).toEqual([]);
    expect(named(api.filter((operation) => operation.requestBody !== undefined && !refusals(operation).includes('400')))).toEqual([]);
    expect(
      named(
        api.filter(
          (operation) => operation.security !== undefined && operation.security.length > 0 && !refusals(operation).includes('401'),
        ),
      ),
    ).toEqual([]);
    expect(named(api.filter((operation) => /\{\w+\}/.test(operation.path) && !refusals(operation).includes('404')))).toEqual([]);
    const otherwise = api.filter((operation) =>
      refusals(operation).some(
        (status) => operation.path !== '/api/v1/auth/access-token' && operation.responses[status]!.content?.[PROBLEM] === undefined,
      ),
    );
    expect(named(otherwise)).toEqual([]);
  });

  it('show every parameter and every body by an example that keeps to its schema', () => {
    const faults = operations.flatMap(({ operationId, parameters = [], requestBody, responses }) => [
      ...parameters.flatMap(({ name, schema, example }) => faultsOf(`${operationId} ${name}`, schema, example)),
      ...Object.entries({ request: requestBody, ...responses }).flatMap(([what, body]) =>
        Object.values(body?.content ?? {}).flatMap(({ schema, example, examples }) => {
          const shown = examples === undefined ? [example] : Object.values(examples).map(({ value }) => value);
          return shown.flatMap((one) => faultsOf(`${operationId} ${what}`, schema, one));
        }),
      ),
    ]);
    expect(faults).toEqual([]);
  });

  it('show whole problems of the operation itself, and list their codes', () => {
    const wrong = operations.flatMap((operation) =>
      problemsOf(operation)
        .filter(
          ([status, { type, title, instance, code, errors, retryAfter, ...problem }]) =>
            String(problem.status) !== status ||
            title !== TITLES[status] ||
            type !== `urn:problem:${code}` ||
            instance !== exampleUrl(operation) ||
            (code === 'http.invalid-input' && errors?.length !== 1) ||
            (['429', '503'].includes(status) && !(retryAfter! > 0)) ||
            !operation.responses[status]!.description!.includes(`\`${code}\``),
        )
        .map(([status, { code }]) => `${operation.operationId} ${status} ${code}`),
    );
    expect(wrong).toEqual([]);
    const mute = operations.filter((operation) => {
      const shown = problemsOf(operation).map(([status]) => status);
      return Object.keys(operation.responses).some((status) => /^(404|409|410|422)$/.test(status) && !shown.includes(status));
    });
    expect(named(mute)).toEqual([]);
  });

  it('ask for nothing that has a default', () => {
    const asking = operations.filter(({ parameters = [] }) =>
      parameters.some(({ schema, required }) => schema.default !== undefined && required),
    );
    expect(named(asking)).toEqual([]);
    const schemas = Object.entries(document.components['schemas'] ?? {}) as [string, Schema][];
    const needed = schemas.flatMap(([name, { properties = {}, required = [] }]) =>
      required.filter((field) => properties[field]?.default !== undefined).map((field) => `${name}.${field}`),
    );
    expect(needed).toEqual([]);
  });

  it('tell of the headers that matter', () => {
    const lacking = (status: RegExp, header: string, of: Operation[] = operations): string[] =>
      named(
        of.filter(({ responses }) =>
          Object.entries(responses).some(([own, { headers }]) => status.test(own) && headers?.[header] === undefined),
        ),
      );
    expect(lacking(/^201$/, 'Location')).toEqual([]);
    expect(lacking(/^(429|503)$/, 'Retry-After')).toEqual([]);
    const idempotent = operations.filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'Idempotency-Key'));
    expect(idempotent.length).toBeGreaterThan(4);
    expect(lacking(/^201$/, 'Idempotent-Replayed', idempotent)).toEqual([]);
  });

  it('count in whole numbers', () => {
    const fractional = [...JSON.stringify(document).matchAll(/"(\w+)":\{[^{}]*"type":"number"/g)].map(([, field]) => field);
    expect(fractional.sort()).toEqual(['minutes', 'offsetSeconds']);
  });

  describe('show what really comes back', () => {
    const ask = async (operation: Operation, options: RequestOptions & { query?: Record<string, string> } = {}): Promise<string[]> => {
      const { method, operationId, responses, requestBody } = operation;
      const [[type, media] = []] = Object.entries(requestBody?.content ?? {});
      const isForm = type === 'application/x-www-form-urlencoded';
      const answer = await system.call(method.toUpperCase(), `/${exampleUrl(operation)}?${new URLSearchParams(options.query).toString()}`, {
        body: isForm ? new URLSearchParams(media!.example as Record<string, string>).toString() : media?.example,
        headers: isForm ? { 'content-type': type } : {},
        ...options,
      });
      const what = `${operationId} ${answer.status} ${JSON.stringify(answer.body)}`;
      const documented = responses[answer.status];
      if (documented === undefined) return [what];
      const { [PROBLEM]: problems, 'application/json': json } = documented.content ?? {};
      if (problems === undefined) return json === undefined ? [] : faultsOf(what, json.schema, answer.body);
      const shown = problems.examples?.[answer.body.code]?.value;
      return JSON.stringify({ ...shown, requestId: '' }) === JSON.stringify({ ...answer.body, requestId: '' }) ? [] : [what];
    };
    const inTurn = async (asked: Operation[], how: (operation: Operation) => Promise<string[]>): Promise<string[]> => {
      const untold: string[] = [];
      for (const operation of asked) untold.push(...(await how(operation)));
      return untold;
    };
    const api = (): Operation[] => operations.filter(({ path }) => path.startsWith('/api/'));
    const taking = (type: string): Operation[] =>
      api().filter(({ path, requestBody }) => !path.includes('/webhooks/') && requestBody?.content[type]);
    const query = ({ parameters = [] }: Operation): Record<string, string> =>
      // A cursor is of one list only.
      Object.fromEntries(
        parameters.filter((one) => one.in === 'query' && one.name !== 'cursor').map((one) => [one.name, String(one.example)]),
      );

    it('with and without a token, when everything is asked for as the examples say', async () => {
      const token = await system.adminToken();
      expect(await inTurn(api(), (operation) => ask(operation, { query: query(operation) }))).toEqual([]);
      expect(await inTurn(api(), (operation) => ask(operation, { token, query: query(operation) }))).toEqual([]);
      expect(
        await inTurn(api(), (operation) => (operation.path.endsWith('/stripe') ? Promise.resolve([]) : ask(operation, { token: 'bad' }))),
      ).toEqual([]);
    });

    it('when a customer asks for what is the admins’', async () => {
      const { token } = await system.registerCustomer();
      const forAdmins = api().filter(({ responses }) => responses['403'] !== undefined);
      expect(forAdmins.length).toBeGreaterThan(20);
      expect(await inTurn(forAdmins, (operation) => ask(operation, { token }))).toEqual([]);
    });

    it('when the request is malformed', async () => {
      const token = await system.adminToken();
      const paged = api().filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'limit'));
      const json = taking('application/json');
      expect(paged.length + json.length).toBeGreaterThan(20);
      expect(await inTurn(paged, (operation) => ask(operation, { token, query: { limit: '101' } }))).toEqual([]);
      const unknown = ({ requestBody }: Operation): object => ({
        ...(requestBody!.content['application/json']!.example as object),
        colour: 'red',
      });
      expect(await inTurn(json, (operation) => ask(operation, { token, body: unknown(operation) }))).toEqual([]);
      const headers = { 'content-type': 'application/json' };
      expect(await inTurn(json, (operation) => ask(operation, { token, body: '{', headers }))).toEqual([]);
      expect(await inTurn(json, (operation) => ask(operation, { token, body: ' '.repeat(101 * 1_024), headers }))).toEqual([]);
      expect(await inTurn(json, (operation) => ask(operation, { token, body: '{}', headers: { 'content-type': 'text/plain' } }))).toEqual(
        [],
      );
    });
  });

  it('take a token from the Authorize form wherever one is wanted', () => {
    const wanting = operations.filter(({ security = [] }) => security.length > 0);
    expect(wanting.length).toBeGreaterThan(20);
    expect(named(wanting.filter(({ security = [] }) => !security.some((way) => 'oauth2' in way)))).toEqual([]);
  });

  it('lead nowhere: every reference has its target', () => {
    const broken = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)]
      .map(([, reference]) => reference!)
      .filter((reference) => {
        const parts = reference.slice(2).split('/');
        return (
          parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/')], document) ===
          undefined
        );
      });
    expect(broken).toEqual([]);
  });

  it('keep to JSON Schema 2020-12: no `nullable`, as OpenAPI 3.0 had it', () => {
    const old: string[] = [];
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'nullable' && typeof inner === 'boolean') old.push(at);
        look(inner, `${at}/${name}`);
      }
    };
    look(document, '');
    expect(old).toEqual([]);
  });

  it('describe every field, and show most of them by example', () => {
    const schemas = Object.entries(document.components['schemas'] ?? {}) as [string, { properties?: Record<string, object> }][];
    const empty = schemas.filter(([, { properties }]) => properties !== undefined && Object.keys(properties).length === 0);
    expect(empty.map(([name]) => name)).toEqual([]);
    const untyped = schemas.flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, schema]) => !['type', '$ref', 'allOf', 'oneOf', 'anyOf', 'enum'].some((key) => key in schema))
        .map(([field]) => `${name}.${field}`),
    );
    expect(untyped).toEqual([]);
  });

  it.each(['//docs', '//redoc'])('are readable at %s without the outside world', async (path) => {
    const page = await system.get<string>(path);
    expect(page).toMatchObject({ status: 200 });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const references = [...page.body.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(reference).not.toMatch(/^(https?:)?\/\//);
      if (reference.startsWith('data:')) continue;
      const { pathname } = new URL(reference, `${system.url}${path.slice(1)}`);
      const part = await fetch(`${system.url}${pathname}`);
      await part.arrayBuffer();
      expect([reference, part.status]).toEqual([reference, 200]);
    }
    // Whatever a script would like to fetch from elsewhere, the browser refuses.
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
  });

  it('are there as JSON and YAML', async () => {
    expect((await system.get('//docs/openapi.json')).headers.get('content-type')).toMatch(/^application\/json/);
    expect((await system.get<string>('//docs/openapi.yaml')).body).toMatch(/^openapi: ['"]?3\.1/);
  });
});
