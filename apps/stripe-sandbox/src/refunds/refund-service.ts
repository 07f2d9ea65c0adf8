import type { Stripe } from 'stripe';
import { invalidRequest, type ApiError } from '../http/api-error.js';
import { newId } from '../ledger/ids.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import type { ScheduledEffects } from '../ledger/scheduled-effects.js';
import { cardOfCharge } from '../payments/charge.js';
import { assertExpressible, formatAmount } from '../payments/currencies.js';
import { newRefund } from './refund.js';

interface RefundRequest {
  charge: Stripe.Charge;
  /** When undefined, all that is not refunded yet. */
  amount: number | undefined;
  reason: Stripe.Refund.Reason | undefined;
  metadata: Record<string, string>;
}

/** Of a dispute that does not keep its charge from being refunded: no money was taken, or it came back. */
const REFUNDABLE_STATUSES = ['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented', 'won'];

/** Creates refunds and changes their status. */
export class RefundService {
  constructor(
    private readonly ledger: Ledger,
    private readonly effects: ScheduledEffects,
  ) {}

  create(request: RefundRequest, cause: Cause): Stripe.Refund {
    const { charge } = request;
    if (this.isInDispute(charge))
      throw refundRefusal(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
    const amount = refundableAmount(charge, request.amount);
    const behaviour = cardOfCharge(charge).refund;
    const refund = newRefund({
      charge,
      amount,
      metadata: request.metadata,
      reason: request.reason ?? null,
      status: behaviour === 'pending' ? 'pending' : 'succeeded',
    });
    const refunded = withRefundedAmount(charge, charge.amount_refunded + amount);
    this.ledger.refunds.add(refund);
    this.ledger.charges.update(refunded);
    this.ledger.recordEvent('refund.created', refund, { cause });
    this.ledger.recordEvent('charge.refunded', refunded, { cause, before: charge });
    if (behaviour === 'pending') this.effects.schedule('complete-refund', refund.id);
    if (behaviour === 'fails') this.effects.schedule('fail-refund', refund.id);
    return refund;
  }

  succeed(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const succeeded: Stripe.Refund = { ...refund, status: 'succeeded' };
    delete succeeded.pending_reason;
    this.update(refund, succeeded, cause);
    return succeeded;
  }

  /** The bank sends the money back. It returns to the balance and can be refunded again. */
  fail(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const failed: Stripe.Refund = {
      ...refund,
      status: 'failed',
      failure_balance_transaction: newId('balanceTransaction'),
      failure_reason: 'expired_or_canceled_card',
    };
    delete failed.pending_reason;
    this.update(refund, failed, cause);
    this.ledger.recordEvent('refund.failed', failed, { cause });
    this.returnToCharge(refund, cause);
    return failed;
  }

  succeedIfPending(id: string, cause: Cause): void {
    const refund = this.ledger.refunds.find(id);
    if (refund?.status === 'pending') this.succeed(refund, cause);
  }

  failIfSucceeded(id: string, cause: Cause): void {
    const refund = this.ledger.refunds.find(id);
    if (refund?.status === 'succeeded') this.fail(refund, cause);
  }

  cancel(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const canceled: Stripe.Refund = { ...refund, status: 'canceled' };
    delete canceled.pending_reason;
    this.update(refund, canceled, cause);
    this.returnToCharge(refund, cause);
    return canceled;
  }

  changeMetadata(refund: Stripe.Refund, metadata: Record<string, string>, cause: Cause): Stripe.Refund {
    const updated: Stripe.Refund = { ...refund, metadata };
    this.update(refund, updated, cause);
    return updated;
  }

  /** `disputed` of a charge stays true; once its disputes are won, its money can be refunded again. */
  private isInDispute({ id, disputed }: Stripe.Charge): boolean {
    return disputed && this.ledger.disputes.findBy('charge', id).some(({ status }) => !REFUNDABLE_STATUSES.includes(status));
  }

  private update(before: Stripe.Refund, after: Stripe.Refund, cause: Cause): void {
    this.ledger.refunds.update(after);
    this.ledger.recordEvent('refund.updated', after, { cause, before });
    this.ledger.recordEvent('charge.refund.updated', after, { cause, before });
  }

  private returnToCharge(refund: Stripe.Refund, cause: Cause): void {
    const charge = this.ledger.charges.getReferenced(refund.charge);
    const updated = withRefundedAmount(charge, charge.amount_refunded - refund.amount);
    this.ledger.charges.update(updated);
    this.ledger.recordEvent('charge.updated', updated, { cause, before: charge });
  }
}

function withRefundedAmount(charge: Stripe.Charge, refundedAmount: number): Stripe.Charge {
  return { ...charge, amount_refunded: refundedAmount, refunded: refundedAmount === charge.amount };
}

/** Throws ApiError when the charge cannot be refunded, or not by the requested amount. */
function refundableAmount(charge: Stripe.Charge, requested: number | undefined): number {
  if (charge.status !== 'succeeded') {
    throw refundRefusal(`Charge ${charge.id} was not successful; cannot issue a refund.`, 'charge_not_refundable');
  }
  const unrefunded = charge.amount - charge.amount_refunded;
  if (unrefunded === 0) throw refundRefusal(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  const amount = requested ?? unrefunded;
  if (amount > unrefunded) {
    const format = (value: number) => formatAmount(value, charge.currency);
    throw invalidRequest(
      charge.amount_refunded === 0
        ? `Refund amount (${format(amount)}) is greater than charge amount (${format(charge.amount)})`
        : `Refund amount (${format(amount)}) is greater than unrefunded amount on charge (${format(unrefunded)})`,
      { param: 'amount' },
    );
  }
  assertExpressible(amount, charge.currency);
  return amount;
}

function refundRefusal(message: string, code: string): ApiError {
  return invalidRequest(message, { code });
}
