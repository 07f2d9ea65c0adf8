/** `/docs`: Swagger UI without a CDN. A page of our own, because the one of @nestjs/swagger has no viewport: a phone shows it shrunk. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { serveOnce } from './prepared-answers.js';

/** The package that @nestjs/swagger brings. */
const FILES = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SERVED_FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const MAX_AGE_SECONDS = 86_400;

/** Below this width tables become lists, and long paths and codes break instead of widening the page. */
const NARROW_STYLE = `
body { margin: 0 }
@media (max-width: 720px) {
  .swagger-ui .wrapper { padding: 0 8px }
  .swagger-ui .info { margin: 16px 0 }
  .swagger-ui .info .title { font-size: 24px }
  .swagger-ui .scheme-container { padding: 12px 0 }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
  .swagger-ui .opblock .opblock-summary-path { max-width: 100%; word-break: break-word }
  .swagger-ui .opblock-tag { flex-wrap: wrap; font-size: 18px }
  .swagger-ui .opblock-tag small { flex-basis: 100%; padding: 0 }
  .swagger-ui table.parameters, .swagger-ui table.parameters tbody, .swagger-ui table.parameters tr, .swagger-ui table.parameters td,
  .swagger-ui table.responses-table, .swagger-ui table.responses-table tbody, .swagger-ui table.responses-table tr,
  .swagger-ui table.responses-table td { display: block; width: auto; max-width: 100% }
  .swagger-ui table.parameters thead, .swagger-ui table.responses-table thead { display: none }
  .swagger-ui .parameters-col_description input, .swagger-ui .parameters-col_description select, .swagger-ui textarea { max-width: 100%; font-size: 16px }
  .swagger-ui .highlight-code, .swagger-ui .microlight, .swagger-ui pre { max-width: 100%; overflow-x: auto; overflow-wrap: anywhere }
  .swagger-ui .dialog-ux .modal-ux { min-width: 0; width: 94vw }
}
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Movie reservation API</title>
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"><style>${NARROW_STYLE}</style>
</head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

/** `validatorUrl: null`: otherwise the page asks a server of swagger.io for a badge. */
const START = `window.ui = SwaggerUIBundle(${JSON.stringify({
  url: '/docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
})});
`;

export function serveSwaggerPage(fastify: FastifyInstance): void {
  fastify.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  fastify.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const [name, type] of Object.entries(SERVED_FILES))
    serveOnce(fastify, `/docs/${name}`, { type, maxAgeSeconds: MAX_AGE_SECONDS, make: () => readFileSync(join(FILES, name)) });
}
