import type { FastifyInstance } from 'fastify';
import { KnobError } from './knob-input.js';
import type { Controls } from './controls.js';

const listQuery = {
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

export function webhookKnobs(server: FastifyInstance, { database, ledger, deliveries, dispatcher }: Controls): void {
  server.get<{ Querystring: ListQuery }>('/sandbox/webhooks', { schema: { querystring: listQuery } }, ({ query }) => ({
    count: deliveries.count(),
    data: deliveries.list({ event: query.event, state: query.state }, Number(query.limit ?? 100)),
  }));

  // As the dashboard's button does: once more, whatever became of it before.
  server.post<{ Params: { id: string } }>('/sandbox/events/:id/resend', ({ params }) => {
    const event = ledger.events.find(params.id);
    if (event === undefined) throw new KnobError(`there is no event ${params.id}`, 404);
    if (dispatcher === undefined) throw new KnobError('the sandbox was started without a webhook URL', 409);
    database.transaction(() => deliveries.enqueue(event, { copies: 1, delayMs: () => 0, alteration: null }));
    dispatcher.wake();
    return event;
  });
}
