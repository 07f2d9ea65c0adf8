import { type ApiDocument, breakingChanges } from './openapi/breaking-changes.js';
import { staleDeclarations, undeclaredChanges } from './openapi/declared-changes.js';
import type { Schema } from './openapi/schema-changes.js';
import { surfaceOf } from './openapi/surface.js';

const SNACK: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 100 },
    size: { type: 'string', enum: ['small', 'large'] },
    eatenAt: { type: ['string', 'null'], format: 'date-time' },
    price: { $ref: '#/components/schemas/Price' },
    toppings: { type: 'array', items: { type: 'string' }, maxItems: 5 },
  },
  required: ['name', 'price'],
};
const PRICE: Schema = { type: 'object', properties: { amount: { type: 'integer', minimum: 0 } }, required: ['amount'] };
const REFERENCE = { $ref: '#/components/schemas/Snack' };

interface Parts {
  readonly snack?: Schema;
  readonly price?: Schema;
  readonly operation?: object;
}

/** One operation that takes a snack and answers with it. */
function api({ snack = SNACK, price = PRICE, operation = {} }: Parts = {}): ApiDocument {
  const content = { 'application/json': { schema: REFERENCE } };
  const put = { operationId: 'putSnack', requestBody: { content }, responses: { 200: { content } }, security: [], ...operation };
  return { paths: { '/snacks': { put } }, components: { schemas: { Snack: snack, Price: price } } };
}

const changed = (fields: Record<string, Schema>): Parts => ({ snack: { ...SNACK, properties: { ...SNACK.properties, ...fields } } });
const PUT = 'PUT /snacks';
const parameter = (own: object) => ({ operation: { parameters: [{ name: 'q', in: 'query', schema: { type: 'string' }, ...own }] } });

const PROBLEM: Schema = { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' } }, required: ['code'] };
const eaten = (members: Record<string, Schema>): Schema => ({
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    { type: 'object', properties: { code: { type: 'string', const: 'snacks.eaten' }, ...members }, required: Object.keys(members) },
  ],
});
const COLD: Schema = { ...PROBLEM, properties: { code: { type: 'string', const: 'snacks.cold' } } };

/** One operation that refuses with these problems. */
function refusing(status: number, schemas: Record<string, Schema>, type = 'application/problem+json'): ApiDocument {
  const all = Object.keys(schemas).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const content = { [type]: { schema: all.length === 1 ? all[0]! : { oneOf: all } } };
  return {
    paths: { '/snacks': { put: { operationId: 'putSnack', responses: all.length === 0 ? {} : { [status]: { content } } } } },
    components: { schemas: { ...schemas, Problem: PROBLEM } },
  };
}

