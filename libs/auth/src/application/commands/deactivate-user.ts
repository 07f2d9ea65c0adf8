import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class DeactivateUser extends Command<UserView> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
  ) {
    super();
  }
}

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, userId }: DeactivateUser): Promise<UserView> {
    return this.database.transaction(async () => {
      const { view, changed } = await this.users.changeAmongAdmins(userId, (user, otherAdmins) => {
        user.deactivate(otherAdmins);
        return { view: userViewOf(user.state), changed: user.hasChanged };
      });
      if (changed) await this.audit.record({ actor: adminId, action: 'auth.deactivate-user', subject: userId });
      return view;
    });
  }
}
