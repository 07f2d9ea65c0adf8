import { InMemoryCancellationRuns } from './in-memory-cancellation-runs.js';
import { InMemorySettlementWatermark } from './in-memory-settlement-watermark.js';
import { InMemoryReservations } from './in-memory-reservations.js';
import { settlementWatermarkContract } from './settlement-watermark.contract.js';
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

describe('Progress of the watermark kept in memory', () =>
  settlementWatermarkContract(() => {
    const reservations = new InMemoryReservations();
    return Promise.resolve({ reservations, watermark: new InMemorySettlementWatermark(reservations) });
  }));
