import type { RequestOptions } from '../support/http-client.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { FORM, type Operation, PROBLEM, type Problem, SchemaCheck, apiOperations, exampleUrl, namesOf, readOpenApi } from './openapi.js';

const TITLES: Readonly<Record<string, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

describe('The examples of the OpenAPI document', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql' });
  let operations: Operation[];
  let schemas: SchemaCheck;

  beforeAll(async () => {
    const openApi = await readOpenApi(system.api);
    operations = openApi.operations;
    schemas = new SchemaCheck(openApi.document);
  });

  it('every required parameter and every JSON or form body has an example', () => {
    const faults = operations.flatMap(({ operationId, parameters = [], requestBody, responses }) => [
      // Swagger UI sends the example of an optional parameter, too, so such a parameter needs none.
      ...parameters
        .filter(({ required, example }) => required || example !== undefined)
        .flatMap(({ name, schema, example }) => schemas.faultsOf(`${operationId} ${name}`, schema, example)),
      ...Object.entries({ request: requestBody, ...responses }).flatMap(([part, body]) =>
        Object.entries(body?.content ?? {}).flatMap(([type, { schema, example, examples }]) => {
          // JSON cannot show a file.
          if (type === 'multipart/form-data' || type.startsWith('image/')) return [];
          const values = examples === undefined ? [example] : Object.values(examples).map(({ value }) => value);
          return values.flatMap((value) => schemas.faultsOf(`${operationId} ${part}`, schema, value));
        }),
      ),
    ]);
    expect(faults).toEqual([]);
  });

  it('every error response shows complete problems and lists their codes', () => {
    const problemsOf = ({ responses }: Operation): (readonly [status: string, problem: Problem])[] =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content?.[PROBLEM]?.examples ?? {}).map(({ value }) => [status, value] as const),
      );
    const wrong = operations.flatMap((operation) =>
      problemsOf(operation)
        .filter(
          ([status, { type, title, instance, code, errors, retryAfter, ...problem }]) =>
            String(problem.status) !== status ||
            title !== TITLES[status] ||
            type !== `/problems/${code}` ||
            instance !== exampleUrl(operation) ||
            (code === 'http.invalid-input' && errors?.length !== 1) ||
            (['429', '503'].includes(status) && !(retryAfter! > 0)) ||
            !operation.responses[status]!.description!.includes(`\`${code}\``),
        )
        .map(([status, { code }]) => `${operation.operationId} ${status} ${code}`),
    );
    expect(wrong).toEqual([]);
    const withoutExample = operations.filter((operation) => {
      const shown = problemsOf(operation).map(([status]) => status);
      return Object.keys(operation.responses).some((status) => /^(404|409|410|422)$/.test(status) && !shown.includes(status));
    });
    expect(namesOf(withoutExample)).toEqual([]);
  });

  /** Sends the example request. Returns a line if the response is not documented, does not match its schema or differs from its example. */
  async function send(operation: Operation, options: RequestOptions & { query?: Record<string, string> } = {}): Promise<string[]> {
    const { method, operationId, responses, requestBody } = operation;
    const [[type, media] = []] = Object.entries(requestBody?.content ?? {});
    const isForm = type === FORM;
    const { status, body } = await system.api.call(
      method.toUpperCase(),
      `/${exampleUrl(operation)}?${new URLSearchParams(options.query).toString()}`,
      {
        body: isForm ? new URLSearchParams(media!.example as Record<string, string>).toString() : media?.example,
        headers: isForm ? { 'content-type': type } : {},
        ...options,
      },
    );
    const name = `${operationId} ${status} ${JSON.stringify(body)}`;
    const documented = responses[status];
    if (documented === undefined) return [name];
    const { [PROBLEM]: problems, 'application/json': json } = documented.content ?? {};
    if (problems === undefined) return json === undefined ? [] : schemas.faultsOf(name, json.schema, body);
    const example = problems.examples?.[body.code]?.value;
    return JSON.stringify({ ...example, requestId: '' }) === JSON.stringify({ ...body, requestId: '' }) ? [] : [name];
  }

  async function sendEach(asked: Operation[], request: (operation: Operation) => Promise<string[]>): Promise<string[]> {
    const undocumented: string[] = [];
    for (const operation of asked) undocumented.push(...(await request(operation)));
    return undocumented;
  }

  const takingJson = (): Operation[] =>
    apiOperations(operations).filter(({ path, requestBody }) => !path.includes('/webhooks/') && requestBody?.content['application/json']);

  /** A cursor is left out, because it is valid for one list only. */
  const exampleQuery = ({ parameters = [] }: Operation): Record<string, string> =>
    Object.fromEntries(
      parameters
        .filter((one) => one.in === 'query' && one.name !== 'cursor' && one.example !== undefined)
        .map((one) => [one.name, String(one.example)]),
    );

  const requiredQuery = ({ parameters = [] }: Operation): Record<string, string> =>
    Object.fromEntries(
      parameters.filter(({ in: place, required }) => place === 'query' && required).map(({ name, example }) => [name, String(example)]),
    );

  it('example requests with, without and with a bad token get documented responses', async () => {
    const token = await system.api.adminToken();
    // What is wrong with the schedule of the example depends on the movies and rooms of the cinema.
    const api = apiOperations(operations).filter(({ operationId }) => operationId !== 'importSchedule');
    expect(await sendEach(api, (operation) => send(operation, { query: exampleQuery(operation) }))).toEqual([]);
    expect(await sendEach(api, (operation) => send(operation, { token, query: exampleQuery(operation) }))).toEqual([]);
    const exceptWebhook = api.filter(({ path }) => !path.endsWith('/stripe'));
    expect(await sendEach(exceptWebhook, (operation) => send(operation, { token: 'bad' }))).toEqual([]);
  });

  it('a customer gets the documented 403 for every operation of admins', async () => {
    const { token } = await system.api.registerCustomer();
    const forAdmins = apiOperations(operations).filter(({ responses }) => responses['403'] !== undefined);
    expect(forAdmins.length).toBeGreaterThan(20);
    expect(await sendEach(forAdmins, (operation) => send(operation, { token }))).toEqual([]);
  });

  it('malformed requests get documented responses', async () => {
    const token = await system.api.adminToken();
    const paged = apiOperations(operations).filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'limit'));
    const json = takingJson();
    expect(paged.length + json.length).toBeGreaterThan(20);
    expect(await sendEach(paged, (operation) => send(operation, { token, query: { ...requiredQuery(operation), limit: '101' } }))).toEqual(
      [],
    );
    const withUnknownField = ({ requestBody }: Operation): object => ({
      ...(requestBody!.content['application/json']!.example as object),
      colour: 'red',
    });
    expect(await sendEach(json, (operation) => send(operation, { token, body: withUnknownField(operation) }))).toEqual([]);
    const headers = { 'content-type': 'application/json' };
    expect(await sendEach(json, (operation) => send(operation, { token, body: '{', headers }))).toEqual([]);
    expect(await sendEach(json, (operation) => send(operation, { token, body: ' '.repeat(101 * 1_024), headers }))).toEqual([]);
    const asText = { token, body: '{}', headers: { 'content-type': 'text/plain' } };
    expect(await sendEach(json, (operation) => send(operation, asText))).toEqual([]);
  });
});
