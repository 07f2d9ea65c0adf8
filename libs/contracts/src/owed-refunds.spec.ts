import { APART_REFUND_REASONS, isOwedReason, isRefundedApart, refundDebtOf } from './owed-refunds.js';
import { REFUND_REASONS } from './payments.js';

const REASONS = [...REFUND_REASONS, 'external'] as const;

describe('Reasons of refunds', () => {
  it('each reason is either owed, for one of three debts, or counted apart', () => {
    for (const reason of REASONS) {
      expect(isOwedReason(reason)).toBe(!isRefundedApart({ reason, status: 'succeeded' }));
      if (isOwedReason(reason)) expect(['reservation', 'outcome', 'amount']).toContain(refundDebtOf(reason));
      else expect(refundDebtOf(reason)).toBeNull();
    }
  });

  it('goodwill and what others refunded at Stripe are counted apart, and nothing else', () => {
    expect(REASONS.filter((reason) => !isOwedReason(reason))).toEqual(APART_REFUND_REASONS);
  });

  it('a refund that failed is not counted apart: its money is here', () => {
    expect(isRefundedApart({ reason: 'goodwill', status: 'failed' })).toBe(false);
    expect(isRefundedApart({ reason: 'goodwill', status: 'requested' })).toBe(true);
  });
});
