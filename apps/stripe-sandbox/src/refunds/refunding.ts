import type { Stripe } from 'stripe';
import { invalidRequest, type ApiError } from '../http/api-error.js';
import { newId } from '../ledger/ids.js';
import type { Later } from '../ledger/later.js';
import type { Cause, Ledger } from '../ledger/ledger.js';
import { cardBehind } from '../payments/charge.js';
import { formatAmount } from '../payments/currencies.js';
import { newRefund } from './refund.js';

export interface RefundRequest {
  charge: Stripe.Charge;
  amount: number | undefined;
  reason: Stripe.Refund.Reason | undefined;
  metadata: Record<string, string>;
}

/** Money going back: what may be refunded, and how a refund ends. */
export class Refunding {
  constructor(
    private readonly ledger: Ledger,
    private readonly later: Later,
  ) {}

  refund(request: RefundRequest, cause: Cause): Stripe.Refund {
    const { charge } = request;
    const amount = refundable(charge, request.amount);
    const behaviour = cardBehind(charge).refund;
    const refund = newRefund({
      charge,
      amount,
      metadata: request.metadata,
      reason: request.reason ?? null,
      status: behaviour === 'pending' ? 'pending' : 'succeeded',
    });
    const refunded = withRefunded(charge, charge.amount_refunded + amount);
    this.ledger.refunds.add(refund);
    this.ledger.charges.change(refunded);
    this.ledger.record('refund.created', refund, cause);
    this.ledger.record('charge.refunded', refunded, cause, charge);
    if (behaviour === 'pending') this.later.schedule('complete-refund', refund.id);
    if (behaviour === 'fails') this.later.schedule('fail-refund', refund.id);
    return refund;
  }

  succeed(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const succeeded: Stripe.Refund = { ...refund, status: 'succeeded' };
    delete succeeded.pending_reason;
    this.#changed(refund, succeeded, cause);
    return succeeded;
  }

  /** The bank sends the money back: it returns to the balance and may be refunded again. */
  fail(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const failed: Stripe.Refund = {
      ...refund,
      status: 'failed',
      failure_balance_transaction: newId.balanceTransaction(),
      failure_reason: 'expired_or_canceled_card',
    };
    delete failed.pending_reason;
    this.#changed(refund, failed, cause);
    this.ledger.record('refund.failed', failed, cause);
    this.#giveBack(refund, cause);
    return failed;
  }

  completeWhenPending(id: string, cause: Cause): void {
    const refund = this.ledger.refunds.find(id);
    if (refund?.status === 'pending') this.succeed(refund, cause);
  }

  failWhenSucceeded(id: string, cause: Cause): void {
    const refund = this.ledger.refunds.find(id);
    if (refund?.status === 'succeeded') this.fail(refund, cause);
  }

  cancel(refund: Stripe.Refund, cause: Cause): Stripe.Refund {
    const canceled: Stripe.Refund = { ...refund, status: 'canceled' };
    delete canceled.pending_reason;
    this.#changed(refund, canceled, cause);
    this.#giveBack(refund, cause);
    return canceled;
  }

  describe(refund: Stripe.Refund, metadata: Record<string, string>, cause: Cause): Stripe.Refund {
    const described: Stripe.Refund = { ...refund, metadata };
    this.#changed(refund, described, cause);
    return described;
  }

  #changed(before: Stripe.Refund, after: Stripe.Refund, cause: Cause): void {
    this.ledger.refunds.change(after);
    this.ledger.record('refund.updated', after, cause, before);
    this.ledger.record('charge.refund.updated', after, cause, before);
  }

  #giveBack(refund: Stripe.Refund, cause: Cause): void {
    const charge = this.ledger.charges.existing(refund.charge);
    const given = withRefunded(charge, charge.amount_refunded - refund.amount);
    this.ledger.charges.change(given);
    this.ledger.record('charge.updated', given, cause, charge);
  }
}

function withRefunded(charge: Stripe.Charge, amount: number): Stripe.Charge {
  return { ...charge, amount_refunded: amount, refunded: amount === charge.amount };
}

function refundable(charge: Stripe.Charge, requested: number | undefined): number {
  if (charge.status !== 'succeeded') {
    throw refused(`Charge ${charge.id} was not successful; cannot issue a refund.`, 'charge_not_refundable');
  }
  if (charge.disputed) throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  const amount = requested ?? left;
  if (amount > left) {
    const money = (value: number) => formatAmount(value, charge.currency);
    throw invalidRequest(
      charge.amount_refunded === 0
        ? `Refund amount (${money(amount)}) is greater than charge amount (${money(charge.amount)})`
        : `Refund amount (${money(amount)}) is greater than unrefunded amount on charge (${money(left)})`,
      { param: 'amount' },
    );
  }
  return amount;
}

function refused(message: string, code: string): ApiError {
  return invalidRequest(message, { code });
}
