import { Conflict, Gone, Invalid, NotFound, Unavailable } from '@app/kernel/domain-error.js';
import type { MoneyJson } from '@app/kernel/money.js';

export class ReservationNotFound extends NotFound {
  constructor() {
    super('payments.reservation-not-found', 'There is no such reservation.');
  }
}

export class PaymentNotFound extends NotFound {
  constructor() {
    super('payments.payment-not-found', 'There is no such payment.');
  }
}

export class RefundNotFound extends NotFound {
  constructor() {
    super('payments.refund-not-found', 'There is no such refund.');
  }
}

/** Published before webhooks were called Stripe events, as the next one. */
export class WebhookNotFound extends NotFound {
  constructor() {
    super('payments.webhook-not-found', 'There is no such Stripe event.');
  }
}

export class WebhookBodyDeleted extends Gone {
  constructor() {
    super('payments.webhook-body-deleted', 'The body of this Stripe event was deleted, because it is old. It cannot be applied again.');
  }
}

export class StripeEventNotParked extends Conflict {
  constructor(status: string) {
    super('payments.stripe-event-not-parked', `This Stripe event is ${status}; only a parked one can be dismissed.`);
  }
}

export class AlreadyPaid extends Conflict {
  constructor() {
    super('payments.already-paid', 'This reservation is already paid.');
  }
}

export class ReservationEnded extends Conflict {
  constructor(status: string) {
    super('payments.reservation-ended', `This reservation is ${status}; there is nothing to pay.`);
  }
}

export class ShowtimeCancelled extends Conflict {
  constructor() {
    super('payments.showtime-cancelled', 'This showtime was cancelled; there is nothing to pay.');
  }
}

export class ShowtimeMoved extends Conflict {
  constructor() {
    super('payments.showtime-moved', 'This showtime was moved after the seats were held. Choose your seats again.');
  }
}

export class HoldExpired extends Gone {
  constructor() {
    super('payments.hold-expired', 'The seats were not paid in time. Choose your seats again.');
  }
}

export class AmountRefused extends Invalid {
  constructor({ amount, currency }: MoneyJson) {
    super('payments.amount-refused', `${amount} ${currency}, in minor units, cannot be paid by card.`);
  }
}

export class RefundNotFailed extends Conflict {
  constructor(status: string) {
    super('payments.refund-not-failed', `Only a failed refund of ours can be retried, or be recorded as paid out; this one is ${status}.`);
  }
}

export class RefundAlreadyPaidOut extends Conflict {
  constructor(at: Date) {
    super('payments.refund-already-paid-out', `This refund was paid out in another way; that was recorded at ${at.toISOString()}.`);
  }
}

/** `rest` is what can be recorded. */
export class PaidOutAmountDiffers extends Conflict {
  constructor(rest: MoneyJson) {
    super(
      'payments.paid-out-amount-differs',
      `Exactly ${rest.amount} ${rest.currency}, in minor units, can be recorded as paid out of this refund now.`,
      { rest },
    );
  }
}

export class NothingLeftToRefund extends Conflict {
  constructor() {
    super('payments.nothing-left-to-refund', 'The rest of this payment went back in other ways already.');
  }
}

export class RefundExceedsRest extends Invalid {
  constructor({ amount, currency }: MoneyJson) {
    super('payments.refund-exceeds-rest', `Only ${amount} ${currency}, in minor units, can still be refunded of this payment.`);
  }
}

export class RefundAmountRefused extends Invalid {
  constructor(currency: string, step: number) {
    super('payments.refund-amount-refused', `An amount in ${currency} must be a multiple of ${step} minor units.`);
  }
}

/** `cause` is for the log: why Stripe did not answer. */
export class PaymentsUnavailable extends Unavailable {
  constructor(cause?: Error) {
    super('payments.unavailable', 'Payments cannot be started right now. Nothing was charged; try again shortly.', {
      retryAfter: 5,
    });
    if (cause !== undefined) this.cause = cause;
  }
}
