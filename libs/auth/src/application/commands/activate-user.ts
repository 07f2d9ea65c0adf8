import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** Lets a deactivated user log in again. Resolves to whether anything changed. */
export class ActivateUser extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string | null,
    readonly userId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.activate-user', subject: this.userId } : null;
  }
}

@CommandHandler(ActivateUser)
export class ActivateUserHandler implements ICommandHandler<ActivateUser> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId }: ActivateUser): Promise<boolean> {
    return this.transactions.run(() =>
      this.users.change(userId, (user) => {
        user.activate();
        return user.hasChanged;
      }),
    );
  }
}
