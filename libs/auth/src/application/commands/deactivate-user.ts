import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';

/** The user cannot log in any more. Resolves to whether anything changed. */
export class DeactivateUser extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.deactivate-user', subject: this.userId } : null;
  }
}

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId }: DeactivateUser): Promise<boolean> {
    return this.transactions.run(async () => {
      const changed = await this.users.changeWithAdminsLocked(userId, (user, situation) => {
        user.deactivate(situation);
        return user.hasChanged;
      });
      if (changed) await this.sessions.endAll(userId, { now: new Date() });
      return changed;
    });
  }
}
