import type { DisputeFact } from './stripe-facts.js';

/** Disputes are recorded and left to people. */
export abstract class Disputes {
  /** Returns whether the dispute is new. A closed one stays closed. */
  abstract record(dispute: DisputeFact, paymentId: string): Promise<boolean>;
}
