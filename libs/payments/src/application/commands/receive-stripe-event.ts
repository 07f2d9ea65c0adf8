import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StripeEvent } from '../../domain/stripe-events.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';

/** Stripe delivers an event. One that was delivered before changes nothing. */
export class ReceiveStripeEvent extends Command<void> {
  constructor(readonly event: StripeEvent) {
    super();
  }
}

@CommandHandler(ReceiveStripeEvent)
export class ReceiveStripeEventHandler implements ICommandHandler<ReceiveStripeEvent> {
  constructor(private readonly processor: StripeEventProcessor) {}

  async execute({ event }: ReceiveStripeEvent): Promise<void> {
    await this.processor.receive(event);
  }
}
