import type { Stripe } from 'stripe';
import { invalidRequest } from '../http/api-error.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardBehind } from '../payments/charge.js';
import { newDispute, reinstatement } from './dispute.js';

export interface DisputeRequest {
  charge: Stripe.Charge;
  amount: number | undefined;
  reason: string;
  inquiry: boolean;
}

const closed = ['won', 'lost', 'warning_closed', 'prevented'];

/** A customer takes money back through the bank: how a dispute opens, moves and ends. */
export class Disputing {
  constructor(private readonly ledger: Ledger) {}

  open(request: DisputeRequest, cause: Cause): Stripe.Dispute {
    const { charge } = request;
    if (charge.status !== 'succeeded') throw invalidRequest(`Charge ${charge.id} was not successful; it cannot be disputed.`);
    if (charge.disputed) throw invalidRequest(`Charge ${charge.id} is already disputed.`);
    const dispute = newDispute({ ...request, amount: request.amount ?? charge.amount });
    this.ledger.disputes.add(dispute);
    this.ledger.record('charge.dispute.created', dispute, cause);
    if (request.inquiry) return dispute;
    this.#mark(charge, true, cause);
    this.ledger.record('charge.dispute.funds_withdrawn', dispute, cause);
    return dispute;
  }

  /** What the test card promises a moment after it paid. */
  openAsTheCardSays(charge: string, cause: Cause): void {
    const found = this.ledger.charges.find(charge);
    if (found === undefined || found.disputed) return;
    const behaviour = cardBehind(found).dispute;
    if (behaviour === undefined) return;
    const inquiry = behaviour === 'inquiry';
    this.open({ charge: found, amount: undefined, reason: inquiry ? 'fraudulent' : behaviour, inquiry }, cause);
  }

  /** The account answers; under test, what it writes decides (https://docs.stripe.com/testing#evidence). */
  answer(
    dispute: Stripe.Dispute,
    change: { evidence: Partial<Stripe.Dispute.Evidence>; metadata: Record<string, string>; submit: boolean },
    cause: Cause,
  ): Stripe.Dispute {
    if (closed.includes(dispute.status)) throw invalidRequest('This dispute is already closed.', { param: 'evidence' });
    const hasEvidence = dispute.evidence_details.has_evidence || Object.keys(change.evidence).length > 0;
    const submitted = change.submit && hasEvidence;
    const answered: Stripe.Dispute = {
      ...dispute,
      evidence: { ...dispute.evidence, ...change.evidence },
      evidence_details: {
        ...dispute.evidence_details,
        has_evidence: hasEvidence,
        submission_count: dispute.evidence_details.submission_count + (submitted ? 1 : 0),
        submission_method: submitted ? 'manual' : dispute.evidence_details.submission_method,
      },
      metadata: change.metadata,
      status: submitted ? (dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review') : dispute.status,
    };
    this.ledger.disputes.change(answered);
    this.ledger.record('charge.dispute.updated', answered, cause, dispute);
    const verdict = submitted ? answered.evidence.uncategorized_text : null;
    if (verdict === 'winning_evidence') return this.close(answered, 'won', cause);
    if (verdict === 'losing_evidence') return this.close(answered, 'lost', cause);
    return answered;
  }

  close(dispute: Stripe.Dispute, outcome: 'won' | 'lost', cause: Cause): Stripe.Dispute {
    if (closed.includes(dispute.status)) throw invalidRequest('This dispute is already closed.');
    const inquiry = dispute.status.startsWith('warning');
    const won = outcome === 'won' && !inquiry;
    const ended: Stripe.Dispute = {
      ...dispute,
      balance_transactions: won ? [...dispute.balance_transactions, reinstatement(dispute)] : dispute.balance_transactions,
      status: inquiry ? 'warning_closed' : outcome,
    };
    this.ledger.disputes.change(ended);
    this.ledger.record('charge.dispute.closed', ended, cause, dispute);
    if (won) this.ledger.record('charge.dispute.funds_reinstated', ended, cause);
    return ended;
  }

  #mark(charge: Stripe.Charge, disputed: boolean, cause: Cause): void {
    const marked: Stripe.Charge = { ...charge, disputed };
    this.ledger.charges.change(marked);
    this.ledger.record('charge.updated', marked, cause, charge);
  }
}
