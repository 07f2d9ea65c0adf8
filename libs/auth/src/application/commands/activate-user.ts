import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class ActivateUser extends Command<UserView> {
  constructor(
    readonly adminId: string,
    readonly userId: string,
  ) {
    super();
  }
}

@CommandHandler(ActivateUser)
export class ActivateUserHandler implements ICommandHandler<ActivateUser> {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, userId }: ActivateUser): Promise<UserView> {
    return this.database.transaction(async () => {
      const { view, changed } = await this.users.change(userId, (user) => {
        user.activate();
        return { view: userViewOf(user.state), changed: user.hasChanged };
      });
      if (changed) await this.audit.record({ actor: adminId, action: 'auth.activate-user', subject: userId });
      return view;
    });
  }
}
