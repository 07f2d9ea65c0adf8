/** `@HonoursIfMatch`: the header of a route that changes the resource of its path. Its repository compares, under the lock of the row. */
import { type CanActivate, type ExecutionContext, Injectable, UseGuards, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { EXPECTED_VERSION, type ExpectedVersion } from '../persistence/resource-version.js';
import { versionsIn } from './caching/etag.js';
import { InvalidInput } from './problems/http-errors.js';
import { WithRouteConfig } from './route-config.js';

type WithExpectedVersion = FastifyRequest & { expectedVersion: ExpectedVersion | null };

@Injectable()
class IfMatchGuard implements CanActivate {
  constructor(private readonly cls: ClsService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WithExpectedVersion>();
    const header = request.headers['if-match'];
    // Any version there is: whether there is one, the handler sees.
    if (header === undefined || header.trim() === '*') return true;
    const versions = versionsIn(header);
    if (versions === null) throw new InvalidInput([{ header: 'If-Match', rule: 'pattern', message: 'must be an ETag, several, or *' }]);
    const id = (request.params as Readonly<Record<string, string>>)['id']!.toLowerCase();
    request.expectedVersion = { id, versions, compared: false, comparedBeforeLock: false };
    this.cls.set(EXPECTED_VERSION, request.expectedVersion);
    return true;
  }
}

/** No answer of success where the version was not compared. */
export function useIfMatch(fastify: FastifyInstance): void {
  fastify.decorateRequest('expectedVersion' satisfies keyof WithExpectedVersion, null);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const { expectedVersion } = request as WithExpectedVersion;
    if (expectedVersion === null || expectedVersion.compared || reply.statusCode >= 400) done();
    else done(new Error(`${request.method} ${request.routeOptions.url} honours If-Match, but its repository does not compare`));
  });
}

export const HonoursIfMatch = () =>
  applyDecorators(
    WithRouteConfig({ honoursIfMatch: true }),
    UseGuards(IfMatchGuard),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The `ETag` with which the resource was read, or several, or `*`. Refused with 412 where an admin has changed it since; what customers ' +
        'do, such as taking seats, does not count. Left out: the last change wins.',
    }),
  );
