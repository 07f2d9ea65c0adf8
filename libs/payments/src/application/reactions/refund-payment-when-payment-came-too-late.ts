import { CommandBus } from '@nestjs/cqrs';
import { PaymentCameTooLate } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { RefundPayment } from '../commands/refund-payment.js';

@Subscribe(PaymentCameTooLate, { queue: 'payments.refund-payment-when-payment-came-too-late' })
export class RefundPaymentWhenPaymentCameTooLate implements Reaction<PaymentCameTooLate> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data: { paymentId, amount } }: PaymentCameTooLate): Promise<void> {
    await this.commands.execute(new RefundPayment(paymentId, 'payment-came-too-late', amount));
  }
}
