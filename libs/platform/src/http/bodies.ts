/** Which bodies are accepted, and how large: JSON, the OAuth2 form, and raw bytes where a route has `@RawBody`. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type RouteConfig, WithRouteConfig } from './route-config.js';

const KIB = 1024;
const JSON_MAX_BYTES = 100 * KIB;
/** A JSON body up to this size is read before it is refused, so that the answer can name the limit. */
const JSON_READ_BYTES = 256 * KIB;
const FORM_MAX_BYTES = 16 * KIB;

export type RawBodyRequest = FastifyRequest & { rawBody?: Buffer };

class BodyTooLarge extends Error {
  readonly statusCode = 413;
  constructor() {
    super(`A JSON body may have at most ${JSON_MAX_BYTES / KIB} KiB.`);
  }
}

class BodyEncoded extends Error {
  readonly statusCode = 415;
  constructor() {
    super('A body must not be compressed.');
  }
}

/** The handler finds the unparsed bytes of a JSON body in `request.rawBody`: a signature is made over bytes. */
export function RawBody({ maxBytes }: { maxBytes: number }) {
  return applyDecorators(WithRouteConfig({ rawBodyMaxBytes: maxBytes }), ApiExtension('x-raw-body', true));
}

export function useBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { rawBodyMaxBytes } = (route.config ?? {}) as RouteConfig;
    if (rawBodyMaxBytes !== undefined) route.bodyLimit = rawBodyMaxBytes;
  });
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done();
    else done(new BodyEncoded());
  });
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer', bodyLimit: JSON_READ_BYTES }, (request, body, done) => {
    if ((request.routeOptions.config as RouteConfig).rawBodyMaxBytes !== undefined) {
      (request as RawBodyRequest).rawBody = body;
      done(null, {});
    } else if (body.length > JSON_MAX_BYTES) {
      done(new BodyTooLarge(), undefined);
    } else {
      void parseJson(request, body.toString('utf8'), done);
    }
  });
  fastify.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_MAX_BYTES },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body)));
    },
  );
}
