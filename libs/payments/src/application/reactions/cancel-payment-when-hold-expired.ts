import { CommandBus } from '@nestjs/cqrs';
import { HoldExpired } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancelOpenPayments } from '../commands/cancel-open-payments.js';

@Subscribe(HoldExpired, { queue: 'payments.cancel-payment-when-hold-expired' })
export class CancelPaymentWhenHoldExpired implements Reaction<HoldExpired> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data }: HoldExpired): Promise<void> {
    await this.commands.execute(new CancelOpenPayments(data.reservationId));
  }
}
