/** Prints the OpenAPI document of the compiled code. Needs no server: nothing is started. */
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { buildDocument, setRoutePrefix } from '@app/platform/http/document/openapi.js';
import { ApiModule } from './api.module.js';
import { API_TEXTS } from '../../api-texts.js';
import { readSettings } from '../../settings.js';

/** Addresses and secrets of the right shape: nothing connects to them. */
const SETTINGS = {
  NODE_ENV: 'development',
  DATABASE_URL: 'postgresql://nobody@localhost/none',
  JWT_SECRET: 'only-for-printing-the-document-0123456789',
  STRIPE_SECRET_KEY: 'sk_test_none',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_none',
  STRIPE_WEBHOOK_SECRET: 'whsec_none',
};

const app = await NestFactory.create(ApiModule.for(readSettings(SETTINGS)), new FastifyAdapter(), { preview: true, logger: false });
setRoutePrefix(app);
process.stdout.write(`${JSON.stringify(buildDocument(app, API_TEXTS), null, 2)}\n`);
