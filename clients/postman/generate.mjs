// Prints a Postman collection (format 2.1, which Bruno and Insomnia import) made of docs/openapi.json: `node clients/postman/generate.mjs [DOCUMENT]`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
/** After a login the collection keeps the tokens for the requests that need one. */
const KEEP_TOKENS = [
  'const answer = pm.response.code === 200 ? pm.response.json() : {};',
  "for (const name of ['accessToken', 'refreshToken']) if (answer[name]) pm.collectionVariables.set(name, answer[name]);",
];
/** Of one year: a showtime starts on the second, its sales open on the first. Once they are over they are refused, so each request puts the year in. */
const DAYS_AHEAD = /2026(?=-12-(?:01|24))/g;
const SET_YEAR_AHEAD = [
  'const now = new Date();',
  'const isSoon = Date.UTC(now.getUTCFullYear(), 11, 1) - now.getTime() < 30 * 86400000;',
  "pm.collectionVariables.set('yearAhead', String(now.getUTCFullYear() + (isSoon ? 1 : 0)));",
];
/** After a list or a creation the collection keeps an id, so that the next request is about something that is there. */
const keepId = (variable) => [
  'const answer = pm.response.code < 300 ? pm.response.json() : {};',
  'const id = answer.id || (answer.data && answer.data[0] && answer.data[0].id);',
  `if (id) pm.collectionVariables.set('${variable}', id);`,
];

const [file = join(import.meta.dirname, '../../docs/openapi.json')] = process.argv.slice(2);
const { info, tags, paths } = JSON.parse(readFileSync(file, 'utf8'));

const operations = Object.entries(paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ ...item[method], method, path })),
);
/** `/rooms/{id}`, `/payments/{paymentId}`: which things have ids in paths, by the name of their collection. */
const variableOf = (collection) =>
  `${collection
    .replace(/^deliveries$/, 'delivery')
    .replace(/s$/, '')
    .replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase())}Id`;
const idVariables = new Map(
  operations.flatMap(({ path, parameters = [] }) =>
    [...path.matchAll(/([\w-]+)\/\{(\w+)\}/g)]
      .map(([, name, parameter]) => [name, parameters.find((each) => each.name === parameter)])
      .filter(([, parameter]) => parameter?.schema.format === 'uuid')
      .map(([name, { example }]) => [variableOf(name), String(example)]),
  ),
);
const collection = {
  info: { name: info.title, description: info.description, schema: SCHEMA },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] },
  event: [{ listen: 'prerequest', script: { type: 'text/javascript', exec: SET_YEAR_AHEAD } }],
  variable: [
    { key: 'baseUrl', value: 'http://127.0.0.1:3000' },
    { key: 'accessToken', value: '' },
    { key: 'refreshToken', value: '' },
    { key: 'yearAhead', value: '2026' },
    ...[...idVariables].map(([key, value]) => ({ key, value })),
  ],
  item: tags
    .map(({ name, description }) => ({ name, description, item: operations.filter((operation) => operation.tags[0] === name).map(itemOf) }))
    .filter(({ item }) => item.length > 0),
};
process.stdout.write(`${JSON.stringify(collection, null, 2)}\n`);

function itemOf({ operationId, summary, description, method, path, parameters = [], requestBody, security, responses }) {
  const of = (place) => parameters.filter((parameter) => parameter.in === place);
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const script = scriptOf({ operationId, method, path });
  return {
    name: summary,
    // An id of its own that stays: a tool that syncs finds the request again.
    id: operationId,
    ...(script === null ? {} : { event: [{ listen: 'test', script: { type: 'text/javascript', exec: script } }] }),
    request: {
      method: method.toUpperCase(),
      description: `${description}\n\nAnswers: ${Object.keys(responses).join(', ')}.`,
      ...(security?.length === 0 ? { auth: { type: 'noauth' } } : {}),
      header: [
        ...(type === undefined || type === 'multipart/form-data' ? [] : [{ key: 'Content-Type', value: type }]),
        ...of('header').map((parameter) => valueOf(parameter)),
      ],
      url: {
        raw: `{{baseUrl}}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        host: ['{{baseUrl}}'],
        path: path
          .slice(1)
          .replaceAll(/\{(\w+)\}/g, ':$1')
          .split('/'),
        query: of('query').map((parameter) => valueOf(parameter)),
        variable: of('path').map((parameter) => pathValueOf(parameter, path)),
      },
      ...(media === undefined ? {} : { body: bodyOf(type, media) }),
    },
  };
}

/** Null: nothing of its answer is kept. */
function scriptOf({ operationId, method, path }) {
  if (operationId === 'login' || operationId === 'refreshTokens') return KEEP_TOKENS;
  const variable = variableOf(path.slice(path.lastIndexOf('/') + 1));
  return idVariables.has(variable) && (method === 'get' || method === 'post') ? keepId(variable) : null;
}

/** The id that was kept, where one may have been. */
function pathValueOf(parameter, path) {
  const [, collection] = new RegExp(`([\\w-]+)/\\{${parameter.name}\\}`).exec(path) ?? [];
  const value = valueOf(parameter);
  return idVariables.has(variableOf(collection)) ? { ...value, value: `{{${variableOf(collection)}}}` } : value;
}

/** What may be left out is switched off. */
function valueOf({ name, description, required, example, schema }) {
  return { key: name, value: String(example ?? schema.default ?? ''), description, ...(required ? {} : { disabled: true }) };
}

function bodyOf(type, { example, schema }) {
  if (type === 'application/x-www-form-urlencoded')
    return { mode: 'urlencoded', urlencoded: Object.entries(example).map(([key, value]) => ({ key, value: String(value) })) };
  if (type === 'multipart/form-data')
    return { mode: 'formdata', formdata: Object.keys(schema.properties ?? {}).map((key) => ({ key, type: 'file', src: [] })) };
  return {
    mode: 'raw',
    raw: JSON.stringify(withKept(example), null, 2).replaceAll(DAYS_AHEAD, '{{yearAhead}}'),
    options: { raw: { language: 'json' } },
  };
}

/** Ids and tokens of the example that the collection keeps. */
function withKept(example) {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  const isKept = (name) => idVariables.has(name) || name === 'refreshToken';
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, isKept(name) ? `{{${name}}}` : value]));
}
