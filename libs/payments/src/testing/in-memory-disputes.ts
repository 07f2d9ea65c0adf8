import type { DisputeFact } from '../domain/stripe-facts.js';
import { type DisputeChange, Disputes } from '../domain/disputes.js';

export class InMemoryDisputes extends Disputes {
  readonly all = new Map<string, DisputeFact & { readonly paymentId: string }>();

  record(dispute: DisputeFact, paymentId: string): Promise<DisputeChange> {
    const known = this.all.get(dispute.disputeId);
    if (known === undefined) this.all.set(dispute.disputeId, { ...dispute, paymentId });
    else if (!known.closed) this.all.set(dispute.disputeId, { ...known, status: dispute.status, closed: dispute.closed });
    return Promise.resolve({ isNew: known === undefined, hasClosed: dispute.closed && !(known?.closed ?? false) });
  }
}
