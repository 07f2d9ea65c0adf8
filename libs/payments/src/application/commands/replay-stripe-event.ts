import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { StripeEventForAdmin, type StripeEventView } from '../queries/stripe-events-for-admin.js';
import { ApplyStripeEvent } from './apply-stripe-event.js';

/** An admin has an event applied again, whatever became of it. Throws `WebhookNotFound`. */
export class ReplayStripeEvent extends Command<StripeEventView> {
  constructor(
    readonly adminId: string,
    readonly eventId: string,
  ) {
    super();
  }
}

@CommandHandler(ReplayStripeEvent)
export class ReplayStripeEventHandler implements ICommandHandler<ReplayStripeEvent> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, eventId }: ReplayStripeEvent): Promise<StripeEventView> {
    return this.database.transaction(async () => {
      await this.commands.execute(new ApplyStripeEvent(eventId));
      const view = await this.queries.execute(new StripeEventForAdmin(eventId));
      await this.audit.record({ actor: adminId, action: 'payments.replay-webhook', subject: eventId, details: { status: view.status } });
      return view;
    });
  }
}
