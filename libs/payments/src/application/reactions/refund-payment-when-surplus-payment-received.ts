import { CommandBus } from '@nestjs/cqrs';
import { SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { RefundPayment } from '../commands/refund-payment.js';

@Subscribe(SurplusPaymentReceived, { queue: 'payments.refund-payment-when-surplus-payment-received' })
export class RefundPaymentWhenSurplusPaymentReceived implements Reaction<SurplusPaymentReceived> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data: { paymentId, amount } }: SurplusPaymentReceived): Promise<void> {
    await this.commands.execute(new RefundPayment(paymentId, 'surplus-payment', amount));
  }
}
