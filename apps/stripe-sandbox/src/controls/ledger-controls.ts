import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Collection } from '../ledger/collection.js';
import type { ControlDependencies } from './control-dependencies.js';

const BATCH_SIZE = 500;

/** Reads the whole ledger, and resets it. */
export function registerLedgerControls(server: FastifyInstance, { database, ledger, faults }: ControlDependencies): void {
  // Returns payment intents, charges, refunds and disputes, each oldest first. One object a line lets a client read a ledger of any size.
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
    database.deleteAllRows();
    faults.clear();
    return { reset: true };
  });
}

function* linesOf<T extends { id: string; created: number }>(collection: Collection<T>): Generator<string> {
  let lastSeq = 0;
  let rows = collection.readAfter(lastSeq, BATCH_SIZE);
  while (rows.length > 0) {
    yield rows.map(({ object }) => `${JSON.stringify(object)}\n`).join('');
    lastSeq = rows.at(-1)?.seq ?? lastSeq;
    rows = collection.readAfter(lastSeq, BATCH_SIZE);
  }
}
