import { CommandBus } from '@nestjs/cqrs';
import { SeatsChanged } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancelOpenPayments } from '../commands/cancel-open-payments.js';

/** The price of a reservation only falls, so that a payment of more than this is outdated, however late the message comes. */
@Subscribe(SeatsChanged, { queue: 'payments.cancel-payment-when-seats-changed' })
export class CancelPaymentWhenSeatsChanged implements Reaction<SeatsChanged> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data: { reservationId, total } }: SeatsChanged): Promise<void> {
    await this.commands.execute(new CancelOpenPayments(reservationId, total.amount));
  }
}
