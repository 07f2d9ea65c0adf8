import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { type DisputeChange, Disputes, type DisputeSource, type DisputeState, disputeAfter, newDispute } from '../domain/disputes.js';
import type { DisputeFact } from '../domain/stripe-facts.js';

export class InMemoryDisputes extends Disputes {
  readonly all = new Map<string, DisputeState>();

  constructor(private readonly clock = new FixedClock()) {
    super();
  }

  record(fact: DisputeFact, paymentId: string, source: DisputeSource): Promise<DisputeChange> {
    const now = this.clock.now();
    const known = this.all.get(fact.disputeId);
    const change =
      known === undefined
        ? { before: null, after: newDispute(fact, paymentId, now), isDoubtful: false }
        : disputeAfter(known, fact, source, now);
    this.all.set(fact.disputeId, change.after);
    return Promise.resolve(change);
  }

  find(disputeId: string): Promise<DisputeState | null> {
    return Promise.resolve(this.all.get(disputeId) ?? null);
  }

  ofPayments(paymentIds: readonly string[]): Promise<DisputeState[]> {
    return Promise.resolve([...this.all.values()].filter(({ paymentId }) => paymentIds.includes(paymentId)));
  }
}
