/** Answers every error with problem details, and logs those that are faults of the system. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { DomainError } from '@app/kernel/domain-error.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, type Problem } from './problem-details.js';

@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, { id: request.id, path: request.url.split('?')[0] ?? '' });
    if (problem.status >= 500) this.log(error, problem, request.id);
    if (reply.sent) return;
    if (typeof problem['retryAfter'] === 'number') void reply.header('retry-after', String(problem['retryAfter']));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  /** A refusal is no fault, and an outage needs no stack trace: there can be thousands of either. */
  private log(error: unknown, { status, code, detail }: Problem, requestId: string): void {
    if (error instanceof DomainError) this.#logger.warn({ requestId, status, code }, detail);
    else if (status === 503) this.#logger.warn({ requestId, status, code, reason: String(error) }, detail);
    else this.#logger.error({ err: error, requestId, status }, detail);
  }
}
