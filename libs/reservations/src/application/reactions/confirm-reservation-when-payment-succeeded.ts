import { CommandBus } from '@nestjs/cqrs';
import { PaymentSucceeded } from '@app/contracts/payments.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { SettlePayment } from '../commands/settle-payment.js';

@Subscribe(PaymentSucceeded, { queue: 'reservations.confirm-reservation-when-payment-succeeded' })
export class ConfirmReservationWhenPaymentSucceeded implements Reaction<PaymentSucceeded> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data }: PaymentSucceeded): Promise<void> {
    await this.commands.execute(new SettlePayment(data));
  }
}
