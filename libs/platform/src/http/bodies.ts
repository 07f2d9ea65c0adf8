/** What bodies are taken and how large: JSON up to 100 KiB, the OAuth2 form, and the webhook's raw bytes. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

const JSON_LIMIT = 100 * 1024;
const WEBHOOK_LIMIT = 256 * 1024;
const FORM_LIMIT = 16 * 1024;
const WEBHOOK_PATH = '/api/v1/webhooks/stripe';

export type RawBodyRequest = FastifyRequest & { rawBody?: Buffer };

class BodyTooLarge extends Error {
  readonly statusCode = 413;
  constructor() {
    super(`A JSON body may have at most ${JSON_LIMIT / 1024} KiB.`);
  }
}

class BodyEncoded extends Error {
  readonly statusCode = 415;
  constructor() {
    super('A body must not be compressed.');
  }
}

export function useBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done();
    else done(new BodyEncoded());
  });
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer', bodyLimit: WEBHOOK_LIMIT }, (request, body, done) => {
    if (request.routeOptions.url === WEBHOOK_PATH) {
      (request as RawBodyRequest).rawBody = body;
      done(null, {});
    } else if (body.length > JSON_LIMIT) {
      done(new BodyTooLarge(), undefined);
    } else {
      void parseJson(request, body.toString('utf8'), done);
    }
  });
  fastify.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body)));
    },
  );
}
