import { SettlementWatermark } from '../domain/settlement-watermark.js';
import type { InMemoryReservations } from './in-memory-reservations.js';

/** A settlement watermark for specs. */
export class InMemorySettlementWatermark extends SettlementWatermark {
  #settledUntil = new Date(0);

  constructor(private readonly reservations: InMemoryReservations) {
    super();
  }

  read(): Promise<Date> {
    return Promise.resolve(this.#settledUntil);
  }

  advanceTo(settledAt: string): Promise<void> {
    const at = new Date(settledAt);
    if (at > this.#settledUntil) this.#settledUntil = at;
    return Promise.resolve();
  }

  reset(): Promise<void> {
    this.#settledUntil = new Date(0);
    return Promise.resolve();
  }

  outstanding(paymentIds: readonly string[]): Promise<Set<string>> {
    return Promise.resolve(new Set(paymentIds.filter((id) => !this.reservations.outcomes.has(id))));
  }
}
