/** What the linters do not ask of the document: bounds, texts, named enums, ids of operations. Each function returns the places that lack it. */
import type { OpenApiDocument, Operation, Schema } from '../e2e/openapi.js';

type Place = readonly [name: string, schema: Schema];

const BOUNDED_FORMATS = ['uuid', 'date', 'date-time', 'binary'];
const typesOf = ({ type }: Schema): readonly (string | undefined)[] => [type].flat();

/** Every schema, those inside others too. */
export function placesOf({ components }: OpenApiDocument, operations: readonly Operation[]): Place[] {
  const bodies = operations.flatMap(({ operationId, requestBody, responses }) =>
    Object.entries({ body: requestBody, ...responses }).flatMap(([part, body]) =>
      Object.values(body?.content ?? {}).map(({ schema }) => [`${operationId} ${part}`, schema] as const),
    ),
  );
  const parameters = operations.flatMap(({ operationId, parameters: own = [] }) =>
    own.map(({ name, schema }) => [`${operationId}?${name}`, schema] as const),
  );
  return [...Object.entries(components.schemas), ...parameters, ...bodies].flatMap(([name, schema]) => partsOf(name, schema));
}

function partsOf(name: string, schema: Schema | undefined): Place[] {
  if (schema === undefined) return [];
  return [
    [name, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([field, property]) => partsOf(`${name}.${field}`, property)),
    ...partsOf(`${name}[]`, schema.items),
    // What describes the whole stands beside the parts.
    ...[...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap((part) => partsOf(`${name}|`, part)),
  ];
}

export const unboundedTexts = (places: readonly Place[]): string[] =>
  places
    .filter(([, schema]) => typesOf(schema).includes('string') && schema.enum === undefined && schema.const === undefined)
    .filter(([, { maxLength, format = '' }]) => maxLength === undefined && !BOUNDED_FORMATS.includes(format))
    .map(([name]) => name);

export const unboundedLists = (places: readonly Place[]): string[] =>
  places.filter(([, schema]) => typesOf(schema).includes('array') && schema.maxItems === undefined).map(([name]) => name);

/** Enums that are written where they are used, and names for the same values. */
export function unnamedEnums({ components }: OpenApiDocument, places: readonly Place[]): string[] {
  const named = Object.entries(components.schemas).filter(([, schema]) => schema.enum !== undefined);
  const inline = places.filter(([, schema]) => schema.enum !== undefined && !named.some(([, each]) => each === schema));
  const keys = named.map(([, { enum: values }]) => JSON.stringify([...(values ?? [])].sort()));
  return [...inline.map(([name]) => name), ...named.filter((_, index) => keys.indexOf(keys[index]!) !== index).map(([name]) => name)];
}

export const undescribedFields = (places: readonly Place[], operations: readonly Operation[]): string[] => [
  ...places.filter(([name, { description }]) => /\.\w+$/.test(name) && !description).map(([name]) => name),
  ...operations.flatMap(({ operationId, parameters = [] }) =>
    parameters.filter(({ description }) => !description).map(({ name }) => `${operationId}?${name}`),
  ),
];

export const optionalExamples = (operations: readonly Operation[]): string[] =>
  operations.flatMap(({ operationId, parameters = [] }) =>
    parameters
      .filter(({ required, example, schema }) => required !== true && (example ?? schema.example) !== undefined)
      .map(({ name }) => `${operationId}?${name}`),
  );

/** `listX` for lists, `getX` for one thing, and any other verb for what changes something. */
export const oddOperationIds = (operations: readonly Operation[]): string[] =>
  operations
    .filter(({ method, operationId = '', parameters = [], responses }) => {
      const isList = parameters.some(({ name }) => name === 'cursor') || /^listCaught/.test(operationId);
      const isReport = isList && /Report$/.test(operationId);
      const verb = /^[a-z]+/.exec(operationId)?.[0] ?? '';
      if (method !== 'get') return ['get', 'list', 'read', 'find', 'show'].includes(verb) || Object.keys(responses).length === 0;
      return verb !== (isList && !isReport ? 'list' : 'get');
    })
    .map(({ operationId }) => String(operationId));

/** Answers that carry a field by which the client goes on, and do not say so. */
export const undescribedHeaders = (operations: readonly Operation[]): string[] =>
  operations.flatMap(({ operationId, parameters = [], responses }) => {
    const isTagged = parameters.some(({ name }) => ['If-Match', 'If-None-Match'].includes(name));
    return Object.entries(responses)
      .flatMap(([status, { headers = {} }]) => neededHeaders(status, { isTagged }).map((name) => [status, name, name in headers] as const))
      .filter(([, , isThere]) => !isThere)
      .map(([status, name]) => `${operationId} ${status} ${name}`);
  });

function neededHeaders(status: string, { isTagged }: { isTagged: boolean }): string[] {
  if (status === '401') return ['WWW-Authenticate'];
  if (status === '429' || status === '503') return ['Retry-After'];
  if (status === '201') return ['Location'];
  return isTagged && ['200', '302', '304'].includes(status) ? ['ETag'] : [];
}

/** Answers of 304 for which the client cannot say what it has. */
export const unaskedNotModified = (operations: readonly Operation[]): string[] =>
  operations
    .filter(({ parameters = [], responses }) => '304' in responses && parameters.every(({ name }) => name !== 'If-None-Match'))
    .map(({ operationId }) => String(operationId));

/** Ways in that an operation names more than once: a code generator would ask for each of them. */
export const repeatedSecurity = (operations: readonly Operation[]): string[] =>
  operations
    .filter(({ security = [] }) => new Set(security.map((way) => JSON.stringify(way))).size < security.length)
    .map(({ operationId }) => String(operationId));
