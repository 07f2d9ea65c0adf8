/** Which bodies are accepted, and how large: JSON, the OAuth2 form where a route has `@FormBody`, raw bytes where it has `@RawBody`, a file where it has `@Upload`. */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type InputFault, InvalidInput } from '../problems/http-errors.js';
import { type RouteConfig, type TextBodyType, WithRouteConfig } from '../route-config.js';
import { isNestedTooDeeply } from '../validation.js';

const KIB = 1_024;
/** A body up to this size is read before access is checked (see `useLargeBodies`). Every request without long texts is smaller. */
export const DEFAULT_MAX_BYTES = 16 * KIB;

const TEXT_BODY_TYPES: readonly TextBodyType[] = ['text/csv', 'application/x-ndjson'];

export type RawBodyRequest = FastifyRequest & { rawBody?: Buffer };

export class BodyTooLarge extends Error {
  readonly statusCode = 413;
  constructor(maxBytes: number) {
    super(tooLarge(maxBytes));
  }
}

class BodyEncoded extends Error {
  readonly statusCode = 415;
  constructor() {
    super('A body must not be compressed.');
  }
}

class JsonExpected extends Error {
  readonly statusCode = 415;
  constructor() {
    super('The body must be JSON: application/json.');
  }
}

class BodyCutOff extends Error {
  readonly statusCode = 400;
  constructor() {
    super('The body was cut off.');
  }
}

export const tooLarge = (maxBytes: number): string => `The body may have at most ${maxBytes / KIB} KiB.`;

/** For a route with long texts or long lists. */
export function MaxBody({ maxBytes }: { maxBytes: number }) {
  const withHandler: MethodDecorator = (target, name, descriptor) => {
    const handler = { controller: target.constructor as Type, method: descriptor.value as () => unknown };
    WithRouteConfig({ maxBodyBytes: maxBytes, handler })(target, name, descriptor);
  };
  return applyDecorators(withHandler, ApiExtension('x-max-body-bytes', maxBytes));
}

/** The handler finds the unparsed bytes of a JSON body in `request.rawBody`: a signature is made over bytes. */
export function RawBody({ maxBytes }: { maxBytes: number }) {
  return applyDecorators(WithRouteConfig({ takesRawBody: true }), MaxBody({ maxBytes }), ApiExtension('x-raw-body', true));
}

/** The route takes a form, and no JSON. */
export function FormBody() {
  return WithRouteConfig({ takesForm: true });
}

/** The route takes text of these media types beside JSON: the body is then that text. */
export function TextBodies(bodies: Partial<Record<TextBodyType, { description: string; example: string }>>) {
  const takesText = TEXT_BODY_TYPES.filter((type) => bodies[type] !== undefined);
  return applyDecorators(WithRouteConfig({ takesText }), ApiExtension('x-text-bodies', bodies));
}

export function useBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = ((route.config ?? {}) as RouteConfig).maxBodyBytes ?? DEFAULT_MAX_BYTES;
  });
  // A body in chunks may be empty too. Not where large bodies are taken: access is checked before their first byte is awaited.
  fastify.addHook('preParsing', ({ method, raw: { headers }, routeOptions }, _reply, payload, done) => {
    if (headers['transfer-encoding'] === undefined || routeOptions.bodyLimit > DEFAULT_MAX_BYTES) return done();
    if (method === 'GET' || method === 'HEAD') return done();
    isEmpty(payload).then((empty) => {
      if (empty) delete headers['transfer-encoding'];
      done();
    }, done);
  });
  fastify.addHook('preParsing', ({ raw: { headers }, routeOptions }, _reply, _payload, done) => {
    const length = headers['content-length'];
    if ((length === undefined || length === '0') && headers['transfer-encoding'] === undefined) {
      // Clients name a media type also where they send nothing: there is nothing to parse.
      delete headers['content-type'];
      return done();
    }
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return done(new BodyEncoded());
    const { bodyLimit, config } = routeOptions;
    const takesUpload = (config as RouteConfig | undefined)?.takesUpload === true;
    if (MULTIPART.test(headers['content-type'] ?? '') !== takesUpload) return done(takesUpload ? new UploadExpected() : new JsonExpected());
    // A body that announces no length is refused by Fastify when it gets too long.
    done(Number(length) > bodyLimit ? new BodyTooLarge(bodyLimit) : null);
  });
  addJsonParser(fastify);
  addFormParser(fastify);
  for (const type of TEXT_BODY_TYPES) addTextParser(fastify, type);
}

