import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StaffRole } from '@app/contracts/auth.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Users } from '../../domain/users.js';

/** Gives a user a role of the people who work for the cinema, at once. Resolves to whether anything changed. */
export class GiveRole extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
    readonly role: StaffRole,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'auth.give-role', subject: this.userId, details: { role: this.role } } : null;
  }
}

@CommandHandler(GiveRole)
export class GiveRoleHandler implements ICommandHandler<GiveRole> {
  constructor(
    private readonly users: Users,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId, role }: GiveRole): Promise<boolean> {
    return this.transactions.run(() =>
      this.users.change(userId, (user) => {
        user.giveRole(role);
        return user.hasChanged;
      }),
    );
  }
}
