/** `@Created`: 201 with the whole resource and its `Location`. */
import {
  type CallHandler,
  type ExecutionContext,
  HttpCode,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
  mixin,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** `path` is below `/api/v1`, with `:id` for the id of the new resource. */
export function Created(path: string) {
  @Injectable()
  class LocationInterceptor implements NestInterceptor {
    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
      const reply = context.switchToHttp().getResponse<FastifyReply>();
      return next
        .handle()
        .pipe(tap((created: { id: string }) => void reply.header('Location', `/api/v1${path.replace(':id', created.id)}`)));
    }
  }
  return applyDecorators(HttpCode(201), UseInterceptors(mixin(LocationInterceptor)), ApiExtension('x-location', path));
}
