import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** Makes a customer an admin. Resolves to whether anything changed. */
export class PromoteUser extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string | null,
    readonly userId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.promote-user', subject: this.userId } : null;
  }
}

@CommandHandler(PromoteUser)
export class PromoteUserHandler implements ICommandHandler<PromoteUser> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId }: PromoteUser): Promise<boolean> {
    return this.transactions.run(() =>
      this.users.change(userId, (user) => {
        user.promote();
        return user.hasChanged;
      }),
    );
  }
}
