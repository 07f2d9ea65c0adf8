import { APART_REFUND_REASONS, isOwedReason, refundDebtOf, timesGivenApart, timesGivenBack } from './owed-refunds.js';
import { REFUND_REASONS } from './payments.js';

const REASONS = [...REFUND_REASONS, 'external'] as const;

describe('Reasons of refunds', () => {
  it('each reason is either owed, for one of three debts, or counted apart', () => {
    for (const reason of REASONS) {
      expect(timesGivenApart({ reason, status: 'succeeded' })).toBe(isOwedReason(reason) ? 0 : 1);
      if (isOwedReason(reason)) expect(['reservation', 'outcome', 'amount']).toContain(refundDebtOf(reason));
      else expect(refundDebtOf(reason)).toBeNull();
    }
  });

  it('goodwill and what others refunded at Stripe are counted apart, and nothing else', () => {
    expect(REASONS.filter((reason) => !isOwedReason(reason))).toEqual(APART_REFUND_REASONS);
  });

  it('a failed refund that the staff paid out went back once', () => {
    const refund = { status: 'failed', isPaidOut: true } as const;
    expect(timesGivenBack(refund)).toBe(1);
    expect(timesGivenApart({ ...refund, reason: 'goodwill' })).toBe(1);
    expect(timesGivenApart({ ...refund, reason: 'showtime-cancelled' })).toBe(0);
  });

  it('a paid out refund that Stripe gave back too went back twice, once apart', () => {
    const refund = { status: 'succeeded', isPaidOut: true } as const;
    expect(timesGivenBack(refund)).toBe(2);
    expect(timesGivenApart({ ...refund, reason: 'showtime-cancelled' })).toBe(1);
  });

  it('a refund that failed is not counted apart: its money is here', () => {
    expect(timesGivenApart({ reason: 'goodwill', status: 'failed' })).toBe(0);
    expect(timesGivenApart({ reason: 'goodwill', status: 'requested' })).toBe(1);
  });
});
