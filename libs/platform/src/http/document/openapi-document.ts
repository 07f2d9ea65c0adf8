/** Completes the scanned document: optional fields, examples of whole bodies, headers, and the refusals of every operation. */
import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import { IdempotencyKeyBusy, IdempotencyKeyReused } from '../../persistence/idempotency.js';
import { ResourceChanged } from '../../persistence/resource-version.js';
import { isUuid } from '@app/kernel/id.js';
import type { Problem } from '../problems/problem-details.js';
import type { Access } from '../access/route-access.js';
import { describeHeaders } from './openapi-headers.js';
import { type SchemaDocument, completeSchemas, hideOptionalExamples } from './openapi-schemas.js';
import { type ApiTexts, NO_TEXTS, describeFields, describeOperation, describeParameters } from './openapi-texts.js';
import { otherProblemsResponse, problemResponses, problemsOf } from '../problems/problems.js';
import { Overloaded } from '../../concurrency/admission.js';
import { DEFAULT_MAX_BYTES, UploadExpected, tooLarge } from '../limits/bodies.js';
import {
  API_KEY_BAD,
  API_KEY_EXPIRED,
  API_KEY_REVOKED,
  InvalidInput,
  RightMissing,
  ScopeMissing,
  TOKEN_BAD,
  TOKEN_EXPIRED,
  TOKEN_FOREIGN,
  TOKEN_MISSING,
  TOKEN_REVOKED,
  TooManyRequests,
} from '../problems/http-errors.js';
import { MALFORMED_PATH } from '../problems/malformed-requests.js';
import { ProblemRegistry } from '../problems/problem-registry.js';
import type { Deprecation } from '../route-config.js';

interface Schema {
  description?: string;
  maxLength?: number;
  maximum?: number;
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Body {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema?: Schema; example?: unknown; examples?: object }>;
}

interface Parameter {
  name: string;
  in: string;
  schema: Schema;
  required?: boolean;
  example?: unknown;
}

interface Operation {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body & { headers?: Record<string, object> }>;
  security?: object[];
  'x-problems'?: Problem[];
  'x-example'?: object;
  'x-location'?: string;
  'x-versioned'?: boolean;
  'x-problem-members'?: string;
  'x-access'?: Access;
  'x-raw-body'?: boolean;
  'x-text-bodies'?: Readonly<Record<string, { description: string; example: string }>>;
  'x-max-body-bytes'?: number;
  'x-without-admission'?: boolean;
  'x-rate-limited'?: boolean;
  'x-deprecation'?: Deprecation;
}

/** What our own decorators tell this file; none of it is part of the document. */
const HINTS = [
  'x-problems',
  'x-example',
  'x-location',
  'x-versioned',
  'x-problem-members',
  'x-access',
  'x-raw-body',
  'x-text-bodies',
  'x-max-body-bytes',
  'x-without-admission',
  'x-rate-limited',
  'x-deprecation',
] as const;

type Schemas = Record<string, Schema>;

const ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
const HEADERS: Readonly<Record<string, string>> = {
  'Idempotency-Key': '5f2b0c1d-8e34-4f6a-9b7c-1d2e3f4a5b6c',
  'If-Match': 'W/"7.3kQ0mZ8yT1vWq5xRbN7cJdLhPaE"',
  'If-None-Match': 'W/"3kQ0mZ8yT1vWq5xRbN7cJdLhPaE"',
};

/** Members of refusals that no context throws. */
const MEMBERS_OF_ALL: Schemas = {
  right: { type: 'string', description: 'The right that the request needs: `<what>.<act>`.' },
  scope: { type: 'string', description: 'The scope that an API key needs for the request: `<what>:<act>`.' },
};

const INVALID_INPUT = 'http.invalid-input';
const UNAVAILABLE = { code: 'ECONNREFUSED' };
const NOT_JSON = { statusCode: 400, message: "Body is not valid JSON but content-type is set to 'application/json'" };
const WRONG_MEDIA_TYPE = { statusCode: 415, message: 'Unsupported Media Type' };

/** On an operation: values that its example shows instead of the examples of the fields. */
export const AnswerExample = (fields: object) => ApiExtension('x-example', fields);

/** As the guard decides. */
const accessTo = (operation: Operation): Access => operation['x-access'] ?? 'user';
const rightFor = (access: Access): { readonly right?: string; readonly scope?: string } => (typeof access === 'object' ? access : {});

