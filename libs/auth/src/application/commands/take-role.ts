import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StaffRole } from '@app/contracts/auth.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** Takes a role from a user, at once. Resolves to whether anything changed. */
export class TakeRole extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
    readonly role: StaffRole,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.take-role', subject: this.userId, details: { role: this.role } } : null;
  }
}

@CommandHandler(TakeRole)
export class TakeRoleHandler implements ICommandHandler<TakeRole> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId, role }: TakeRole): Promise<boolean> {
    return this.transactions.run(() =>
      this.users.change(userId, (user) => {
        user.takeRole(role);
        return user.hasChanged;
      }),
    );
  }
}
