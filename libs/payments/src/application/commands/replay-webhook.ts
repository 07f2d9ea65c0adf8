import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookById, type WebhookView } from '../queries/webhooks.js';
import { ApplyWebhook } from './apply-webhook.js';

/** An admin has an event applied again, whatever became of it. Throws `WebhookNotFound`. */
export class ReplayWebhook extends Command<WebhookView> {
  constructor(
    readonly adminId: string,
    readonly eventId: string,
  ) {
    super();
  }
}

@CommandHandler(ReplayWebhook)
export class ReplayWebhookHandler implements ICommandHandler<ReplayWebhook> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, eventId }: ReplayWebhook): Promise<WebhookView> {
    return this.database.transaction(async () => {
      await this.commands.execute(new ApplyWebhook(eventId));
      const view = await this.queries.execute(new WebhookById(eventId));
      await this.audit.record({ actor: adminId, action: 'payments.replay-webhook', subject: eventId, details: { status: view.status } });
      return view;
    });
  }
}
