/** The documents of the API: OpenAPI 3.1 with Swagger UI and ReDoc, served without a CDN. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { completeDocument } from './openapi-document.js';
import { ProblemView } from './problem.view.js';

const REDOC_BUNDLE = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
const REDOC_PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Movie reservation</title></head>
  <body style="margin:0"><redoc spec-url="/docs/openapi.json"></redoc><script src="/redoc/redoc.standalone.js"></script></body>
</html>
`;
/** ReDoc has inline styles, and searches in a worker that it creates from a blob. */
const REDOC_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none'; frame-ancestors 'self'";

export function serveDocuments(app: INestApplication, fastify: FastifyInstance): void {
  const config = new DocumentBuilder()
    .setTitle('Movie reservation')
    .setDescription('Browse movies and showtimes, hold seats, pay through Stripe. Refusals are RFC 9457 problem details.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addOAuth2({ type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/auth/access-token', scopes: {} } } })
    .build();
  const scanned = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemView],
  });
  const document = completeDocument(scanned);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json', yamlDocumentUrl: 'docs/openapi.yaml' });

  fastify.get('/redoc', (_request, reply) => reply.type('text/html').header('content-security-policy', REDOC_POLICY).send(REDOC_PAGE));
  fastify.get('/redoc/redoc.standalone.js', (_request, reply) =>
    reply.type('text/javascript').header('cache-control', 'public, max-age=86400').send(createReadStream(REDOC_BUNDLE)),
  );
}
