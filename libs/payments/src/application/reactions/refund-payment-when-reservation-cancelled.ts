import { CommandBus } from '@nestjs/cqrs';
import { ReservationCancelled } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { RefundPayment } from '../commands/refund-payment.js';

@Subscribe(ReservationCancelled, { queue: 'payments.refund-payment-when-reservation-cancelled' })
export class RefundPaymentWhenReservationCancelled implements Reaction<ReservationCancelled> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data: { paymentId, refundDue } }: ReservationCancelled): Promise<void> {
    if (paymentId === null || refundDue.amount === 0) return;
    await this.commands.execute(new RefundPayment(paymentId, 'reservation-cancelled', refundDue));
  }
}
