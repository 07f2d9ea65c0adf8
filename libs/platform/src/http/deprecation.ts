/** `@Deprecated`: an old route that still works says since when it is deprecated, when it goes, and what takes its place (RFC 9745, RFC 8594). */
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { addLink } from './links.js';
import { type Deprecation, type RouteConfig, WithRouteConfig } from './route-config.js';

export function Deprecated(deprecation: Deprecation): MethodDecorator {
  return applyDecorators(WithRouteConfig({ deprecation }), ApiExtension('x-deprecation', deprecation));
}

/** Before anything can refuse the request, so that a client with a bad token gets these headers too. */
export function useDeprecations(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { deprecation } = request.routeOptions.config as RouteConfig;
    if (deprecation === undefined) return done();
    void reply.headers(deprecationFields(deprecation));
    addLink(reply, successorOf(deprecation, request.params as Readonly<Record<string, string>>), 'successor-version');
    done();
  });
}

function deprecationFields({ since, sunset }: Deprecation): Record<'Deprecation' | 'Sunset', string> {
  return { Deprecation: `@${Date.parse(since) / 1_000}`, Sunset: new Date(sunset).toUTCString() };
}

const successorOf = ({ successor }: Deprecation, params: Readonly<Record<string, string>>): string =>
  `/api/v1${successor.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))}`;

const DESCRIPTIONS = {
  Deprecation: 'Since when the route is deprecated, in seconds since 1970 (RFC 9745).',
  Sunset: 'From when on it may be gone (RFC 8594).',
};

/** For the API document. */
export function deprecationHeaders(deprecation: Deprecation) {
  const { Deprecation: since, Sunset: sunset } = deprecationFields(deprecation);
  const field = (description: string, example: string) => ({ description, schema: { type: 'string', maxLength: 40 }, example });
  return { Deprecation: field(DESCRIPTIONS.Deprecation, since), Sunset: field(DESCRIPTIONS.Sunset, sunset) };
}
