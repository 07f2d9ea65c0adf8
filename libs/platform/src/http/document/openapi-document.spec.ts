import type { OpenAPIObject } from '@nestjs/swagger';
import { NotFound } from '@app/kernel/domain-error.js';
import { completeDocument } from './openapi-document.js';
import { problemsOf } from '../problems/problems.js';

const ID = '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12';
const SNACK = { $ref: '#/components/schemas/Snack' };

interface CompletedOperation {
  readonly parameters: readonly object[];
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, { headers?: object; content: Record<string, { example?: object; examples?: object }> }>>;
  readonly schemas: { readonly Snack: { readonly required: readonly string[] } };
}

function completed(operation: object): CompletedOperation {
  const schemas = {
    Price: { type: 'object', properties: { amount: { type: 'number', example: 450 } } },
    Snack: {
      type: 'object',
      properties: {
        id: { type: 'string', example: ID },
        size: { enum: ['small', 'large'], type: 'string' },
        salted: { type: 'boolean', default: true },
        price: { description: 'With tax.', allOf: [{ $ref: '#/components/schemas/Price' }] },
        toppings: { type: 'array', items: { type: 'string', example: 'butter' } },
        eatenAt: { type: ['string', 'null'] },
        taste: { anyOf: [{ type: 'object' }, { type: 'null' }] },
        note: { type: 'string' },
      },
      required: ['id', 'salted'],
    },
  };
  const document = { paths: { '/api/v1/snacks/{id}': { get: { responses: {}, ...operation } } }, components: { schemas } };
  completeDocument(document as unknown as OpenAPIObject);
  return { ...document.paths['/api/v1/snacks/{id}'].get, schemas } as unknown as CompletedOperation;
}
const PROBLEM = 'application/problem+json';
const exampleOf = ({ responses }: CompletedOperation): unknown => responses[200]?.content['application/json']?.example;
const answers = (status: number, schema: object = SNACK) => ({
  responses: { [status]: { content: { 'application/json': { schema } } } },
});
const idInPath = () => ({ name: 'id', in: 'path', required: true, schema: { type: 'string' } });

describe('completeDocument', () => {
  it('the example of a body is made of the examples of its fields', () => {
    const whole = { id: ID, size: 'small', salted: true, price: { amount: 450 }, toppings: ['butter'], eatenAt: null, taste: null };
    expect(exampleOf(completed(answers(200)))).toEqual(whole);
    expect(exampleOf(completed({ ...answers(200), 'x-example': { size: 'large' } }))).toEqual({ ...whole, size: 'large' });
  });

  it('an explicit example of null is kept', () => {
    const shown = (own: object) => exampleOf(completed(answers(200, { properties: { until: { type: 'string', ...own } } })));
    expect(shown({ example: null })).toEqual({ until: null });
    expect(shown({ example: null, default: 'noon' })).toEqual({ until: null });
    expect(shown({ default: 'noon' })).toEqual({ until: 'noon' });
    expect(shown({})).toEqual({});
    const whole = { content: { 'application/json': { schema: SNACK, example: null } } };
    expect(exampleOf(completed({ responses: { 200: whole } }))).toBeNull();
  });

  it('a field with a default is optional, and a number is a whole number', () => {
    const limit = { name: 'limit', in: 'query', required: true, schema: { type: 'number', default: 20 } };
    const { parameters, schemas } = completed({ parameters: [limit] });
    expect(parameters).toEqual([{ ...limit, required: false, schema: { type: 'integer', default: 20 } }]);
    expect(schemas.Snack.required).toEqual(['id']);
  });

  it('the security of an operation follows from its access', () => {
    const securityFor = (access: string | object) => completed({ 'x-access': access }).security;
    const tokens = [{ bearer: [] }, { oauth2: [] }];
    expect(securityFor('public')).toEqual([]);
    expect(securityFor('optional')).toEqual([{}, ...tokens]);
    expect([securityFor('user'), completed({}).security, securityFor({ right: 'snacks.eat' })]).toEqual([tokens, tokens, tokens]);
    expect(securityFor({ right: 'snacks.eat', scope: 'snacks:eat' })).toEqual([...tokens, { apiKey: [] }]);
  });

  it('401 follows from the access of an operation, and 429 from its rate limit', () => {
    const codesOf = (status: number, operation: object) => {
      const [problem] = Object.values(completed(operation).responses[status]?.content ?? {});
      return Object.keys(problem?.examples ?? {});
    };
    const unfit = ['auth.bad-token', 'auth.token-expired', 'auth.foreign-token', 'auth.token-revoked'];
    const codesFor = (access: string | object) => codesOf(401, { 'x-access': access });
    expect([codesFor('public'), codesFor('optional')]).toEqual([[], unfit]);
    expect([codesFor('user'), codesFor({ right: 'snacks.eat' })]).toEqual(Array(2).fill([...unfit, 'auth.token-missing']));
    expect(codesFor({ right: 'snacks.eat', scope: 'snacks:eat' })).toContain('auth.api-key-revoked');
    expect([codesOf(429, { 'x-rate-limited': true }), codesOf(429, {})]).toEqual([['http.too-many-requests'], []]);
  });

  it('an id in the path has the example of the id in the answer', () => {
    const { parameters } = completed({ ...answers(200), parameters: [idInPath()] });
    expect(parameters[0]).toMatchObject({ schema: { format: 'uuid' }, example: ID });
  });

  it('201 documents its Location and Idempotent-Replayed headers', () => {
    const key = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } };
    const { responses } = completed({ ...answers(201), parameters: [key], 'x-location': '/snacks/:id' });
    expect(responses[201]?.headers).toMatchObject({ Location: { example: `/api/v1/snacks/${ID}` }, 'Idempotent-Replayed': {} });
    expect(Object.keys(responses[422]?.content[PROBLEM]?.examples ?? {})).toEqual(['platform.idempotency-key-reused']);
  });

  it('201 of a resource with versions documents its ETag, any other does not', () => {
    const headersOf = (isVersioned: boolean) => completed({ ...answers(201), 'x-location': '/snacks/:id', 'x-versioned': isVersioned });
    expect(headersOf(true).responses[201]?.headers).toHaveProperty('ETag');
    expect(headersOf(false).responses[201]?.headers).not.toHaveProperty('ETag');
  });

  it('each refusal is documented as it is answered at this path', () => {
    const own = problemsOf([new NotFound('snacks.not-found', 'There is no such snack.')]);
    const { responses } = completed({ ...answers(200), parameters: [idInPath()], 'x-problems': own });
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '404', '503']);
    expect(responses[404]).toMatchObject({
      description: 'Not there, or not yours. Codes: `snacks.not-found`.',
      content: {
        'application/problem+json': { examples: { 'snacks.not-found': { value: { status: 404, instance: `/api/v1/snacks/${ID}` } } } },
      },
    });
    expect(responses[401]?.headers).toMatchObject({ 'WWW-Authenticate': { example: expect.stringContaining('invalid_token') as string } });
    expect(responses[503]?.headers).toMatchObject({ 'Retry-After': { example: 2 } });
  });

  it('no hint of a decorator stays in the document', () => {
    expect(JSON.stringify(completed({ 'x-problems': [], 'x-example': {}, 'x-location': '/' }))).not.toContain('"x-');
  });
});
