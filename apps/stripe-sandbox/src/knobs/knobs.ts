import type { FastifyInstance } from 'fastify';
import { ApiError } from '../http/api-error.js';
import type { Controls } from './controls.js';
import { faultKnobs } from './fault-knobs.js';
import { describeFaults } from './knob-input.js';
import { ledgerKnobs } from './ledger-knobs.js';
import { moneyKnobs } from './money-knobs.js';
import { webhookKnobs } from './webhook-knobs.js';

/** What Stripe does not have: the sandbox is steered and read here, without a key. README.md lists every knob. */
export async function serveKnobs(server: FastifyInstance, controls: Controls): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.setSchemaErrorFormatter(describeFaults);
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
      return reply.status(status).send({ error: error.message });
    });
    faultKnobs(scope, controls);
    moneyKnobs(scope, controls);
    webhookKnobs(scope, controls);
    ledgerKnobs(scope, controls);
    done();
  });
}
