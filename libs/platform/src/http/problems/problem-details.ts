/** Turns every error into RFC 9457 problem details. The only place that maps domain errors to HTTP statuses. */
import { HttpException } from '@nestjs/common';
import { Conflict, DomainError, Forbidden, Gone, Invalid, NotFound, PreconditionFailed, Unavailable } from '@app/kernel/domain-error.js';
import { InvalidCursor } from '../../persistence/keyset.js';
import { isDatabaseUnavailable, isNotMigrated } from '../../persistence/database-errors.js';
import { InvalidInput, MethodNotAllowed, TooManyRequests, Unauthorized, type InputFault } from './http-errors.js';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  requestId: string;
  errors?: readonly InputFault[];
  /** What the refusal adds: `retryAfter` (seconds), members of its context. */
  [detail: string]: unknown;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** When a client should try again while the database is away. */
const RETRY_AFTER_SECONDS = 2;

export function problemOf(error: unknown, request: { id: string; path: string }): Problem {
  const { status, code, detail, more } = describe(error);
  const own = {
    type: `/problems/${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    instance: request.path,
    code,
    requestId: request.id,
  };
  // First for their order, last so that no detail replaces them.
  return { ...own, ...more, ...own };
}

interface Description {
  status: number;
  code: string;
  detail: string;
  more?: Readonly<Record<string, unknown>>;
}

function describe(error: unknown): Description {
  if (error instanceof InvalidCursor)
    return describe(new InvalidInput([{ parameter: 'cursor', rule: 'cursor', message: 'is not a cursor of this list' }]));
  if (error instanceof InvalidInput) {
    return { status: 400, code: error.code, detail: error.message, more: { errors: error.errors } };
  }
  if (error instanceof DomainError) {
    return { status: statusOf(error), code: error.code, detail: error.message, more: error.details };
  }
  if (isDatabaseUnavailable(error) || isNotMigrated(error)) {
    return {
      status: 503,
      code: 'platform.unavailable',
      detail: 'The service is not available right now. Try again shortly.',
      more: { retryAfter: RETRY_AFTER_SECONDS },
    };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return { status: error.getStatus(), code: `http.${slug(TITLES[error.getStatus()] ?? 'error')}`, detail: error.message };
  }
  const status = clientFault(error);
  if (status !== null) return { status, code: `http.${slug(TITLES[status] ?? 'error')}`, detail: (error as Error).message };
  return { status: 500, code: 'platform.internal-error', detail: 'Something went wrong on our side.' };
}

function statusOf(error: DomainError): number {
  if (error instanceof Unauthorized) return 401;
  if (error instanceof MethodNotAllowed) return 405;
  if (error instanceof TooManyRequests) return 429;
  if (error instanceof NotFound) return 404;
  if (error instanceof Conflict) return 409;
  if (error instanceof Forbidden) return 403;
  if (error instanceof Gone) return 410;
  if (error instanceof PreconditionFailed) return 412;
  if (error instanceof Invalid) return 422;
  if (error instanceof Unavailable) return 503;
  throw new TypeError(`${error.name} is of no kind this filter knows`);
}

/** Fastify's own errors (malformed JSON, body too large, wrong media type) carry a statusCode. */
function clientFault(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function slug(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}
