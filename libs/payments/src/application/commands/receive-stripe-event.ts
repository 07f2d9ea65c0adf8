import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { StripeEvents, type StripeEvent } from '../../domain/stripe-events.js';
import { ApplyStripeEvent } from './apply-stripe-event.js';

/** Stores and applies an event in one transaction. One that came before is nothing: whatever became of it goes its own way. */
export class ReceiveStripeEvent extends Command<void> {
  constructor(readonly event: StripeEvent) {
    super();
  }
}

@CommandHandler(ReceiveStripeEvent)
export class ReceiveStripeEventHandler implements ICommandHandler<ReceiveStripeEvent> {
  constructor(
    private readonly database: Database,
    private readonly stripeEvents: StripeEvents,
    private readonly commands: CommandBus,
  ) {}

  async execute({ event }: ReceiveStripeEvent): Promise<void> {
    await this.database.transaction(async () => {
      if (await this.stripeEvents.store(event)) await this.commands.execute(new ApplyStripeEvent(event.id));
    });
  }
}
