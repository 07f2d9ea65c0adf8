import { CommandBus } from '@nestjs/cqrs';
import { ReservationCancelled } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancelOpenPayments } from '../commands/cancel-open-payments.js';

@Subscribe(ReservationCancelled, { queue: 'payments.cancel-payment-when-reservation-cancelled' })
export class CancelPaymentWhenReservationCancelled implements Reaction<ReservationCancelled> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data }: ReservationCancelled): Promise<void> {
    await this.commands.execute(new CancelOpenPayments(data.reservationId));
  }
}
