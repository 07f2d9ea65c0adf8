import type { DisputeFact } from './stripe-facts.js';

/** What a fact changed in what is recorded of its dispute. */
export interface DisputeChange {
  readonly isNew: boolean;
  readonly hasClosed: boolean;
}

/** Disputes are recorded and left to people. */
export abstract class Disputes {
  /** A closed dispute stays closed. */
  abstract record(dispute: DisputeFact, paymentId: string): Promise<DisputeChange>;
}
