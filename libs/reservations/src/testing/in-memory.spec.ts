import { InMemoryCancellationRuns } from './in-memory-cancellation-runs.js';
import { InMemoryJudging } from './in-memory-judging.js';
import { InMemoryReservations } from './in-memory-reservations.js';
import { judgingContract } from './judging.contract.js';
import { type Books, cancellationRunsContract, reservationsContract } from './reservations.contract.js';

function books(): Promise<Books> {
  const reservations = new InMemoryReservations();
  return Promise.resolve({
    reservations,
    runs: new InMemoryCancellationRuns(reservations),
    facts: (id: string) => Promise.resolve(reservations.facts(id)),
  });
}

describe('Reservations kept in memory', () => reservationsContract(books));

describe('Cancellation runs kept in memory', () => cancellationRunsContract(books));

describe('Progress of the judging kept in memory', () =>
  judgingContract(() => {
    const reservations = new InMemoryReservations();
    return Promise.resolve({ reservations, judging: new InMemoryJudging(reservations) });
  }));
