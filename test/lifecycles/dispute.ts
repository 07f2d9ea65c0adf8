/** The transitions of a dispute, from what Stripe says about it. */
import { BY_EVENT, type DisputeState, disputeAfter, disputeOutcome, newDispute } from '../../libs/payments/src/domain/disputes.js';
import { aDispute } from '../../libs/payments/src/testing/fake-card-payments.js';
import { NONE } from './diagrams.js';
import { Transitions } from './explore.js';

const NOW = new Date('2026-12-01T12:00:00.000Z');
const FACTS = [
  aDispute(),
  aDispute({ status: 'warning_needs_response' }),
  aDispute({ status: 'won', closed: true }),
  aDispute({ status: 'lost', closed: true }),
  aDispute({ status: 'warning_closed', closed: true }),
];

export function observeDispute(): string[] {
  const transitions = new Transitions();
  const states = new Map<string, DisputeState>();
  for (const fact of FACTS) {
    const dispute = newDispute(fact, 'p1', NOW);
    transitions.add(NONE, disputeOutcome(dispute));
    states.set(dispute.status, dispute);
  }
  for (const known of states.values()) {
    for (const fact of FACTS) {
      for (const source of [BY_EVENT, { statusWhenAsked: known.status }])
        transitions.add(disputeOutcome(known), disputeOutcome(disputeAfter(known, fact, source, NOW).after));
    }
  }
  return transitions.lines;
}
