import type { DisputeFact } from './stripe-facts.js';

/** Charge-backs: recorded, and left to people. */
export abstract class Disputes {
  /** Answers whether this dispute is new. A closed one stays closed. */
  abstract record(dispute: DisputeFact, paymentId: string): Promise<boolean>;
}
