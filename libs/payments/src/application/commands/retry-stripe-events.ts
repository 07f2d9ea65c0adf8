import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { ApplyStripeEvent } from './apply-stripe-event.js';

/** Tries the next event again that could not be applied; answers whether there was one. */
export class RetryStripeEvents extends Command<boolean> {}

@CommandHandler(RetryStripeEvents)
export class RetryStripeEventsHandler implements ICommandHandler<RetryStripeEvents> {
  constructor(
    private readonly database: Database,
    private readonly stripeEvents: StripeEvents,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<boolean> {
    return this.database.transaction(async () => {
      const eventId = await this.stripeEvents.lockNextFailed();
      if (eventId !== null) await this.commands.execute(new ApplyStripeEvent(eventId));
      return eventId !== null;
    });
  }
}
