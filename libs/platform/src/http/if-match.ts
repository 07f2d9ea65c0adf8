/** `@HonoursIfMatch`: the header of a route that changes the resource of its path. Its repository compares, under the lock of the row. */
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { type Observable, tap } from 'rxjs';
import { EXPECTED_VERSION, type ExpectedVersion } from '../persistence/resource-version.js';
import { versionsIn } from './etag.js';
import { InvalidInput } from './http-errors.js';
import { WithRouteConfig } from './route-config.js';

@Injectable()
class IfMatchInterceptor implements NestInterceptor {
  constructor(private readonly cls: ClsService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers, params, method, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    const header = headers['if-match'];
    // Any version there is: whether there is one, the handler sees.
    if (header === undefined || header.trim() === '*') return next.handle();
    const versions = versionsIn(header);
    if (versions === null) throw new InvalidInput([{ header: 'If-Match', rule: 'pattern', message: 'must be an ETag, several, or *' }]);
    const id = (params as Readonly<Record<string, string>>)['id']!.toLowerCase();
    const expected: ExpectedVersion = { id, versions, compared: false };
    this.cls.set(EXPECTED_VERSION, expected);
    return next.handle().pipe(
      tap(() => {
        if (!expected.compared) throw new Error(`${method} ${routeOptions.url} honours If-Match, but its repository does not compare`);
      }),
    );
  }
}

export const HonoursIfMatch = () =>
  applyDecorators(
    WithRouteConfig({ honoursIfMatch: true }),
    UseInterceptors(IfMatchInterceptor),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The `ETag` with which the resource was read, or several, or `*`. Refused with 412 where an admin has changed it since; what customers ' +
        'do, such as taking seats, does not count. Left out: the last change wins.',
    }),
  );
