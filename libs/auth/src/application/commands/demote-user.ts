import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** Makes an admin a customer. Resolves to whether anything changed. */
export class DemoteUser extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.demote-user', subject: this.userId } : null;
  }
}

@CommandHandler(DemoteUser)
export class DemoteUserHandler implements ICommandHandler<DemoteUser> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId }: DemoteUser): Promise<boolean> {
    return this.transactions.run(() =>
      this.users.changeWithAdminsLocked(userId, (user, situation) => {
        user.demote(situation);
        return user.hasChanged;
      }),
    );
  }
}
