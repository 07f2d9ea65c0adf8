/** The API's own description: OpenAPI 3.1 with Swagger UI and ReDoc, all served from here. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export function serveDocuments(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Movie reservation')
    .setDescription('Browse films and showings, hold seats, pay through Stripe. Refusals are RFC 9457 problem details.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addOAuth2({ type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/auth/access-token', scopes: {} } } })
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json', yamlDocumentUrl: 'docs/openapi.yaml' });
}
