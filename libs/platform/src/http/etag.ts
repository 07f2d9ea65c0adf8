/** `@Cacheable`: an `ETag` made of the answer, and 304 without a body for a client that has it (RFC 9110, 13.1.2). */
import { createHash } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, map } from 'rxjs';

@Injectable()
class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        const etag = etagOf(answer);
        // The client asks every time; the answer "not changed" is what is cheap.
        void reply.headers({ ETag: etag, 'Cache-Control': 'no-cache' });
        if (!matchesEtag(request.headers['if-none-match'], etag)) return answer;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}

/** Weak, because a proxy may compress the same answer. */
export function etagOf(answer: unknown): string {
  return `W/"${createHash('sha256')
    .update(JSON.stringify(answer) ?? '')
    .digest('base64url')
    .slice(0, 27)}"`;
}

/** Whether an `If-None-Match` header contains this entity tag, by weak comparison. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, '') === opaque);
}

export const Cacheable = () =>
  applyDecorators(
    UseInterceptors(EtagInterceptor),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The `ETag` of an earlier answer; 304 when nothing changed since.' }),
    ApiResponse({ status: 304, description: 'Nothing changed since the answer with this `ETag`.' }),
  );
