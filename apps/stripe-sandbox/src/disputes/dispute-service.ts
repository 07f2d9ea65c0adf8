import type { Stripe } from 'stripe';
import { invalidRequest } from '../http/api-error.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardOfCharge } from '../payments/charge.js';
import { newDispute, newReinstatement, newWithdrawal } from './dispute.js';

interface DisputeDecision {
  outcome: 'won' | 'lost';
  /** What the bank gives up of a dispute that is lost. Stripe calls that partially won, and its status stays lost. */
  reinstated?: number | undefined;
}

interface DisputeRequest {
  charge: Stripe.Charge;
  amount: number | undefined;
  reason: string;
  inquiry: boolean;
}

const CLOSED_STATUSES = ['won', 'lost', 'warning_closed', 'prevented'];

/** Opens, changes and closes disputes. In a dispute, a customer demands the money back through the bank. */
export class DisputeService {
  constructor(private readonly ledger: Ledger) {}

  open(request: DisputeRequest, cause: Cause): Stripe.Dispute {
    const { charge } = request;
    if (charge.status !== 'succeeded') throw invalidRequest(`Charge ${charge.id} was not successful; it cannot be disputed.`);
    if (charge.disputed) throw invalidRequest(`Charge ${charge.id} is already disputed.`);
    const dispute = newDispute({ ...request, amount: request.amount ?? charge.amount });
    this.ledger.disputes.add(dispute);
    this.ledger.recordEvent('charge.dispute.created', dispute, { cause });
    if (request.inquiry) return dispute;
    this.markDisputed(charge, cause);
    this.ledger.recordEvent('charge.dispute.funds_withdrawn', dispute, { cause });
    return dispute;
  }

  /** Opens the dispute that the charge's test card stands for. Does nothing when the charge is already disputed. */
  openForTestCard(chargeId: string, cause: Cause): void {
    const charge = this.ledger.charges.find(chargeId);
    if (charge === undefined || charge.disputed) return;
    const behaviour = cardOfCharge(charge).dispute;
    if (behaviour === undefined) return;
    const inquiry = behaviour === 'inquiry';
    this.open({ charge, amount: undefined, reason: inquiry ? 'fraudulent' : behaviour, inquiry }, cause);
  }

  /** In test mode the text of the evidence decides the dispute: https://docs.stripe.com/testing#evidence. */
  submitEvidence(
    dispute: Stripe.Dispute,
    change: { evidence: Partial<Stripe.Dispute.Evidence>; metadata: Record<string, string>; submit: boolean },
    cause: Cause,
  ): Stripe.Dispute {
    if (CLOSED_STATUSES.includes(dispute.status)) throw invalidRequest('This dispute is already closed.', { param: 'evidence' });
    const hasEvidence = dispute.evidence_details.has_evidence || Object.keys(change.evidence).length > 0;
    const submitted = change.submit && hasEvidence;
    const updated: Stripe.Dispute = {
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
    this.ledger.disputes.update(updated);
    this.ledger.recordEvent('charge.dispute.updated', updated, { cause, before: dispute });
    const decidingText = submitted ? updated.evidence.uncategorized_text : null;
    if (decidingText === 'winning_evidence') return this.close(updated, { outcome: 'won' }, cause);
    if (decidingText === 'losing_evidence') return this.close(updated, { outcome: 'lost' }, cause);
    return updated;
  }

  close(dispute: Stripe.Dispute, { outcome, reinstated = 0 }: DisputeDecision, cause: Cause): Stripe.Dispute {
    if (CLOSED_STATUSES.includes(dispute.status)) throw invalidRequest('This dispute is already closed.');
    if (dispute.status.startsWith('warning')) return this.decide(dispute, { status: 'warning_closed' }, cause);
    return this.decide(
      dispute,
      { status: outcome, movement: reinstatement(dispute, outcome === 'won' ? dispute.amount : reinstated) },
      cause,
    );
  }

  /** The bank decides a closed dispute anew: what was lost is won, or the reverse. */
  appeal(dispute: Stripe.Dispute, outcome: 'won' | 'lost', cause: Cause): Stripe.Dispute {
    if (!['won', 'lost'].includes(dispute.status) || dispute.status === outcome) throw invalidRequest('This dispute cannot be appealed.');
    const kept = -dispute.balance_transactions.reduce((sum, { amount }) => sum + amount, 0);
    const movement = outcome === 'won' ? newReinstatement(dispute, kept) : newWithdrawal(dispute, 0);
    return this.decide(dispute, { status: outcome, movement }, cause);
  }

  private decide(
    dispute: Stripe.Dispute,
    { status, movement = null }: { status: Stripe.Dispute.Status; movement?: Stripe.BalanceTransaction | null },
    cause: Cause,
  ): Stripe.Dispute {
    const moved = movement === null ? [] : [movement];
    const closed: Stripe.Dispute = { ...dispute, balance_transactions: [...dispute.balance_transactions, ...moved], status };
    this.ledger.disputes.update(closed);
    this.ledger.recordEvent('charge.dispute.closed', closed, { cause, before: dispute });
    for (const { amount } of moved) {
      this.ledger.recordEvent(amount > 0 ? 'charge.dispute.funds_reinstated' : 'charge.dispute.funds_withdrawn', closed, { cause });
    }
    return closed;
  }

  private markDisputed(charge: Stripe.Charge, cause: Cause): void {
    const disputed: Stripe.Charge = { ...charge, disputed: true };
    this.ledger.charges.update(disputed);
    this.ledger.recordEvent('charge.updated', disputed, { cause, before: charge });
  }
}

function reinstatement(dispute: Stripe.Dispute, amount: number): Stripe.BalanceTransaction | null {
  return amount === 0 ? null : newReinstatement(dispute, amount);
}
