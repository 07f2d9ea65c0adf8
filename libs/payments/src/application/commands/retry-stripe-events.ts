import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';

/** Applies the next due event among those that failed. Returns whether there was one. */
export class RetryStripeEvents extends Command<boolean> {}

@CommandHandler(RetryStripeEvents)
export class RetryStripeEventsHandler implements ICommandHandler<RetryStripeEvents> {
  constructor(
    private readonly transactions: Transactions,
    private readonly stripeEvents: StripeEvents,
    private readonly processor: StripeEventProcessor,
  ) {}

  async execute(): Promise<boolean> {
    return this.transactions.run(async () => {
      const eventId = await this.stripeEvents.lockNextFailed();
      if (eventId !== null) await this.processor.apply(eventId);
      return eventId !== null;
    });
  }
}
