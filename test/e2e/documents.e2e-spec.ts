import { Cluster } from '../support/cluster.js';
import type { HttpClient } from '../support/http-client.js';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: object }[];
  readonly requestBody?: { content: Record<string, { schema?: object }> };
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>;
  readonly security?: readonly object[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const PROBLEM = 'application/problem+json';

describe('The documents', () => {
  let cluster: Cluster;
  let system: HttpClient;
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, object>> };
  let operations: Operation[];

  beforeAll(async () => {
    // Built: the fields are read from the sources by the compiler's plugin.
    cluster = await Cluster.start({ apis: 1, rabbit: false });
    system = cluster.api;
    document = await system.expectOk('GET', '//docs/openapi.json');
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined).map((method) => ({ ...item[method]!, method, path })),
    );
  }, 60_000);
  afterAll(() => cluster.close());

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