/** Takes the place of Fastify's own parsers. */
function addJsonParser(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { takesRawBody, takesForm } = request.routeOptions.config as RouteConfig;
    if (takesRawBody === true) {
      (request as RawBodyRequest).rawBody = body;
      return done(null, {});
    }
    if (takesForm === true) return done(new FormExpected());
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(NOT_UTF8);
    void parseJson(request, body.toString('utf8'), (error, value) => {
      if (error === null && isNestedTooDeeply(value)) done(NESTED_TOO_DEEPLY);
      else done(error, value);
    });
  });
}

function addFormParser(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.routeOptions.config as RouteConfig).takesForm !== true) return done(new JsonExpected());
    if (!isUtf8(body)) return done(NOT_UTF8);
    const { fields, faults } = readForm(body.toString('utf8'));
    if (faults.length > 0) done(new InvalidInput(faults));
    else done(null, fields);
  });
}

function addTextParser(fastify: FastifyInstance, type: TextBodyType): void {
  fastify.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.routeOptions.config as RouteConfig).takesText?.includes(type) !== true) return done(new JsonExpected());
    if (!isUtf8(body)) return done(NOT_UTF8);
    done(null, body.toString('utf8'));
  });
}

/** Waits for the first bytes of the body, which stay in it, or for its end. Rejects where it is cut off before. */
function isEmpty(body: Readable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const bytes = body.read() as Buffer | null;
      // Null: the end comes next.
      if (bytes === null) return;
      stop();
      body.unshift(bytes);
      resolve(false);
    };
    const atEnd = (): void => (stop(), resolve(true));
    const atClose = (): void => (stop(), reject(new BodyCutOff()));
    const stop = (): void => void body.off('readable', look).off('end', atEnd).off('error', atClose).off('close', atClose);
    body.on('readable', look).on('end', atEnd).on('error', atClose).on('close', atClose);
  });
}

/** The parser of `useUploads` takes every route's. */
const MULTIPART = /^\s*multipart\//i;

export class UploadExpected extends Error {
  readonly statusCode = 415;
  constructor() {
    super('The body must be a form with a file: multipart/form-data.');
  }
}

class FormExpected extends Error {
  readonly statusCode = 415;
  constructor() {
    super('The body must be a form: application/x-www-form-urlencoded.');
  }
}

const NOT_UTF8 = new InvalidInput([{ pointer: '', rule: 'utf8', message: 'must be UTF-8' }]);
const NESTED_TOO_DEEPLY = new InvalidInput([{ pointer: '', rule: 'depth', message: 'is nested too deeply' }]);

/** Returns no repaired text: `URLSearchParams` would replace bytes that are not UTF-8. */
function readForm(text: string): { fields: Record<string, string>; faults: InputFault[] } {
  const faults: InputFault[] = [];
  const fields = new Map<string, string>();
  for (const part of text.split('&')) {
    const [name = '', ...value] = part.split('=').map(decodeFormText);
    if (name === null || value.includes(null)) faults.push({ pointer: '', rule: 'utf8', message: 'must be percent-encoded UTF-8' });
    else if (fields.has(name)) faults.push({ pointer: '', rule: 'repeated', message: 'must have each field once' });
    else if (part !== '') fields.set(name, value.join('='));
  }
  return { fields: Object.fromEntries(fields), faults: faults.slice(0, 1) };
}

function decodeFormText(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
