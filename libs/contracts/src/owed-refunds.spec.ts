import { APART_REFUND_REASONS, givenApartOf, givenBackOf, isOwedReason, refundDebtOf, requestedOf } from './owed-refunds.js';
import { REFUND_REASONS } from './payments.js';

const refund = { status: 'succeeded', amount: 700, paidOutAmount: null } as const;
const REASONS = [...REFUND_REASONS, 'external'] as const;

describe('Reasons of refunds', () => {
  it('each reason is either owed, for one of three debts, or counted apart', () => {
    for (const reason of REASONS) {
      expect(givenApartOf({ ...refund, reason })).toBe(isOwedReason(reason) ? 0 : 700);
      if (isOwedReason(reason)) expect(['reservation', 'outcome', 'amount']).toContain(refundDebtOf(reason));
      else expect(refundDebtOf(reason)).toBeNull();
    }
  });

  it('goodwill and what others refunded at Stripe are counted apart, and nothing else', () => {
    expect(REASONS.filter((reason) => !isOwedReason(reason))).toEqual(APART_REFUND_REASONS);
  });

  it('of a failed refund went back what the staff paid out', () => {
    const paidOut = { ...refund, status: 'failed', amount: 700, paidOutAmount: 500 } as const;
    expect(requestedOf(paidOut)).toBe(500);
    for (const [reason, apart] of [
      ['goodwill', 500],
      ['showtime-cancelled', 0],
    ] as const)
      expect([givenBackOf({ ...paidOut, reason }), givenApartOf({ ...paidOut, reason })]).toEqual([500, apart]);
  });

  it('what Stripe gives back of a paid out refund is counted too, and apart', () => {
    const twice = { ...refund, amount: 700, paidOutAmount: 500 };
    expect(requestedOf(twice)).toBe(500);
    for (const [reason, apart] of [
      ['goodwill', 1_200],
      ['showtime-cancelled', 700],
    ] as const)
      expect([givenBackOf({ ...twice, reason }), givenApartOf({ ...twice, reason })]).toEqual([1_200, apart]);
  });

  it('a refund that failed is not counted apart: its money is here', () => {
    expect(givenApartOf({ ...refund, reason: 'goodwill', status: 'failed' })).toBe(0);
    expect(givenApartOf({ ...refund, reason: 'goodwill', status: 'requested' })).toBe(700);
  });
});
