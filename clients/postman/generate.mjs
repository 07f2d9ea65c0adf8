// Prints a Postman collection (format 2.1, which Bruno and Insomnia import) made of docs/openapi.json: `node clients/postman/generate.mjs [DOCUMENT]`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
/** After a login the collection keeps the token for the requests that need one. */
const KEEP_TOKEN = [
  'const answer = pm.response.code === 200 ? pm.response.json() : {};',
  "if (answer.accessToken) pm.collectionVariables.set('accessToken', answer.accessToken);",
];

const [file = join(import.meta.dirname, '../../docs/openapi.json')] = process.argv.slice(2);
const { info, tags, paths } = JSON.parse(readFileSync(file, 'utf8'));

const operations = Object.entries(paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ ...item[method], method, path })),
);
const collection = {
  info: { name: info.title, description: info.description, schema: SCHEMA },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] },
  variable: [
    { key: 'baseUrl', value: 'http://127.0.0.1:3000' },
    { key: 'accessToken', value: '' },
  ],
  item: tags
    .map(({ name, description }) => ({ name, description, item: operations.filter((operation) => operation.tags[0] === name).map(itemOf) }))
    .filter(({ item }) => item.length > 0),
};
process.stdout.write(`${JSON.stringify(collection, null, 2)}\n`);

function itemOf({ operationId, summary, description, method, path, parameters = [], requestBody, security, responses }) {
  const of = (place) => parameters.filter((parameter) => parameter.in === place);
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const isKept = operationId === 'login' || operationId === 'refreshTokens';
  return {
    name: summary,
    // An id of its own that stays: a tool that syncs finds the request again.
    id: operationId,
    ...(isKept ? { event: [{ listen: 'test', script: { type: 'text/javascript', exec: KEEP_TOKEN } }] } : {}),
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
        variable: of('path').map((parameter) => valueOf(parameter)),
      },
      ...(media === undefined ? {} : { body: bodyOf(type, media) }),
    },
  };
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
  return { mode: 'raw', raw: JSON.stringify(example, null, 2), options: { raw: { language: 'json' } } };
}
