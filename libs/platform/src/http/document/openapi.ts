/** The documents of the API: OpenAPI 3.1 with Swagger UI and ReDoc, served without a CDN. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Clock } from '@app/kernel/clock.js';
import { dump } from 'js-yaml';
import { withDaysAhead, yearAhead } from './days-ahead.js';
import { completeDocument } from './openapi-document.js';
import { MethodNotAllowed } from '../problems/http-errors.js';
import { serveEventPages } from './event-pages.js';
import type { ApiTexts } from './openapi-texts.js';
import { withPathExamples } from './path-examples.js';
import { serveMadeOf } from './prepared-answers.js';
import { serveProblemPages } from './problem-pages.js';
import { ProblemRegistry } from '../problems/problem-registry.js';
import { ProblemView } from '../problems/problem.view.js';
import { problemsOf } from '../problems/problems.js';
import { serveRedocPage } from './redoc-page.js';
import { serveSwaggerPage } from './swagger-page.js';

const MAX_AGE_SECONDS = 3_600;

/** What no operation answers: the router, the parser and faults of the system do. */
const PROBLEMS_OF_NO_OPERATION = [
  { statusCode: 404, message: 'There is nothing at this path.' },
  { statusCode: 408, message: 'The request did not arrive in time.' },
  { statusCode: 414, message: 'The address is too long.' },
  { statusCode: 431, message: 'The header fields are too large.' },
  new MethodNotAllowed(['GET', 'POST']),
  new Error('A fault of the system'),
];

export function setRoutePrefix(app: INestApplication): void {
  app.setGlobalPrefix('api/v1', { exclude: ['/', 'healthz', 'readyz', 'sandbox/{*path}'] });
}

/** Adds every problem to `registry`. Needs the routes only: an application that is created as a preview is enough. */
export function buildDocument(app: INestApplication, texts: ApiTexts, registry = new ProblemRegistry()): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(texts.title)
    .setDescription(texts.introduction)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setOpenAPIVersion('3.1.0')
    .addServer('/')
    .addBearerAuth()
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'API key',
        description: 'The API key of a machine, in the place of an access token.',
      },
      'apiKey',
    )
    .addOAuth2({ type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/auth/access-token', scopes: {} } } });
  for (const { name, description } of texts.tags) builder.addTag(name, description);
  const scanned = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemView],
  });
  for (const problem of problemsOf(PROBLEMS_OF_NO_OPERATION)) registry.add(problem, null);
  return completeDocument(scanned, registry, texts);
}

export function serveDocuments(app: NestFastifyApplication, fastify: FastifyInstance, texts: ApiTexts): void {
  const registry = new ProblemRegistry();
  const document = buildDocument(app, texts, registry);
  serveProblemPages(fastify, registry);
  const { pathExamples, daysAhead } = texts;
  // Where a document has examples of what there is, it is tried out, and changes with every build.
  const maxAgeSeconds = pathExamples === undefined ? MAX_AGE_SECONDS : 0;
  const yaml = { type: 'text/yaml; charset=utf-8', maxAgeSeconds };
  const json = { type: 'application/json; charset=utf-8', maxAgeSeconds };
  // By the clock that decides about the requests.
  const year = (): number | null => (daysAhead === undefined ? null : yearAhead(daysAhead, app.get<Clock>(Clock, { strict: false }).now()));
  const ofYear = (of: number | null): OpenAPIObject =>
    daysAhead === undefined || of === null ? document : withDaysAhead(document, daysAhead, of);
  serveMadeOf(fastify, '/docs/openapi.yaml', {
    ...yaml,
    madeOf: year,
    make: (of) => dump(ofYear(of), { skipInvalid: true, noRefs: true }),
  });
  serveMadeOf(fastify, '/docs/openapi.json', {
    ...json,
    madeOf: async () => ({ year: year(), examples: (await pathExamples?.(app)) ?? {} }),
    make: (of) => JSON.stringify(withPathExamples(ofYear(of.year), of.examples)),
  });
  serveSwaggerPage(fastify);
  serveRedocPage(fastify);
  if (texts.events !== undefined) serveEventPages(fastify, texts.events);
}
