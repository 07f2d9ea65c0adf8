import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { WebhookNotFound } from '../../domain/errors.js';
import { afterDismissal } from '../../domain/stripe-event.js';
import { StripeEvents } from '../../domain/stripe-events.js';

interface Dismissal {
  /** False where it was dismissed before. */
  readonly isNew: boolean;
}

/** An admin ends the waiting of a parked event that nothing can be done about. Throws `WebhookNotFound`, `StripeEventNotParked`. */
export class DismissStripeEvent extends Command<Dismissal> implements AdminCommand<Dismissal> {
  constructor(
    readonly adminId: string | null,
    readonly eventId: string,
    readonly reason: string,
  ) {
    super();
  }

  auditEntry({ isNew }: Dismissal) {
    return isNew ? { action: 'payments.dismiss-stripe-event', subject: this.eventId, details: { reason: this.reason } } : null;
  }
}

@CommandHandler(DismissStripeEvent)
export class DismissStripeEventHandler implements ICommandHandler<DismissStripeEvent> {
  constructor(private readonly stripeEvents: StripeEvents) {}

  /** Joins the transaction of the audit entry, which keeps the event locked. */
  async execute({ eventId }: DismissStripeEvent): Promise<Dismissal> {
    const event = await this.stripeEvents.lock(eventId);
    if (event === null) throw new WebhookNotFound();
    const progress = afterDismissal(event);
    if (progress !== null) await this.stripeEvents.update(eventId, progress);
    return { isNew: progress !== null };
  }
}
