import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CardPayments } from '../../domain/card-payments.js';
import { ReceiveStripeEvent } from './receive-stripe-event.js';

/** As long as Stripe itself tries to deliver an event (docs.stripe.com/webhooks#retries). */
const WITHIN = 3 * 24 * 3_600_000;

/** Fetches the events Stripe could not deliver and takes them in like delivered ones. */
export class FetchUndeliveredEvents extends Command<void> {}

@CommandHandler(FetchUndeliveredEvents)
export class FetchUndeliveredEventsHandler implements ICommandHandler<FetchUndeliveredEvents> {
  constructor(
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<void> {
    for await (const events of this.cards.undeliveredEvents(WITHIN)) {
      for (const event of events) await this.commands.execute(new ReceiveStripeEvent(event));
    }
  }
}