/** Both schemes of tokens: the Authorize button of Swagger sends a token only where an operation names the scheme it came from. */
function securityOf(access: Access): object[] {
  if (access === 'public') return [];
  const ways = [{ bearer: [] }, { oauth2: [] }];
  if (access === 'optional') return [{}, ...ways];
  return rightFor(access).scope === undefined ? ways : [...ways, { apiKey: [] }];
}

/** Adds to `registry` every problem that an operation answers with. */
export function completeDocument(document: OpenAPIObject, registry = new ProblemRegistry(), texts: ApiTexts = NO_TEXTS): OpenAPIObject {
  correct(document);
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    (Object.entries(item) as [string, Operation][]).map(([method, operation]) => ({ path, method, operation })),
  );
  describeFields(schemas, texts);
  for (const { path, operation } of operations) {
    describeOperation(operation);
    describeParameters(operation, path, texts);
    const access = accessTo(operation);
    operation.security = securityOf(access);
    const { right, scope } = rightFor(access);
    if (right !== undefined)
      operation.description += ` Needs the right \`${right}\`${scope === undefined ? '' : `, or an API key with the scope \`${scope}\``}.`;
  }
  const declared = new Set(operations.flatMap(({ operation }) => operation['x-problem-members'] ?? []));
  const ofAll = Object.assign({}, ...[...declared].map((name) => schemas[name]?.properties)) as Schemas;
  for (const { path, method, operation } of operations) {
    const { 'x-problem-members': name } = operation;
    const members = { ...MEMBERS_OF_ALL, ...ofAll, ...(name === undefined ? {} : schemas[name]?.properties) };
    for (const problem of completeOperation(operation, path, schemas)) registry.add(problem, `${method.toUpperCase()} ${path}`, members);
  }
  for (const name of declared) delete schemas[name];
  Object.assign(schemas, registry.schemas());
  const others = registry.all().filter(({ operations: answering }) => answering.length === 0);
  if (others.length > 0) {
    Object.assign((document.components ??= {}), {
      responses: { OtherProblem: otherProblemsResponse(others.map(({ example }) => example)) },
    });
    for (const { operation } of operations) operation.responses['default'] = { $ref: '#/components/responses/OtherProblem' };
  }
  const complete = document as unknown as SchemaDocument;
  hideOptionalExamples(complete);
  completeSchemas(complete, texts.schemas);
  return document;
}

/** A number is a whole number unless its format says otherwise. A field with a default is optional. */
function correct(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  const schema = part as Schema;
  if (schema.type === 'number' && schema.format === undefined) schema.type = 'integer';
  if (Array.isArray(schema.required)) schema.required = schema.required.filter((name) => schema.properties?.[name]?.default === undefined);
  const parameter = part as Partial<Parameter>;
  if (parameter.schema?.default !== undefined) parameter.required = false;
  Object.values(part).forEach(correct);
}

/** Returns the problems that the operation answers with. */
function completeOperation(operation: Operation, path: string, schemas: Schemas): Problem[] {
  const { 'x-problems': own = [], 'x-example': fields, parameters = [], requestBody, responses } = operation;

  addExamples(requestBody, schemas);
  for (const [type, { description, example }] of Object.entries(operation['x-text-bodies'] ?? {})) {
    const schema = { type: 'string', description, maxLength: operation['x-max-body-bytes'] ?? DEFAULT_MAX_BYTES };
    if (requestBody?.content !== undefined) requestBody.content[type] = { schema, example };
  }
  for (const [status, response] of Object.entries(responses)) addExamples(response, schemas, status < '300' ? fields : undefined);
  const answer = (responses['201'] ?? responses['200'])?.content?.['application/json']?.example as Record<string, string> | undefined;

  for (const parameter of parameters) {
    const { name, schema } = parameter;
    const inPath = parameter.in === 'path';
    const usual = inPath ? (answer?.[name] ?? ID) : schema.format === 'uuid' ? ID : HEADERS[name];
    parameter.example = exampleOf(schema, schemas) ?? usual;
    if (inPath && isUuid(String(parameter.example))) schema.format = 'uuid';
  }

  const instance = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters.find((each) => each.name === name)?.example));
  const problems = [...own, ...problemsOf(refusalsOf(operation, path))].map((problem) => ({ ...problem, instance }));
  for (const [status, response] of Object.entries(problemResponses(problems))) {
    // A route may have another form for its own refusals; what never reaches it is refused as everywhere.
    const other = responses[status];
    responses[status] =
      other === undefined
        ? response
        : { ...response, description: `${other.description} ${response.description}`, content: { ...response.content, ...other.content } };
  }
  describeHeaders(operation, path, (name) => answer?.[name] ?? ID);
  for (const hint of HINTS) delete operation[hint];
  return problems;
}

function addExamples(body: Body | undefined, schemas: Schemas, fields?: object): void {
  for (const [type, media] of Object.entries(body?.content ?? {})) {
    // JSON cannot show a file.
    if (type === 'multipart/form-data') continue;
    const composed = exampleOf(media.schema, schemas);
    if (composed !== undefined && media.examples === undefined && media.example === undefined)
      media.example = fields === undefined ? composed : { ...(composed as object), ...fields };
  }
}

/** Null where null is allowed and there is no other example. Undefined, and left out, where there is none at all. */
function exampleOf(schema: Schema | undefined, schemas: Schemas): unknown {
  if (schema === undefined) return undefined;
  const { $ref, example, default: usual, enum: options, anyOf = [], allOf = [], items, properties } = schema;
  if (example !== undefined) return example;
  if (usual !== undefined) return usual;
  if ($ref !== undefined) return exampleOf(schemas[$ref.slice($ref.lastIndexOf('/') + 1)], schemas);
  if ([schema, ...anyOf].some(({ type }) => [type].flat().includes('null'))) return null;
  if (options !== undefined) return options[0];
  if (items !== undefined) return [exampleOf(items, schemas)].filter((item) => item !== undefined);
  if (properties === undefined) return exampleOf(allOf[0] ?? anyOf[0], schemas);
  const shown = Object.entries(properties).map(([name, property]) => [name, exampleOf(property, schemas)] as const);
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
}

/** The refusals that follow from the operation itself. */
function refusalsOf(operation: Operation, path: string): unknown[] {
  const { 'x-problems': own = [], requestBody, parameters = [] } = operation;
  const access = accessTo(operation);
  const refusals: unknown[] = [UNAVAILABLE];
  // As `useAdmission` and `useLargeBodies` decide.
  const isAdmitted = operation['x-without-admission'] !== true || operation['x-max-body-bytes'] !== undefined;
  if (path.startsWith('/api/v1/') && isAdmitted) refusals.unshift(new Overloaded());
  if (access !== 'public') refusals.push(TOKEN_BAD, TOKEN_EXPIRED, TOKEN_FOREIGN, TOKEN_REVOKED);
  if (access !== 'public' && access !== 'optional') refusals.push(TOKEN_MISSING);
  if (operation['x-rate-limited'] === true) refusals.push(new TooManyRequests(30));
  const { right, scope } = rightFor(access);
  if (right !== undefined) refusals.push(new RightMissing(right));
  if (scope !== undefined) refusals.push(API_KEY_BAD, API_KEY_EXPIRED, API_KEY_REVOKED, new ScopeMissing(scope));
  if (parameters.some(({ name }) => name === 'If-Match')) refusals.push(new ResourceChanged());
  if (isIdempotent(operation)) refusals.push(new IdempotencyKeyBusy(), new IdempotencyKeyReused());
  const isJson = requestBody?.content?.['application/json'] !== undefined && operation['x-raw-body'] !== true;
  if (requestBody !== undefined) {
    const isUpload = requestBody.content?.['multipart/form-data'] !== undefined;
    const wrongType = isUpload ? new UploadExpected() : WRONG_MEDIA_TYPE;
    refusals.push({ statusCode: 413, message: tooLarge(operation['x-max-body-bytes'] ?? DEFAULT_MAX_BYTES) }, wrongType);
  }
  if (own.every(({ code }) => code !== INVALID_INPUT)) refusals.push(new InvalidInput([faultIn(operation, { isJson })]));
  // Both have one code.
  if (isJson) refusals.push(NOT_JSON);
  else if (parameters.some(({ in: place }) => place === 'path')) refusals.push(MALFORMED_PATH);
  return refusals;
}

function faultIn({ parameters = [] }: Operation, { isJson }: { isJson: boolean }): InvalidInput['errors'][number] {
  if (isJson) return { pointer: '/colour', rule: 'unknownField', message: 'is not a known field' };
  const limit = parameters.find(({ name }) => name === 'limit');
  if (limit !== undefined) return { parameter: 'limit', rule: 'max', message: `must not be greater than ${limit.schema.maximum ?? 100}` };
  const id = parameters.find(({ in: place, schema }) => place === 'path' && schema.format === 'uuid');
  if (id !== undefined) return { parameter: id.name, rule: 'uuid', message: 'must be a UUID' };
  // `refuseMalformedQueries` looks at every request.
  return { parameter: 'unknown', rule: 'utf8', message: 'must be percent-encoded UTF-8' };
}

function isIdempotent({ parameters = [] }: Operation): boolean {
  return parameters.some(({ name }) => name === 'Idempotency-Key');
}
