/** `/redoc`: ReDoc without a request to another server. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { serveOnce } from './prepared-answers.js';

const MAX_AGE_SECONDS = 86_400;
const BUNDLE = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
/** The only thing that the bundle loads by itself. The link beside it stays. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const NO_LOGO = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E';
const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Movie reservation</title></head>
  <body style="margin:0"><redoc spec-url="/docs/openapi.json"></redoc><script src="/redoc/redoc.standalone.js"></script></body>
</html>
`;
/** ReDoc has inline styles, and searches in a worker that it creates from a blob. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none'; frame-ancestors 'self'";

export function serveRedocPage(fastify: FastifyInstance): void {
  fastify.get('/redoc', (_request, reply) => reply.type('text/html').header('content-security-policy', POLICY).send(PAGE));
  serveOnce(fastify, '/redoc/redoc.standalone.js', {
    type: 'text/javascript; charset=utf-8',
    maxAgeSeconds: MAX_AGE_SECONDS,
    make: () => withoutLogo(readFileSync(BUNDLE, 'utf8')),
  });
}

/** Throws where the bundle has no such logo: a new version may load it from elsewhere. */
export function withoutLogo(bundle: string): string {
  if (!bundle.includes(LOGO)) throw new Error('ReDoc has changed: look at what it loads from other servers.');
  return bundle.replaceAll(LOGO, NO_LOGO);
}
