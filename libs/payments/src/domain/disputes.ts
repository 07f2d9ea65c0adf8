/** What is recorded of a dispute. Facts about it come in any order and more than once, and a decision can change: lost, and won on appeal. */
import { DisputeClosed, DisputeOpened } from '@app/contracts/payments.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { DisputeFact, DisputeFunds } from './stripe-facts.js';

export interface DisputeState {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: MoneyJson;
  /** Stripe's own word. */
  readonly status: string;
  readonly reason: string | null;
  readonly funds: DisputeFunds;
  /** What the bank keeps by the last decision, in minor units of the amount's currency. A dispute can be lost in part. */
  readonly lost: number;
  readonly recordedAt: Date;
  readonly closedAt: Date | null;
}

type DisputeOutcome = 'open' | 'won' | 'lost';

export interface DisputeChange {
  /** Null: the dispute was not known. */
  readonly before: DisputeState | null;
  readonly after: DisputeState;
  /** The fact contradicts a decision. It may be an old one, or the decision has changed: Stripe must be asked. */
  readonly isDoubtful: boolean;
}

/** Where a fact comes from: an event, or Stripe's answer while the dispute had this status here. */
export interface DisputeSource {
  readonly statusWhenAsked: string | null;
}

export const BY_EVENT: DisputeSource = { statusWhenAsked: null };

export abstract class Disputes {
  /** Joins the active transaction, and locks the payment until it ends. */
  abstract record(fact: DisputeFact, paymentId: string, source: DisputeSource): Promise<DisputeChange>;
  /** Null where the dispute is not known. */
  abstract find(disputeId: string): Promise<DisputeState | null>;
  /** In the order in which they were recorded. */
  abstract ofPayments(paymentIds: readonly string[]): Promise<DisputeState[]>;
  /** Of these disputes, those that are not known, or differ here. */
  abstract differing(facts: readonly DisputeFact[]): Promise<DisputeFact[]>;
  /** Ids of those that are open or were decided after this: an appeal can change a decision. */
  abstract idsOpenOrClosedAfter(time: Date): Promise<string[]>;
}

/** The failure of a refund that Stripe refused or gave up, because the charge is disputed: by its code (docs.stripe.com/error-codes), or by its text alone. */
export const REFUSED_IN_DISPUTE =
  /^(charge_disputed|refund_disputed_payment|charge_for_pending_refund_disputed)\b|\bdisputed?\b|charged back/i;

/** The order in which an open dispute moves. docs.stripe.com/api/disputes/object#dispute_object-status */
const OPEN_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'needs_response',
  'under_review',
  'appeal_needs_response',
  'appeal_under_review',
];

export function disputeOutcome({ status, closedAt }: Pick<DisputeState, 'status' | 'closedAt'>): DisputeOutcome {
  if (closedAt === null) return 'open';
  return status === 'lost' ? 'lost' : 'won';
}

/** What is published of a change; null where nothing is. */
export function eventOfDispute(
  { before, after }: DisputeChange,
  ids: { paymentId: string; reservationId: string },
): DisputeOpened | DisputeClosed | null {
  const { id: disputeId, amount, reason, lost } = after;
  const [was, outcome] = [before === null ? null : disputeOutcome(before), disputeOutcome(after)];
  if (was === outcome && before?.lost === lost) return null;
  if (outcome === 'open') return new DisputeOpened({ disputeId, ...ids, amount, reason });
  return new DisputeClosed({ disputeId, ...ids, amount, outcome, lost: { ...amount, amount: lost } });
}

export function newDispute(fact: DisputeFact, paymentId: string, now: Date): DisputeState {
  const { disputeId: id, amount, status, reason, funds } = fact;
  const state = { id, paymentId, amount, status, reason, funds, lost: 0, recordedAt: now, closedAt: fact.closed ? now : null };
  return { ...state, lost: lossOf(state) };
}

/**
 * An event moves an open dispute on or decides it, and never changes a decision: it may be an old one. Stripe's answer is believed, unless the
 * dispute has changed here since Stripe was asked.
 */
export function disputeAfter(known: DisputeState, fact: DisputeFact, { statusWhenAsked }: DisputeSource, now: Date): DisputeChange {
  const isAnswer = statusWhenAsked === known.status;
  const contradicts = known.closedAt !== null && fact.status !== known.status;
  const isBelieved = isAnswer || (known.closedAt === null && (fact.closed || movesOn(known.status, fact.status)));
  // The movements of a decision belong to it: where the one is not believed, the others are not.
  const isYounger = fact.funds.movements >= known.funds.movements;
  const funds = isYounger && (isAnswer || !contradicts) ? fact.funds : known.funds;
  const decided = isBelieved
    ? { amount: fact.amount, status: fact.status, closedAt: fact.closed ? (known.closedAt ?? now) : null }
    : { amount: known.amount, status: known.status, closedAt: known.closedAt };
  const after = { ...known, ...decided, funds };
  return { before: known, after: { ...after, lost: lossOf(after) }, isDoubtful: contradicts && !isAnswer };
}

function movesOn(from: string, to: string): boolean {
  return OPEN_STATUSES.indexOf(to) >= OPEN_STATUSES.indexOf(from);
}

/** A dispute that is open again keeps what was decided before, until it is decided anew. */
function lossOf(state: Pick<DisputeState, 'status' | 'closedAt' | 'amount' | 'funds' | 'lost'>): number {
  const outcome = disputeOutcome(state);
  if (outcome === 'open') return state.lost;
  return outcome === 'lost' ? Math.max(0, state.amount.amount - state.funds.reinstated) : 0;
}
