/** Which web pages may call the API from a browser (CORS). */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

const EXPOSED_HEADERS = [
  'Location',
  'Retry-After',
  'X-Request-Id',
  'Idempotent-Replayed',
  'ETag',
  'Allow',
  'WWW-Authenticate',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Deprecation',
  'Sunset',
];
const PREFLIGHT_SECONDS = 600;

export type AllowedOrigin = string | RegExp;

/** `http://localhost:*` stands for every port. */
export function allowedOrigins(origins: readonly string[]): AllowedOrigin[] {
  return origins.map((origin) =>
    origin.endsWith(':*') ? new RegExp(`^${origin.slice(0, -2).replaceAll(/[.[\]]/g, '\\$&')}(:\\d{1,5})?$`) : origin,
  );
}

export function enableCors(app: NestFastifyApplication, origins: readonly AllowedOrigin[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    // `MethodNotAllowedRoutes` answers: an OPTIONS without the headers of a preflight is a method like others.
    preflightContinue: true,
    strictPreflight: false,
  });
}

/** For an answer that is made before or without the hooks of the application. */
export function addCorsHeaders({ headers }: FastifyRequest, reply: FastifyReply, origins: readonly AllowedOrigin[]): void {
  if (origins.length === 0) return;
  addVary(reply, 'Origin');
  const { origin } = headers;
  if (origin === undefined || !origins.some((allowed) => (typeof allowed === 'string' ? allowed === origin : allowed.test(origin)))) return;
  void reply.headers({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(', ') });
}

/** Adds to what other hooks have said. */
export function addVary(reply: FastifyReply, header: string): void {
  const said = reply.getHeader('vary');
  void reply.header('Vary', said === undefined ? header : `${String(said)}, ${header}`);
}
