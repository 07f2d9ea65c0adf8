import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Language } from '@app/contracts/auth.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** What is left out stays as it is. Throws `UserNotFound`. */
export class ChangeProfile extends Command<void> {
  constructor(
    readonly userId: string,
    readonly changes: { readonly fullName?: string | undefined; readonly language?: Language | undefined },
  ) {
    super();
  }
}

@CommandHandler(ChangeProfile)
export class ChangeProfileHandler implements ICommandHandler<ChangeProfile> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId, changes }: ChangeProfile): Promise<void> {
    await this.transactions.run(() => this.users.change(userId, (user) => user.changeProfile(changes)));
  }
}
