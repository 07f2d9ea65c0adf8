import { loadSettings } from '@app/platform/config/load-settings.js';
import { ReservationsSettings } from './reservations.settings.js';

describe('The settings of reservations', () => {
  it('the policy is in milliseconds for variables in any unit', () => {
    const variables = {
      HOLD_SECONDS: '90',
      EXTEND_SECONDS: '30',
      REFUND_UNTIL_MINUTES_BEFORE_START: '2',
      COMPLETE_MINUTES_AFTER_END: '3',
      CHECK_IN_MINUTES_BEFORE_START: '5',
      MAX_HOLDS_PER_CUSTOMER: '4',
      MAX_UNPAID_HOLD_MINUTES: '90',
    };
    expect(loadSettings(variables, [ReservationsSettings]).get(ReservationsSettings).policy).toEqual({
      holdMs: 90_000,
      extensionMs: 30_000,
      refundUntilBeforeStartMs: 120_000,
      completeAfterEndMs: 180_000,
      admitBeforeStartMs: 300_000,
      maxHoldsPerCustomer: 4,
      maxUnpaidHoldMs: 5_400_000,
    });
  });
});
