import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class DemoteUser extends Command<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@CommandHandler(DemoteUser)
export class DemoteUserHandler implements ICommandHandler<DemoteUser> {
  constructor(private readonly users: Users) {}

  async execute({ userId }: DemoteUser): Promise<UserView> {
    return this.users.changeAmongAdmins(userId, (user, otherAdmins) => {
      user.demote(otherAdmins);
      return userViewOf(user.state);
    });
  }
}
