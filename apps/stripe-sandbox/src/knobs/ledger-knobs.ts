import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Collection } from '../ledger/collection.js';
import type { Controls } from './controls.js';

const batch = 500;

export function ledgerKnobs(server: FastifyInstance, { database, ledger, faults }: Controls): void {
  // One object a line, so that a ledger of any size can be read: payment intents, charges, refunds, disputes, each oldest first.
  server.get('/sandbox/ledger', (_request, reply) => {
    function* lines(): Generator<string> {
      yield* linesOf(ledger.paymentIntents);
      yield* linesOf(ledger.charges);
      yield* linesOf(ledger.refunds);
      yield* linesOf(ledger.disputes);
    }
    return reply.type('application/x-ndjson').send(Readable.from(lines()));
  });

  server.post('/sandbox/reset', () => {
    database.empty();
    faults.forget();
    return { reset: true };
  });
}

function* linesOf<T extends { id: string; created: number }>(collection: Collection<T>): Generator<string> {
  for (let last = 0, rows = collection.after(0, batch); rows.length > 0; rows = collection.after(last, batch)) {
    yield rows.map(({ object }) => `${JSON.stringify(object)}\n`).join('');
    last = rows.at(-1)?.seq ?? last;
  }
}
