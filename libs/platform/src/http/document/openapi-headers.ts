/** The header fields of answers in the document: where a new resource is, its version, the next page, what is left of a limit, until when an old route works. */
import { deprecationHeaders } from '../deprecation.js';
import { LINK_FIELD } from '../links.js';
import { RATE_LIMIT_FIELDS } from '../limits/rate-limit-fields.js';
import type { Deprecation } from '../route-config.js';

interface Operation {
  parameters?: { name: string }[];
  responses: Record<string, { headers?: Record<string, object> }>;
  deprecated?: boolean;
  description?: string;
  'x-location'?: string;
  'x-versioned'?: boolean;
  'x-rate-limited'?: boolean;
  'x-deprecation'?: Deprecation;
}

const REPLAYED = {
  description: 'On the stored answer of an earlier request with this key.',
  schema: { type: 'string', const: 'true' },
  example: 'true',
};

const ETAG_OF_NEW = {
  description: 'The version of the new resource, for `If-Match` of its first change. Not on a replayed answer: read the resource then.',
  schema: { type: 'string', maxLength: 100 },
  example: 'W/"1.3kQ0mZ8yT1vWq5xRbN7cJdLhPaE"',
};

const ETAG = {
  description:
    'The version of this answer: for `If-None-Match` of the next read and, where the resource can be changed, `If-Match` of a change.',
  schema: { type: 'string', maxLength: 100 },
  example: 'W/"7.3kQ0mZ8yT1vWq5xRbN7cJdLhPaE"',
};

/** `idOf` returns the example of a parameter of the new resource's path. */
export function describeHeaders(operation: Operation, path: string, idOf: (name: string) => string): void {
  const { 'x-location': location, 'x-rate-limited': isLimited, 'x-deprecation': deprecation, parameters = [], responses } = operation;
  const takes = (name: string): boolean => parameters.some((parameter) => parameter.name === name);
  if (location !== undefined) add(responses, /^201$/, { Location: locationField(location, idOf) });
  if (operation['x-versioned'] === true) add(responses, /^201$/, { ETag: ETAG_OF_NEW });
  if (takes('Idempotency-Key')) add(responses, /^2\d\d$/, { 'Idempotent-Replayed': REPLAYED });
  if (takes('If-None-Match') || takes('If-Match')) add(responses, /^(200|302|304)$/, { ETag: ETAG });
  if (takes('cursor')) add(responses, /^200$/, { Link: { ...LINK_FIELD, example: `<${path}?limit=20&cursor=WyJhIl0>; rel="next"` } });
  if (isLimited === true) add(responses, /^(2\d\d|429)$/, RATE_LIMIT_FIELDS);
  if (deprecation === undefined) return;
  operation.deprecated = true;
  operation.description = `${operation.description ?? ''} Deprecated since ${deprecation.since}; use \`${deprecation.successor}\` before ${deprecation.sunset}.`;
  add(responses, /^2\d\d$/, deprecationHeaders(deprecation));
}

const locationField = (location: string, idOf: (name: string) => string): object => ({
  description: 'Where the new resource can be read.',
  schema: { type: 'string', format: 'uri-reference', maxLength: 2_048 },
  example: `/api/v1${location.replaceAll(/:(\w+)/g, (_, name: string) => idOf(name))}`,
});

/** What an operation says of a header itself stays, and the order too. */
function add(responses: Operation['responses'], status: RegExp, headers: Record<string, object>): void {
  for (const [each, response] of Object.entries(responses))
    if (status.test(each)) response.headers = { ...response.headers, ...headers, ...response.headers };
}