describe('Breaking changes of the API', () => {
  it.each<[string, Parts, string[]]>([
    ['an operation id', { operation: { operationId: 'setSnack' } }, [`${PUT}: operation id putSnack became setSnack`]],
    ['a token', { operation: { security: [{ bearer: [] }] } }, [`${PUT}: needs a token now`]],
    [
      'a required body',
      { operation: { requestBody: { required: true, content: {} } } },
      [`${PUT} body: application/json removed`, `${PUT}: a body is required now`],
    ],
    ['a new required parameter', parameter({ required: true }), [`${PUT} query parameter q: required now`]],
    ['an answer', { operation: { responses: {} } }, [`${PUT} 200: answer removed`]],
    [
      'a field',
      { snack: { ...SNACK, properties: { name: SNACK.properties!['name']!, price: SNACK.properties!['price']! } } },
      [
        `${PUT} 200.eatenAt: field of the answer removed`,
        `${PUT} 200.size: field of the answer removed`,
        `${PUT} 200.toppings: field of the answer removed`,
        `${PUT} body.eatenAt: field of the request removed`,
        `${PUT} body.size: field of the request removed`,
        `${PUT} body.toppings: field of the request removed`,
      ],
    ],
    [
      'a required field',
      { snack: { ...SNACK, required: ['name', 'price', 'size'] } },
      [`${PUT} body.size: field of the request is required now`],
    ],
    ['an optional field', { snack: { ...SNACK, required: ['price'] } }, [`${PUT} 200.name: field of the answer may be missing now`]],
    [
      'an enum value',
      changed({ size: { type: 'string', enum: ['small'] } }),
      [`${PUT} 200.size: value "large" removed`, `${PUT} body.size: value "large" removed`],
    ],
    [
      'a bound',
      changed({ name: { type: 'string', maxLength: 50, minLength: 2 } }),
      [`${PUT} body.name: maxLength 100 became 50`, `${PUT} body.name: minLength none became 2`],
    ],
    [
      'a bound of a list',
      changed({ toppings: { type: 'array', items: { type: 'string' }, maxItems: 3 } }),
      [`${PUT} body.toppings: maxItems 5 became 3`],
    ],
    [
      'the type of an item',
      changed({ toppings: { type: 'array', items: { type: 'integer' }, maxItems: 5 } }),
      [`${PUT} 200.toppings[]: type string became integer`, `${PUT} body.toppings[]: type string became integer`],
    ],
    [
      'null in a request',
      changed({ eatenAt: { type: 'string', format: 'date-time' } }),
      [`${PUT} body.eatenAt: type string|null became string`],
    ],
    [
      'null in an answer',
      changed({ name: { type: ['string', 'null'], maxLength: 100 } }),
      [`${PUT} 200.name: type string became string|null`],
    ],
    [
      'a field behind a reference',
      { price: { ...PRICE, properties: {} } },
      [`${PUT} 200.price.amount: field of the answer removed`, `${PUT} body.price.amount: field of the request removed`],
    ],
  ])('a change of %s is found', (_, parts, expected) => {
    expect(breakingChanges(api(), api(parts))).toEqual(expected);
  });

  it('a removed operation and a removed parameter are found', () => {
    expect(breakingChanges(api(), { paths: {} })).toEqual([`${PUT}: removed`]);
    expect(breakingChanges(api(parameter({})), api())).toEqual([`${PUT} query parameter q: removed`]);
  });

  it('another name of a path parameter is found, and hides no other change', () => {
    const at = (name: string, schema: Schema): ApiDocument => {
      const get = { operationId: 'getSnack', parameters: [{ name, in: 'path', required: true, schema }], responses: {} };
      return { paths: { [`/snacks/{${name}}`]: { get } } };
    };
    const [text, short] = [{ type: 'string' }, { type: 'string', maxLength: 5 }];
    const renamed = 'GET /snacks/{snackId} path parameter snackId: became id';
    expect(breakingChanges(at('snackId', text), at('id', text))).toEqual([renamed]);
    expect(breakingChanges(at('snackId', text), at('id', short))).toEqual([
      'GET /snacks/{snackId} path parameter id: maxLength none became 5',
      renamed,
    ]);
  });

  it.each<[string, Parts]>([
    ['a new optional field', changed({ crunchy: { type: 'boolean' } })],
    ['a new enum value', changed({ size: { type: 'string', enum: ['small', 'large', 'huge'] } })],
    ['a wider bound', changed({ name: { type: 'string', maxLength: 200 } })],
    ['a new optional parameter', parameter({})],
    ['another description', { operation: { summary: 'Other words' } }],
    [
      'a named enum in the place of the same values',
      {
        ...changed({ size: { allOf: [{ type: 'string', enum: ['large', 'small'] }] } }),
      },
    ],
    [
      'a nullable reference in the place of null',
      changed({ eatenAt: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] } }),
    ],
  ])('%s breaks nobody', (_, parts) => {
    expect(breakingChanges(api(), api(parts))).toEqual([]);
  });

  it.each<[string, ApiDocument, string[]]>([
    ['a code', refusing(409, { Cold: COLD }), [`${PUT} 409: problem snacks.eaten removed`]],
    ['every code', refusing(409, {}), [`${PUT} 409: problem snacks.cold removed`, `${PUT} 409: problem snacks.eaten removed`]],
    [
      'the status of codes',
      refusing(422, { Eaten: eaten({ eatenAt: { type: 'string' } }), Cold: COLD }),
      [`${PUT} 409: problem snacks.cold removed`, `${PUT} 409: problem snacks.eaten removed`],
    ],
    ['a member', refusing(409, { Eaten: eaten({}), Cold: COLD }), ['problem snacks.eaten.eatenAt: field of the answer removed']],
    [
      'the type of a member',
      refusing(409, { Eaten: eaten({ eatenAt: { type: 'integer' } }), Cold: COLD }),
      ['problem snacks.eaten.eatenAt: type string became integer'],
    ],
    [
      'the media type of a refusal',
      refusing(409, { Eaten: eaten({ eatenAt: { type: 'string' } }), Cold: COLD }, 'application/json'),
      [`${PUT} 409: problem snacks.cold removed`, `${PUT} 409: problem snacks.eaten removed`],
    ],
  ])('a change of %s among the problems is found', (_, after, expected) => {
    const before = refusing(409, { Eaten: eaten({ eatenAt: { type: 'string' } }), Cold: COLD });
    expect(breakingChanges(before, after)).toEqual(expected);
    expect(breakingChanges(surfaceOf(before) as ApiDocument, after)).toEqual(expected);
  });

  it('a further problem, and a further member of one, break nobody', () => {
    const after = refusing(409, { Eaten: eaten({ eatenAt: { type: 'string' }, by: { type: 'string' } }), Cold: COLD });
    expect(breakingChanges(refusing(409, { Eaten: eaten({ eatenAt: { type: 'string' } }) }), after)).toEqual([]);
  });

  it('a refusal that is no problem keeps its fields', () => {
    const [before, after] = [{ Refusal: SNACK }, { Refusal: PRICE }].map((schemas) => refusing(400, schemas, 'application/json'));
    expect(breakingChanges(before!, before!)).toEqual([]);
    expect(breakingChanges(before!, after!)).toContain(`${PUT} 400.name: field of the answer removed`);
  });

  it('schemas that refer to each other end', () => {
    const tree: Schema = { type: 'object', properties: { child: REFERENCE } };
    expect(breakingChanges(api({ snack: tree }), api({ snack: tree }))).toEqual([]);
  });

  it('a change is declared by its own words, and a needless declaration is found', () => {
    const declared = { 'It was never used.': ['GET /a: removed', 'GET /c: removed'] };
    expect(undeclaredChanges(['GET /a: removed', 'GET /b: removed'], declared)).toEqual(['GET /b: removed']);
    expect(staleDeclarations(['GET /a: removed', 'GET /b: removed'], declared)).toEqual(['GET /c: removed']);
  });

  it('a change of what every problem has is declared once', () => {
    const declared = { 'Not needed.': ['problem *.requestId: removed'] };
    const changes = [
      'problem movies.movie-not-found.requestId: removed',
      'problem movies.movie-not-found.title: removed',
      'GET /a: removed',
    ];
    expect(undeclaredChanges(changes, declared)).toEqual(changes.slice(1));
    expect(staleDeclarations(changes, declared)).toEqual([]);
  });

  it('the stored surface keeps fields that are named like a text', () => {
    const snack: Schema = { type: 'object', properties: { description: { type: 'string' } } };
    const surface = surfaceOf({ ...api({ snack }), info: { description: 'Snacks' } });
    expect(breakingChanges(surface as ApiDocument, api({ snack }))).toEqual([]);
    expect(breakingChanges(surface as ApiDocument, api({ snack: { type: 'object', properties: {} } }))).toHaveLength(2);
  });
});
