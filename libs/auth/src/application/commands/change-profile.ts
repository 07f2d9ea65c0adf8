import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MailLanguages } from '@app/contracts/notifications.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { knownLanguage } from '../../domain/language.js';
import { Users } from '../../domain/users.js';

/** What is left out stays as it is. Throws `UserNotFound` or `UnknownLanguage`. */
export class ChangeProfile extends Command<void> {
  constructor(
    readonly userId: string,
    readonly changes: { readonly fullName?: string | undefined; readonly language?: string | undefined },
  ) {
    super();
  }
}

@CommandHandler(ChangeProfile)
export class ChangeProfileHandler implements ICommandHandler<ChangeProfile> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
    private readonly queries: QueryBus,
  ) {}

  async execute({ userId, changes }: ChangeProfile): Promise<void> {
    const { fullName } = changes;
    const language =
      changes.language === undefined ? undefined : knownLanguage(changes.language, await this.queries.execute(new MailLanguages()));
    await this.transactions.run(() => this.users.change(userId, (user) => user.changeProfile({ fullName, language })));
  }
}
