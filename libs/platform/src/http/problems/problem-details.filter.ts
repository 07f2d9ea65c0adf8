/** Answers every error with problem details, and logs those that are faults of the system. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { DomainError } from '@app/kernel/domain-error.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed, Unauthorized } from './http-errors.js';
import { problemOf, type Problem } from './problem-details.js';

/** For the log line and the metrics of a request that was refused. */
export type WithProblemCode = FastifyRequest & { problemCode: string | null };

@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, { id: request.id, path: request.url.split('?')[0] ?? '' });
    (request as WithProblemCode).problemCode = problem.code;
    if (problem.status >= 500) this.log(error, problem, request.id);
    if (reply.sent) return;
    if (typeof problem['retryAfter'] === 'number') void reply.header('retry-after', String(problem['retryAfter']));
    if (problem.status === 401) void reply.header('www-authenticate', challengeOf(error));
    if (error instanceof MethodNotAllowed) void reply.header('allow', error.allowed.join(', '));
    // A refusal is about this moment and this client: no cache may repeat it.
    void reply.header('cache-control', 'no-store');
    void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  /** A refusal is no fault, and an outage needs no stack trace: there can be thousands of either. */
  private log(error: unknown, { status, code, detail }: Problem, requestId: string): void {
    if (error instanceof DomainError) this.#logger.warn({ requestId, status, code, ...causeOf(error) }, detail);
    else if (status === 503) this.#logger.warn({ requestId, status, code, reason: String(error) }, detail);
    else this.#logger.error({ err: error, requestId, status }, detail);
  }
}

/** What made it impossible is for the log, not for the client. */
function causeOf({ cause }: DomainError): { cause?: string } {
  return cause instanceof Error ? { cause: String(cause) } : {};
}

/** RFC 6750, 3: nothing about an error where no token was sent. */
function challengeOf(error: unknown): string {
  if (!(error instanceof Unauthorized) || error.fault === null) return 'Bearer';
  return `Bearer error="${error.fault}", error_description="${error.message}"`;
}
