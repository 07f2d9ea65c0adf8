/** `@Created`: 201 with the whole resource and its `Location`. */
import { HttpCode, applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { type RouteConfig, WithRouteConfig } from './route-config.js';

/** `path` is below `/api/v1`, with `:id` for the id of the new resource. `isVersioned`: its view says the version, so that the answer has an `ETag`. */
export function Created(path: string, { isVersioned = false } = {}) {
  return applyDecorators(
    HttpCode(201),
    WithRouteConfig({ createsAt: path }),
    ApiExtension('x-location', path),
    ApiExtension('x-versioned', isVersioned),
  );
}

export function useLocations(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const { createsAt } = request.routeOptions.config as RouteConfig;
    if (createsAt !== undefined && reply.statusCode === 201)
      void reply.header('Location', `/api/v1${createsAt.replace(':id', (payload as { id: string }).id)}`);
    done(null, payload);
  });
}
