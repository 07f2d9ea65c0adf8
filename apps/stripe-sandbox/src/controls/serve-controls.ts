import type { FastifyInstance } from 'fastify';
import { ApiError } from '../http/api-error.js';
import type { ControlDependencies } from './control-dependencies.js';
import { toControlError } from './control-error.js';
import { registerDisputeControls } from './dispute-controls.js';
import { registerFaultControls } from './fault-controls.js';
import { registerLedgerControls } from './ledger-controls.js';
import { registerPaymentControls } from './payment-controls.js';
import { registerRefundControls } from './refund-controls.js';
import { registerWebhookControls } from './webhook-controls.js';

/** Adds the routes below `/sandbox`, which Stripe does not have. They need no key. README.md lists them. */
export async function serveControls(server: FastifyInstance, dependencies: ControlDependencies): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.setSchemaErrorFormatter(toControlError);
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
      return reply.status(status).send({ error: error.message });
    });
    registerFaultControls(scope, dependencies);
    registerPaymentControls(scope, dependencies);
    registerRefundControls(scope, dependencies);
    registerDisputeControls(scope, dependencies);
    registerWebhookControls(scope, dependencies);
    registerLedgerControls(scope, dependencies);
    done();
  });
}
