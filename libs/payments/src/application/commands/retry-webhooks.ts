import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { Webhooks } from '../../domain/webhooks.js';
import { ApplyWebhook } from './apply-webhook.js';

/** Tries the next event again that could not be applied; answers whether there was one. */
export class RetryWebhooks extends Command<boolean> {}

@CommandHandler(RetryWebhooks)
export class RetryWebhooksHandler implements ICommandHandler<RetryWebhooks> {
  constructor(
    private readonly database: Database,
    private readonly webhooks: Webhooks,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<boolean> {
    return this.database.transaction(async () => {
      const eventId = await this.webhooks.nextFailed();
      if (eventId !== null) await this.commands.execute(new ApplyWebhook(eventId));
      return eventId !== null;
    });
  }
}
