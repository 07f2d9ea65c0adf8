import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import type { StripeEventOutcome } from '../../domain/stripe-events.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';

/** An admin has an event applied again, in any status. Throws `WebhookNotFound`, `WebhookBodyDeleted`. */
export class ReplayStripeEvent extends Command<StripeEventOutcome> implements AdminCommand<StripeEventOutcome> {
  constructor(
    readonly adminId: string | null,
    readonly eventId: string,
  ) {
    super();
  }

  auditEntry({ status }: StripeEventOutcome) {
    return { action: 'payments.replay-webhook', subject: this.eventId, details: { status } };
  }
}

@CommandHandler(ReplayStripeEvent)
export class ReplayStripeEventHandler implements ICommandHandler<ReplayStripeEvent> {
  constructor(private readonly processor: StripeEventProcessor) {}

  async execute({ eventId }: ReplayStripeEvent): Promise<StripeEventOutcome> {
    return this.processor.apply(eventId);
  }
}
