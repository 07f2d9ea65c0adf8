import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Payments } from '../../domain/payments.js';
import { AdminRefundView } from '../queries/admin-refund.view.js';

interface Goodwill {
  /** Minor units; null: all that is left. */
  readonly amount: number | null;
  /** Why. */
  readonly note: string;
}

/**
 * An admin gives any part of a payment back, in every status of its reservation.
 * Throws `PaymentNotFound`, `NothingLeftToRefund`, `RefundExceedsRest`, `RefundAmountRefused`.
 */
export class RefundAsGoodwill extends Command<AdminRefundView> implements AdminCommand<AdminRefundView> {
  constructor(
    readonly adminId: string | null,
    readonly paymentId: string,
    readonly goodwill: Goodwill,
  ) {
    super();
  }

  auditEntry({ id: refundId, amount }: AdminRefundView) {
    return { action: 'payments.refund-as-goodwill', subject: this.paymentId, details: { refundId, amount, reason: this.goodwill.note } };
  }
}

@CommandHandler(RefundAsGoodwill)
export class RefundAsGoodwillHandler implements ICommandHandler<RefundAsGoodwill> {
  constructor(
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId, goodwill }: RefundAsGoodwill): Promise<AdminRefundView> {
    return this.payments.change(paymentId, (payment) => {
      const refund = payment.refundAsGoodwill({ ...goodwill, now: this.clock.now() });
      return AdminRefundView.ofPayment(payment.state, refund);
    });
  }
}
