import { CommandBus } from '@nestjs/cqrs';
import { RefundDueRaised } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { RefundPayment } from '../commands/refund-payment.js';

@Subscribe(RefundDueRaised, { queue: 'payments.refund-payment-when-refund-due-raised' })
export class RefundPaymentWhenRefundDueRaised implements Reaction<RefundDueRaised> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data: { paymentId, reason, refundDue } }: RefundDueRaised): Promise<void> {
    await this.commands.execute(new RefundPayment(paymentId, reason, refundDue));
  }
}
