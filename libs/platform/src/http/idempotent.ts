/** `@Idempotent`: the headers of a POST that honours `Idempotency-Key`. `Transactions.idempotently` in its handler does the work. */
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { createHash } from 'node:crypto';
import { type Observable, tap } from 'rxjs';
import { isUuid } from '@app/kernel/id.js';
import { IDEMPOTENT_REQUEST, type IdempotentRequest } from '../persistence/idempotency.js';
import type { Principal } from './principal.js';
import { InvalidInput } from './http-errors.js';

const HEADER = 'idempotency-key';
const MAX_LENGTH = 255;

@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly cls: ClsService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { principal?: Principal }>();
    const key = request.headers[HEADER];
    if (key === undefined) return next.handle();
    if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > MAX_LENGTH) {
      throw new InvalidInput([
        { header: 'Idempotency-Key', rule: 'pattern', message: `must be 1 to ${MAX_LENGTH} visible ASCII characters` },
      ]);
    }
    const idempotent: IdempotentRequest = {
      scope: `${request.principal?.userId ?? ''} ${request.method} ${routedPath(request)}`,
      key,
      fingerprint: createHash('sha256')
        .update(canonical(whatIsAsked(request)))
        .digest('base64url'),
      used: false,
      replayed: false,
    };
    this.cls.set(IDEMPOTENT_REQUEST, idempotent);
    return next.handle().pipe(
      tap(() => {
        if (!idempotent.used)
          throw new Error(`${request.method} ${routedPath(request)} is idempotent, but its handler does not use Transactions.idempotently`);
        if (idempotent.replayed) void http.getResponse<FastifyReply>().header('Idempotent-Replayed', 'true');
      }),
    );
  }
}

/** The path as it was routed: the same for every spelling of it (escapes, a slash at the end, the case of an id). */
export function routedPath({ routeOptions, params }: Pick<FastifyRequest, 'routeOptions' | 'params'>): string {
  return (routeOptions.url ?? '').replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = (params as Readonly<Record<string, string>>)[name] ?? '';
    return isUuid(value) ? value.toLowerCase() : encodeURIComponent(value);
  });
}

function whatIsAsked({ body, query }: FastifyRequest): unknown {
  return Object.keys(query as object).length === 0 ? body : { body, query };
}

/** JSON with its fields in one order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
}

export const Idempotent = () =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Repeat a request safely: for 48 hours the same key gets the same answer, with `Idempotent-Replayed: true`.',
    }),
  );
