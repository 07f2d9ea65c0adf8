import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { PaymentSucceeded, SettledPaymentsByIds } from '@app/contracts/payments.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { PaymentUnknown } from '../../domain/errors.js';
import { SettlePayment } from '../commands/settle-payment.js';

@Subscribe(PaymentSucceeded, { queue: 'reservations.confirm-reservation-when-payment-succeeded', alone: true })
export class ConfirmReservationWhenPaymentSucceeded implements Reaction<PaymentSucceeded> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** A message may outlive its payment: a restore takes back rows, and no messages. Throws `PaymentUnknown`, `ReservationNotFound`. */
  async handle({ data: { paymentId } }: PaymentSucceeded): Promise<void> {
    const [payment] = await this.queries.execute(new SettledPaymentsByIds([paymentId]));
    if (payment === undefined) throw new PaymentUnknown();
    await this.commands.execute(new SettlePayment(payment));
  }
}
