import { Judging } from '../domain/judging.js';
import type { InMemoryReservations } from './in-memory-reservations.js';

export class InMemoryJudging extends Judging {
  #until = new Date(0);

  constructor(private readonly reservations: InMemoryReservations) {
    super();
  }

  judgedUntil(): Promise<Date> {
    return Promise.resolve(this.#until);
  }

  remember(settledAt: string): Promise<void> {
    const at = new Date(settledAt);
    if (at > this.#until) this.#until = at;
    return Promise.resolve();
  }

  unjudged(paymentIds: readonly string[]): Promise<Set<string>> {
    return Promise.resolve(new Set(paymentIds.filter((id) => !this.reservations.outcomes.has(id))));
  }
}
