import type { FastifyInstance } from 'fastify';
import type { ControlDependencies } from './control-dependencies.js';
import { ControlError, found } from './control-error.js';

const DEFAULT_LIMIT = 100;

const LIST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    event: { type: 'string' },
    state: { enum: ['pending', 'delivered', 'failed'] },
    limit: { type: 'string', pattern: '^[1-9][0-9]{0,2}$' },
  },
};

interface ListQuery {
  event?: string;
  state?: string;
  limit?: string;
}

/** Lists the deliveries of webhooks, and sends an event again. */
export function registerWebhookControls(server: FastifyInstance, dependencies: ControlDependencies): void {
  const { database, ledger, deliveries, dispatcher } = dependencies;

  server.get<{ Querystring: ListQuery }>('/sandbox/webhooks', { schema: { querystring: LIST_SCHEMA } }, ({ query }) => ({
    count: deliveries.countByState(),
    data: deliveries.list({ event: query.event, state: query.state, limit: Number(query.limit ?? DEFAULT_LIMIT) }),
  }));

  // Stripe's dashboard also sends an event again in any state of its deliveries.
  server.post<{ Params: { id: string } }>('/sandbox/events/:id/resend', ({ params }) => {
    const event = found(ledger.events.find(params.id), 'event', params.id);
    if (dispatcher === undefined) throw new ControlError('the sandbox was started without a webhook URL', 409);
    database.transaction(() => deliveries.enqueue(event, { copies: 1, delayMs: () => 0, alteration: null }));
    dispatcher.wake();
    return event;
  });
}
