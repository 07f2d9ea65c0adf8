/** `@Problems(new SeatsTaken(['A1']))` documents the refusals of an operation. The filter itself makes the examples. */
import { ApiExtension } from '@nestjs/swagger';
import type { DomainError } from '@app/kernel/domain-error.js';
import { type Problem, problemOf } from './problem-details.js';
import { schemaNameOf } from './problem-registry.js';

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is malformed; `errors` names each field.',
  401: 'No access token, or one that is expired, bad or not ours; `WWW-Authenticate` as in RFC 6750.',
  403: 'Your roles do not have the right that this needs.',
  404: 'Not there, or not yours.',
  405: 'Not a method of this path; `Allow` names those.',
  409: 'Somebody or something else was first.',
  410: 'Its time is over.',
  412: 'The resource is not the one that `If-Match` names: another change came first.',
  413: 'The body is too large.',
  415: 'Not a media type this operation takes.',
  422: 'A rule says no.',
  429: 'Too many requests; `Retry-After` tells when to come back.',
  503: 'Not available right now; `Retry-After` tells when to come back.',
};

const CHALLENGE = {
  description: 'RFC 6750, section 3: `error` only where a token was sent.',
  schema: { type: 'string', maxLength: 500 },
  example: 'Bearer error="invalid_token", error_description="The access token has expired."',
};

/**
 * `completeDocument` adds the refusals that follow from the operation itself: 400, 413, 415, 503, those of its access (401, 403), of a rate limit
 * (429), of `If-Match` (412), and of an idempotency key.
 */
export function Problems(...refusals: DomainError[]) {
  return ApiExtension('x-problems', problemsOf(refusals));
}

/** The path is filled in later. */
export function problemsOf(errors: readonly unknown[]): Problem[] {
  return errors.map((error) => problemOf(error, { id: '7b8a4c1e-3f0e-4a8c-9a9b-0d6c2f4f9f10', path: '' }));
}

/** By status, for the `responses` of an operation. */
export function problemResponses(problems: readonly Problem[]) {
  const byStatus = Object.entries(Object.groupBy(problems, ({ status }) => status));
  return Object.fromEntries(byStatus.map(([status, ofStatus = []]) => [status, problemResponse(Number(status), ofStatus)]));
}

function problemResponse(status: number, problems: readonly Problem[]) {
  return {
    description: `${DESCRIPTIONS[status] ?? ''} Codes: ${problems.map(({ code }) => `\`${code}\``).join(', ')}.`,
    ...headersOf(status, problems),
    content: {
      'application/problem+json': {
        schema: problemSchema(problems),
        examples: Object.fromEntries(problems.map((problem) => [problem.code, { value: problem }])),
      },
    },
  };
}

/** A response for problems that no operation answers, of any status. */
export function otherProblemsResponse(problems: readonly Problem[]): object {
  const codes = problems.map(({ code }) => `\`${code}\``).join(', ');
  return {
    description: `What the router, the parser or a fault of the system answers, whichever operation was meant. Codes: ${codes}.`,
    content: { 'application/problem+json': { schema: problemSchema(problems) } },
  };
}

function headersOf(status: number, [first]: readonly Problem[]): { headers?: Record<string, object> } {
  const retryAfter = first?.['retryAfter'];
  if (status === 401) return { headers: { 'WWW-Authenticate': CHALLENGE } };
  if (retryAfter === undefined) return {};
  return { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: retryAfter } } };
}

/** One of the schemas of these codes. */
function problemSchema(problems: readonly Problem[]): object {
  const references = [...new Set(problems.map(({ code }) => code))].map(
    (code) => [code, `#/components/schemas/${schemaNameOf(code)}`] as const,
  );
  const [only] = references;
  if (references.length === 1 && only !== undefined) return { $ref: only[1] };
  const discriminator = { propertyName: 'code', mapping: Object.fromEntries(references) };
  return { oneOf: references.map(([, $ref]) => ({ $ref })), discriminator };
}
