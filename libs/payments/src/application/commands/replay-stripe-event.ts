import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import type { StripeEventProgress } from '../../domain/stripe-event.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';

/** What became of the event, and why. */
type ReplayedEvent = Pick<StripeEventProgress, 'status' | 'note'>;

/** An admin has an event applied again, in any status. Throws `WebhookNotFound`, `WebhookBodyDeleted`. */
export class ReplayStripeEvent extends Command<ReplayedEvent> implements AdminCommand<ReplayedEvent> {
  constructor(
    readonly adminId: string | null,
    readonly eventId: string,
  ) {
    super();
  }

  auditEntry({ status }: ReplayedEvent) {
    return { action: 'payments.replay-webhook', subject: this.eventId, details: { status } };
  }
}

@CommandHandler(ReplayStripeEvent)
export class ReplayStripeEventHandler implements ICommandHandler<ReplayStripeEvent> {
  constructor(private readonly processor: StripeEventProcessor) {}

  async execute({ eventId }: ReplayStripeEvent): Promise<ReplayedEvent> {
    const { status, note } = await this.processor.apply(eventId);
    return { status, note };
  }
}
