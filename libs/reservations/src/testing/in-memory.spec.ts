import { cancellationRunsContract } from './cancellation-runs.contract.js';
import { InMemoryCancellationRuns } from './in-memory-cancellation-runs.js';
import { InMemoryReservations } from './in-memory-reservations.js';
import { InMemorySettlementWatermark } from './in-memory-settlement-watermark.js';
import { reservationsContract } from './reservations.contract.js';
import { settlementWatermarkContract } from './settlement-watermark.contract.js';
import type { Stores } from './stores.js';

function makeStores(): Promise<Stores> {
  const reservations = new InMemoryReservations();
  return Promise.resolve({
    reservations,
    runs: new InMemoryCancellationRuns(reservations),
    watermark: new InMemorySettlementWatermark(reservations),
    eventsOf: (id: string) => Promise.resolve(reservations.eventsOf(id)),
  });
}

describe('Reservations in memory', () => reservationsContract(makeStores));

describe('Cancellation runs in memory', () => cancellationRunsContract(makeStores));

describe('The settlement watermark in memory', () => settlementWatermarkContract(makeStores));
