import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { WebhookById, type WebhookView } from '../queries/webhooks.js';
import { ApplyWebhook } from './apply-webhook.js';

/** An admin has an event applied again, whatever became of it. Throws `WebhookNotFound`. */
export class ReplayWebhook extends Command<WebhookView> {
  constructor(readonly eventId: string) {
    super();
  }
}

@CommandHandler(ReplayWebhook)
export class ReplayWebhookHandler implements ICommandHandler<ReplayWebhook> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ eventId }: ReplayWebhook): Promise<WebhookView> {
    await this.commands.execute(new ApplyWebhook(eventId));
    return this.queries.execute(new WebhookById(eventId));
  }
}
