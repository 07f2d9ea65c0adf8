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

  differing(facts: readonly DisputeFact[]): Promise<DisputeFact[]> {
    const isSame = ({ disputeId, status, funds }: DisputeFact): boolean => {
      const known = this.all.get(disputeId);
      return known !== undefined && known.status === status && known.funds.movements >= funds.movements;
    };
    return Promise.resolve(facts.filter((fact) => !isSame(fact)));
  }

  idsOpenOrClosedAfter(time: Date): Promise<string[]> {
    const found = [...this.all.values()].filter(({ closedAt }) => closedAt === null || closedAt > time);
    return Promise.resolve(found.map(({ id }) => id).sort());
  }
}
