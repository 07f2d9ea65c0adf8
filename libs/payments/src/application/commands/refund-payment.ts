import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RefundReason } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Payments } from '../../domain/payments.js';

/** Requests a refund of what is due and not requested yet, and has it submitted to Stripe. Harmless when repeated. Throws `PaymentNotFound`. */
export class RefundPayment extends Command<void> {
  constructor(
    readonly paymentId: string,
    readonly reason: RefundReason,
    readonly due: MoneyJson,
  ) {
    super();
  }
}

@CommandHandler(RefundPayment)
export class RefundPaymentHandler implements ICommandHandler<RefundPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId, reason, due }: RefundPayment): Promise<void> {
    await this.payments.change(paymentId, (payment) => payment.requestRefund({ reason, due, now: this.clock.now() }));
  }
}
