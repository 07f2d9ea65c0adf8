import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import type { CardEvent } from '../../domain/card-payments.js';
import { Webhooks } from '../../domain/webhooks.js';
import { ApplyWebhook } from './apply-webhook.js';

/** Stores and applies an event in one transaction. One that came before is nothing: whatever became of it goes its own way. */
export class ReceiveWebhook extends Command<void> {
  constructor(readonly event: CardEvent) {
    super();
  }
}

@CommandHandler(ReceiveWebhook)
export class ReceiveWebhookHandler implements ICommandHandler<ReceiveWebhook> {
  constructor(
    private readonly database: Database,
    private readonly webhooks: Webhooks,
    private readonly commands: CommandBus,
  ) {}

  async execute({ event }: ReceiveWebhook): Promise<void> {
    await this.database.transaction(async () => {
      if (await this.webhooks.store(event)) await this.commands.execute(new ApplyWebhook(event.id));
    });
  }
}
