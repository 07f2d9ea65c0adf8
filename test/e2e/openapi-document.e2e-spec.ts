import { SCHEMA_TEXTS } from '../../apps/api-bounds.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import {
  type DocumentedResponse,
  type OpenApiDocument,
  type Operation,
  PROBLEM,
  type Schema,
  apiOperations,
  namesOf,
  readOpenApi,
} from './openapi.js';

describe('The OpenAPI document', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql' });
  let document: OpenApiDocument;
  let operations: Operation[];

  beforeAll(async () => {
    ({ document, operations } = await readOpenApi(system.api));
  });

  const responsesWith = ({ responses }: Operation, status: RegExp): [string, DocumentedResponse][] =>
    Object.entries(responses).filter(([each]) => status.test(each));

  it('the whole API is described in OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(operations.length).toBeGreaterThan(40);
    for (const path of Object.keys(document.paths)) expect(path).toMatch(/^\/(api\/v1|sandbox)\//);
  });

  it('every operation has a summary and one tag', () => {
    expect(namesOf(operations.filter(({ summary }) => !/^[A-Z“"].*[^.]$/.test(summary ?? '')))).toEqual([]);
    expect(namesOf(operations.filter(({ tags }) => tags?.length !== 1))).toEqual([]);
  });

  it('every operation has a description, and every success a text', () => {
    expect(namesOf(operations.filter(({ description = '' }) => description === ''))).toEqual([]);
    const silent = operations.filter((operation) => responsesWith(operation, /^[23]/).some(([, response]) => !response.description));
    expect(namesOf(silent)).toEqual([]);
  });

  it('every operation says who may call it, and public ones that everybody may', () => {
    expect(namesOf(operations.filter(({ security }) => security === undefined))).toEqual([]);
    expect(operations.find(({ operationId }) => operationId === 'listMovies')?.security).toEqual([]);
  });

  it('every tag is declared with a text', () => {
    const declared = (document.tags ?? []).filter(({ description }) => description !== '').map(({ name }) => name);
    const used = new Set(operations.flatMap(({ tags = [] }) => tags));
    expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
    expect(document.servers).toEqual([{ url: '/' }]);
  });

  it('every enum that is listed with a name is a schema of the document', () => {
    expect(Object.keys(SCHEMA_TEXTS.enums).filter((name) => document.components.schemas[name]?.enum === undefined)).toEqual([]);
  });

  it('every operation has an id of its own that begins with a verb', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z0-9]*)*$/.test(id ?? ''))).toEqual([]);
  });

  it('every parameter in a path is described', () => {
    const incomplete = operations.filter(({ path, parameters = [] }) =>
      [...path.matchAll(/\{(\w+)\}/g)].some(
        ([, name]) => !parameters.some((parameter) => parameter.in === 'path' && parameter.name === name && parameter.required === true),
      ),
    );
    expect(namesOf(incomplete)).toEqual([]);
  });

  it('every operation has a success response, with a schema if it has a body', () => {
    expect(namesOf(operations.filter((operation) => responsesWith(operation, /^[23]/).length === 0))).toEqual([]);
    const withoutSchema = operations.filter((operation) =>
      responsesWith(operation, /^20[01]$/).some(
        ([, { content }]) => !Object.values(content ?? {}).some(({ schema }) => schema !== undefined),
      ),
    );
    expect(namesOf(withoutSchema)).toEqual([]);
  });

  it('every operation lists its possible errors, each as a problem', () => {
    const api = apiOperations(operations);
    const lacks = (operation: Operation, status: string): boolean => operation.responses[status] === undefined;
    expect(namesOf(api.filter((operation) => lacks(operation, '503')))).toEqual([]);
    expect(namesOf(api.filter((operation) => operation.requestBody !== undefined && lacks(operation, '400')))).toEqual([]);
    expect(
      namesOf(api.filter((operation) => operation.security !== undefined && operation.security.length > 0 && lacks(operation, '401'))),
    ).toEqual([]);
    expect(namesOf(api.filter((operation) => /\{\w+\}/.test(operation.path) && lacks(operation, '404')))).toEqual([]);
    const otherFormats = api.filter(
      (operation) =>
        operation.path !== '/api/v1/auth/access-token' &&
        responsesWith(operation, /^[45]/).some(([, { content }]) => content?.[PROBLEM] === undefined),
    );
    expect(namesOf(otherFormats)).toEqual([]);
  });

  it('no parameter or field with a default is required', () => {
    const demanding = operations.filter(({ parameters = [] }) =>
      parameters.some(({ schema, required }) => schema.default !== undefined && required),
    );
    expect(namesOf(demanding)).toEqual([]);
    const fields = Object.entries(document.components.schemas).flatMap(([name, { properties = {}, required = [] }]) =>
      required.filter((field) => properties[field]?.default !== undefined).map((field) => `${name}.${field}`),
    );
    expect(fields).toEqual([]);
  });

  it('the headers Location, Retry-After and Idempotent-Replayed are described', () => {
    const without = (header: string, status: RegExp, among = operations): string[] =>
      namesOf(among.filter((operation) => responsesWith(operation, status).some(([, { headers }]) => headers?.[header] === undefined)));
    expect(without('Location', /^201$/)).toEqual([]);
    expect(without('Retry-After', /^(429|503)$/)).toEqual([]);
    const idempotent = operations.filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'Idempotency-Key'));
    expect(idempotent.length).toBeGreaterThan(4);
    expect(without('Idempotent-Replayed', /^2/, idempotent)).toEqual([]);
  });

  it('only shares, distances and the sandbox clock are fractional numbers', () => {
    const fractional = [...JSON.stringify(document).matchAll(/"(\w+)":\{[^{}]*"type":"number"/g)].map(([, field]) => field);
    expect([...new Set(fractional)].sort()).toEqual(['minutes', 'occupancy', 'offsetSeconds', 'seatsAway']);
  });

  it('a local time says that it has no offset, and its example has none', () => {
    const places = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, schema]) => (/Local$/.test(field) ? [[`${name}.${field}`, schema] as const] : [])),
    );
    expect(places.length).toBeGreaterThan(3);
    for (const [name, { description, example }] of places)
      expect([name, description, example]).toEqual([
        name,
        expect.stringMatching(/local time of the theatre.*without an offset/),
        expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      ]);
  });

  it('every operation that needs a token takes it from the Authorize form', () => {
    const secured = operations.filter(({ security = [] }) => security.length > 0);
    expect(secured.length).toBeGreaterThan(20);
    expect(namesOf(secured.filter(({ security = [] }) => !security.some((scheme) => 'oauth2' in scheme)))).toEqual([]);
  });

  it('every member of a problem is typed and described', async () => {
    const list = await system.api.expectOk('GET', '//problems');
    const codes = (list as { data: { code: string }[] }).data.map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(75);
    const incomplete: string[] = [];
    for (const code of codes) {
      const { members } = (await system.api.expectOk('GET', `//problems/${code}`)) as { members: Record<string, Schema> };
      for (const [name, { type, $ref, allOf, description }] of Object.entries(members))
        if ((type ?? $ref ?? allOf) === undefined || description === undefined) incomplete.push(`${code}.${name}`);
    }
    expect(incomplete).toEqual([]);
  });

  it('a problem code has a page for people, without a request to anywhere', async () => {
    const headers = { accept: 'text/html' };
    const page = await system.api.get<string>('//problems/reservations.seats-taken', { headers });
    expect(page).toMatchObject({ status: 200 });
    expect(page.body).toContain('conflictingSeats');
    expect(page.body).not.toMatch(/<script|https?:/);
    expect(await system.api.get('//problems/reservations.no-such-code')).toMatchObject({ status: 404, body: { code: 'http.not-found' } });
  });

  it('the events have a page and a document, without a request to anywhere', async () => {
    const page = await system.api.get<string>('//docs/events');
    expect(page).toMatchObject({ status: 200 });
    expect(page.body).toContain('reservations.seats-held.v1');
    expect(page.body).not.toMatch(/<script|https?:/);
    expect(await system.api.expectOk('GET', '//docs/events/asyncapi.json')).toMatchObject({ asyncapi: '3.0.0' });
  });

  it('every reference has a target', () => {
    const targetOf = (reference: string): unknown =>
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/')], document);
    const broken = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)]
      .map(([, reference]) => reference!)
      .filter((reference) => targetOf(reference) === undefined);
    expect(broken).toEqual([]);
  });

  it('no schema uses `nullable`, which only OpenAPI 3.0 had', () => {
    const found: string[] = [];
    const search = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'nullable' && typeof inner === 'boolean') found.push(path);
        search(inner, `${path}/${name}`);
      }
    };
    search(document, '');
    expect(found).toEqual([]);
  });

  it('every schema has fields, and every field a type', () => {
    const schemas = Object.entries(document.components.schemas);
    const empty = schemas.filter(([, { properties }]) => properties !== undefined && Object.keys(properties).length === 0);
    expect(empty.map(([name]) => name)).toEqual([]);
    const untyped = schemas.flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, schema]) => !['type', '$ref', 'allOf', 'oneOf', 'anyOf', 'enum'].some((key) => key in schema))
        .map(([field]) => `${name}.${field}`),
    );
    expect(untyped).toEqual([]);
  });

  it.each(['//docs', '//redoc'])('the page at %s loads nothing from other servers', async (path) => {
    const page = await system.api.get<string>(path);
    expect(page).toMatchObject({ status: 200 });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page.body).toMatch(/<title>Movie reservation( API)?<\/title>/);
    const references = [...page.body.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(reference).not.toMatch(/^(https?:)?\/\//);
      if (reference.startsWith('data:')) continue;
      const { pathname } = new URL(reference, `${system.api.url}${path.slice(1)}`);
      const part = await fetch(`${system.api.url}${pathname}`);
      await part.arrayBuffer();
      expect([reference, part.status]).toEqual([reference, 200]);
    }
    // The browser refuses what a script would load from elsewhere.
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
  });

  it('Swagger UI keeps the authorization, and asks no other server about the document', async () => {
    const { body } = await system.api.get<string>('//docs/start.js');
    expect(body).toContain('"persistAuthorization":true');
    expect(body).toContain('"validatorUrl":null');
    expect(body).not.toMatch(/https?:/);
  });

  it('the bundle of ReDoc, as it is served, asks no CDN', async () => {
    const { status, body } = await system.api.get<string>('//redoc/redoc.standalone.js');
    expect(status).toBe(200);
    expect(body.length).toBeGreaterThan(500_000);
    expect(body).not.toMatch(/cdn\./);
  });

  it('the document is served as JSON and as YAML', async () => {
    expect((await system.api.get('//docs/openapi.json')).headers.get('content-type')).toMatch(/^application\/json/);
    expect((await system.api.get<string>('//docs/openapi.yaml')).body).toMatch(/^openapi: ['"]?3\.1/);
  });
});
