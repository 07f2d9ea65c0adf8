/** The transitions of a payment and its refunds, from the aggregate. */
import { newId } from '@app/kernel/id.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { refundableOf } from '../../libs/payments/src/domain/owed-refunds.js';
import { Payment } from '../../libs/payments/src/domain/payment.js';
import type { PaymentState } from '../../libs/payments/src/domain/payment-state.js';
import type { StripeRefundStatus } from '../../libs/payments/src/domain/stripe-facts.js';
import { NONE } from './diagrams.js';
import { Transitions, explore } from './explore.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const PRICE = { amount: 2_500, currency: 'EUR' };
const PART = { amount: 1_000, currency: 'EUR' };
const REFUND_STATUSES: readonly StripeRefundStatus[] = ['submitted', 'succeeded', 'failed'];

export function observePayment(): { payment: string[]; refund: string[] } {
  const [payments, refunds] = [new Transitions(), new Transitions()];

  class ObservedPayment extends Payment {
    protected override record(event: DomainEvent, changes: Partial<Omit<PaymentState, 'id' | 'version'>> = {}): void {
      const before = this.state;
      super.record(event, changes);
      payments.add(before.status, this.state.status);
      for (const { id, status } of this.state.refunds)
        refunds.add(before.refunds.find((refund) => refund.id === id)?.status ?? NONE, status);
    }
  }

  const start = (): Payment => {
    const { state } = Payment.start({ reservationId: newId(), customerId: newId(), amount: PRICE, now: NOW });
    payments.add(NONE, state.status);
    return new ObservedPayment(state);
  };

  explore<Payment>({ start, copy: ({ state }) => new ObservedPayment(state), acts: actsOn, keyOf });
  return { payment: payments.lines, refund: refunds.lines };
}

function actsOn(payment: Payment): (() => unknown)[] {
  const refundOf = (stripeRefundId: string, refundId: string | null, status: StripeRefundStatus) =>
    payment.applyRefund(
      {
        kind: 'refund',
        stripeRefundId,
        intentId: 'pi_1',
        chargeId: null,
        refundId,
        isForChangedSeats: false,
        amount: PART,
        status,
        failure: null,
      },
      NOW,
    );
  const acts: (() => unknown)[] = [
    () => payment.open('pi_1'),
    () => payment.fail('pi_1', null),
    () => payment.cancel('pi_1'),
    () => payment.cancelWithoutIntent(),
    () => payment.receive({ intentId: 'pi_1', money: PRICE, now: NOW }),
    () => payment.receive({ intentId: 'pi_1', money: PART, now: NOW }),
    () => payment.receiveUnexpected({ intentId: 'pi_2', money: PRICE, now: NOW }, 'surplus-payment'),
    () => payment.rejectIntent('pi_1'),
    () => payment.requestRefund({ reason: 'reservation-cancelled', due: PART, now: NOW }),
  ];
  // Money goes back only after it arrived, and Stripe reports refunds of such money only.
  if (payment.state.captured === 0) return acts;
  for (const status of REFUND_STATUSES) acts.push(() => refundOf('re_external', null, status));
  for (const refund of payment.state.refunds) {
    const { id, reason, failedStripeRefundIds } = refund;
    const amount = Math.min(refund.amount, refundableOf(payment.state));
    acts.push(
      () => payment.retryRefund(id),
      () => payment.refuseRefund(refund, 'refused'),
      () => payment.markRefundPaidOut({ refundId: id, adminId: 'an-admin', amount, note: 'In cash', now: NOW }),
    );
    for (const status of REFUND_STATUSES) acts.push(() => refundOf(`re_${reason}_${failedStripeRefundIds.length}`, id, status));
  }
  return acts;
}

function keyOf({ state: { status, intentId, refunds } }: Payment): string {
  const kinds = refunds.map(({ reason, status: refundStatus, stripeRefundId, failedStripeRefundIds, paidOutAt }) => [
    reason,
    refundStatus,
    stripeRefundId !== null,
    failedStripeRefundIds.length > 0,
    paidOutAt !== null,
  ]);
  return JSON.stringify([status, intentId, kinds.sort()]);
}
