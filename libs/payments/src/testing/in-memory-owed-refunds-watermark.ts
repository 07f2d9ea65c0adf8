import { OwedRefundsWatermark } from '../domain/owed-refunds-watermark.js';

/** A watermark for specs. */
export class InMemoryOwedRefundsWatermark extends OwedRefundsWatermark {
  #requestedUntil = new Date(0);

  read(): Promise<Date> {
    return Promise.resolve(this.#requestedUntil);
  }

  advanceTo(owedAt: string): Promise<void> {
    const at = new Date(owedAt);
    if (at > this.#requestedUntil) this.#requestedUntil = at;
    return Promise.resolve();
  }

  reset(): Promise<void> {
    this.#requestedUntil = new Date(0);
    return Promise.resolve();
  }
}
